import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Exchange, type Service, trafficLog } from "../../local/traffic.ts";

const secret = "the-value-of-a-secret";
function written(
  service: Service,
  request: unknown,
  response: unknown,
  { url = "https://localhost/x", headers = {} }: { url?: string; headers?: Record<string, string> } = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "traffic-"));
  const file = join(folder, "traffic.ndjson");
  const exchange: Exchange = {
    service,
    at: "2026-01-01T00:00:00.000Z",
    ms: 1,
    request: { method: "GET", url, headers, body: request },
    response: { status: 200, headers: {}, body: response },
  };
  trafficLog(file)(exchange);
  const text = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true });
  return text;
}

test("values of secrets are masked on their way out of the vault and into it; all else about them stays", () => {
  const attributes = { enabled: true };
  const read = written("keyvault", undefined, { value: secret, id: "https://v/secrets/a/1", attributes });
  expect(JSON.parse(read).response.body).toEqual({
    value: "REPLACED",
    id: "https://v/secrets/a/1",
    attributes,
  });
  const set = written("keyvault", { value: secret, attributes }, { value: secret, id: "a" });
  expect(set).not.toContain(secret);
  expect(JSON.parse(set).request.body).toEqual({ value: "REPLACED", attributes });
});

test("a value in the vault's answer is masked however deep it stands", () => {
  const kept = { deleted: { value: secret, recoveryId: "https://v/deletedsecrets/a" } };
  const text = written("keyvault", undefined, {
    value: [{ id: "https://v/secrets/a", value: secret }],
    ...kept,
  });
  expect(text).not.toContain(secret);
  expect(text).toContain("https://v/deletedsecrets/a");
});

/** Shaped as Discord's are, and by itself no sign of what it stands for. */
const token = "aW50ZXJhY3Rpb246MTEwMDAwMDAwMDAwMDAwMDAwMTpzZWNyZXQ";
const signed = { "x-signature-ed25519": "00", "x-signature-timestamp": "0" };

test("an interaction's token is masked, the same one always by the same, so that both ends can be paired", () => {
  const inbound = JSON.parse(
    written("bot", { type: 2, id: "1", token, data: {} }, undefined, { headers: signed }),
  );
  const other = JSON.parse(
    written("bot", { type: 2, id: "1", token: `${token}2`, data: {} }, undefined, { headers: signed }),
  );
  const urls = [
    `https://discord.com/api/v10/webhooks/1100000000000000001/${token}/messages/@original?wait=true`,
    `https://discord.com/api/v10/interactions/1100000000000000001/${token}/callback`,
  ].map((url): string => JSON.parse(written("discord", {}, {}, { url })).request.url);
  const masked: string = inbound.request.body.token;
  expect(JSON.stringify([inbound, urls])).not.toContain(token);
  expect(masked).not.toBe(other.request.body.token);
  expect(urls).toEqual([
    `https://discord.com/api/v10/webhooks/1100000000000000001/${masked}/messages/@original?wait=true`,
    `https://discord.com/api/v10/interactions/1100000000000000001/${masked}/callback`,
  ]);
});

test("a link to find an address opens nothing any more, wherever it stands", () => {
  const id = "0123456789abcdef0123456789abcdef";
  const link = `https://bot.contoso.com/api/access/abcdefgh23.${id}`;
  const text = [
    written("bot", undefined, { data: { components: [{ components: [{ url: link, label: "Find" }] }] } }),
    written("botconnector", { attachments: [{ content: { actions: [{ url: link }] } }] }, { id: "1" }),
    written("bot", undefined, undefined, { url: link }),
  ].join("");
  expect(text).not.toContain(id);
  expect(text.match(/https:\/\/bot\.contoso\.com\/api\/access\/abcdefgh23\.MASKED-link-\w+/g)).toHaveLength(
    3,
  );
});

/** As a key looks, and as one is named. */
const pasted = ["sk-ant-api03-4f9a8b7c6d5e4f3a2b1c", "hunter2-and-more"] as const;
const patch = `{"env":{"ANTHROPIC":"${pasted[0]}"},"channels":{"discord":{"token":"${pasted[1]}"}},"model":"opus"}`;

test("what somebody pasted that looks like a secret is masked, and the rest of what they said stays", () => {
  const typed = [
    written(
      "bot",
      { type: 2, id: "1", token, data: { options: [{ name: "patch", value: patch }] } },
      undefined,
      {
        headers: signed,
      },
    ),
    written(
      "bot",
      {
        type: 5,
        token,
        data: { components: [{ type: 18, component: { custom_id: "patch", value: patch } }] },
      },
      undefined,
      { headers: signed },
    ),
    written(
      "bot",
      {
        type: "message",
        text: `config push patch:${patch}`,
        attachments: [{ contentType: "text/html", content: `<p>${patch.replaceAll('"', "&quot;")}</p>` }],
      },
      undefined,
    ),
    written("bot", { type: "invoke", value: { action: { data: { patch } } } }, undefined),
  ];
  for (const text of typed) {
    for (const one of pasted) expect(text).not.toContain(one);
    expect(text).toContain("opus");
  }
});

/** What is below a name that tells of a secret, of every kind. */
const below = {
  tokens: ["first-hunter", "second-hunter"],
  password: { of: { discord: "third-hunter", pins: [271828] }, none: null, used: true },
  apiKey: 31415926,
  "bot-token": 'a "quoted" fourth-hunter, and \\ more',
  model: "opus",
  retries: 12345,
};
const hunted = /hunter|31415926|271828|quoted|and \\\\ more/;

test("all that is below a telling name is masked, of whatever kind it is, and all else stays as it was", () => {
  const json = JSON.stringify(below);
  const html = `<p>config push patch:<b>${json.replaceAll('"', "&quot;")}</b></p>`;
  const option = { type: 2, id: "1", token, data: { options: [{ name: "patch", type: 3, value: json }] } };
  const activity = {
    type: "message",
    text: `config push patch:${json} after`,
    attachments: [{ content: html }],
  };
  const onDiscord = written("bot", option, undefined, { headers: signed });
  const onTeams = written("bot", activity, undefined);
  for (const text of [onDiscord, onTeams]) {
    expect(text).not.toMatch(hunted);
    expect(text).toContain("opus");
    expect(text).toContain("12345");
  }
  const pastedJson: string = JSON.parse(onDiscord).request.body.data.options[0].value;
  expect(JSON.parse(pastedJson)).toEqual({
    tokens: ["REPLACED", "REPLACED"],
    password: { of: { discord: "REPLACED", pins: [0] }, none: null, used: true },
    apiKey: 0,
    "bot-token": "REPLACED",
    model: "opus",
    retries: 12345,
  });
  expect(JSON.parse(onTeams).request.body.text).toMatch(/ after$/);
  const invoke = JSON.parse(
    written("bot", { type: "invoke", value: { action: { type: "Action.Execute", data: below } } }, undefined),
  );
  expect(invoke.request.body.value.action).toEqual({
    type: "Action.Execute",
    data: JSON.parse(pastedJson),
  });
});

test("a value that is cut off, or no JSON, is masked to its end", () => {
  const cut = ['{"token":"first-hunter', '{"tokens":["first-hunter", {"a":', '{"password": hunter2'];
  for (const text of cut)
    expect(written("bot", { type: "message", text: `patch:${text}` }, undefined)).not.toContain("hunter");
});

test("a button of Discord's carries no secret, and is the same button", () => {
  const ofId = (id: string): string =>
    JSON.parse(
      written(
        "bot",
        {
          type: 3,
          id: "1",
          token,
          data: { custom_id: id, component_type: 2 },
          message: {
            components: [{ type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: id }] }],
          },
        },
        undefined,
        { headers: signed },
      ),
    ).request.body.data.custom_id;
  expect(ofId("v1:stop:abcdefghijkl")).toBe("v1:stop:abcdefghijkl");
  expect(ofId("v1:confirm::of=abcdefghijkl&id=mnopqrstuvwx")).toBe(
    "v1:confirm::of=abcdefghijkl&id=mnopqrstuvwx",
  );
  const typed = encodeURIComponent(`{"token":"hunter2"}`);
  expect(ofId(`v1:config.push::patch=${typed}&person=1`)).toBe(
    `v1:config.push::patch=${encodeURIComponent('{"token":"REPLACED"}')}&person=1`,
  );
  expect(ofId(`v1:secrets.push::value=${pasted[0]}`)).toBe("v1:secrets.push::value=REPLACED");
  expect(ofId("v1:secrets.push::token=hunter2-and-more&person=1")).toBe(
    "v1:secrets.push::token=REPLACED&person=1",
  );
  expect(ofId("v1:x::100%=1")).toBe("v1:x::100%=1");
});

test("what the bot says is left as it is, so that a secret which it says is found", () => {
  expect(written("discord", { content: pasted[0] }, {})).toContain(pasted[0]);
  expect(written("bot", {}, { data: { content: pasted[0] } })).toContain(pasted[0]);
});

test("an id that is as long as a key stays: what belongs together is found by it", () => {
  const id = `19:${"0f".repeat(16)}@thread.tacv2`;
  expect(written("bot", { type: "message", text: "help", conversation: { id } }, undefined)).toContain(id);
});

test("an address that opens a file does so no more, and credentials in a form are masked", () => {
  const url = "https://contoso-my.sharepoint.com/download.aspx?UniqueId=1&tempauth=v1.eyJzZWNyZXQi";
  const file = "https://cdn.discordapp.com/ephemeral-attachments/1/2/team.json?ex=6&is=5&hm=00ffaa11";
  const text = written(
    "bot",
    { attachments: [{ content: { downloadUrl: url } }], data: { url: file } },
    undefined,
  );
  expect(text).not.toMatch(/eyJzZWNyZXQi|00ffaa11/);
  expect(text).toContain("?UniqueId=1&tempauth=");
  expect(written("identity", "grant_type=x&client_secret=abc123&scope=y", {})).not.toContain("abc123");
});

test("a list of secrets, and values elsewhere, are written as they are", () => {
  const list = { value: [{ id: "https://v/secrets/a" }], nextLink: null };
  expect(JSON.parse(written("keyvault", undefined, list)).response.body).toEqual(list);
  const choice = { name: "size", value: "Standard_B2als_v2" };
  expect(JSON.parse(written("discord", choice, choice)).request.body).toEqual(choice);
});

/** As somebody may paste it; nothing of `hunter` may stay. */
const ways: readonly string[] = [
  String.raw`{"x":"{\"apiKey\":\"hunter\"}"}`,
  String.raw`{"x":"{\"y\":\"{\\\"apiKey\\\":\\\"hunter\\\"}\"}"}`,
  String.raw`{"x":"{\"apiKey\":\"hunter`,
  `{"x/token":"hunter"}`,
  `{"my token":"hunter"}`,
  `{"a:token":"hunter"}`,
  String.raw`{"to\u006ben":"hunter"}`,
  String.raw`{"to\u006ben":"hunter`,
  `"token":&nbsp;"hunter"`,
  `<div>"token":</div><div>"hunter"</div>`,
  `<div>{&quot;x/token&quot;:<b>&quot;</b>hunter&quot;</div>`,
  "{“token”: “hunter”}",
  "„token“: „hunter“",
  "‘password’ : ‘hunter’",
  `{token:"hunter"}`,
  "token:hunter",
  "token = hunter",
  `"password": abc/hunter`,
  `{"password": abc hunter, "model": 1}`,
  "password: abc hunter",
  "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=hunter==;EndpointSuffix=core.windows.net",
  `{"keys":["a", {"b": hunter}]}`,
  `{"keys":["a", {"b": 'hunter`,
  "password: {hunter}",
  `{"password":{"a":["hunter"]},"b":"c"} and [more]`,
  "token: </b>hunter",
];

test.each(ways)("of %s nothing is left, wherever it was pasted", (said) => {
  const option = { type: 2, id: "1", token, data: { options: [{ name: "patch", type: 3, value: said }] } };
  const line = `v1:config.push::patch=${encodeURIComponent(said)}&person=1`;
  const click = {
    action: { type: "Action.Execute", verb: "openclaw", data: { openclaw: line, patch: said } },
  };
  const content = `<p>config push ${said.replaceAll('"', "&quot;")}</p>`;
  for (const body of [
    option,
    { type: "message", text: `config push patch:${said}` },
    { type: "message", text: "x", attachments: [{ contentType: "text/html", content }] },
    { type: "invoke", value: click },
    { type: "message", value: { openclaw: line } },
    { type: 3, id: "1", token, data: { custom_id: line } },
    `{"type":"message","text":${JSON.stringify(said)}, and no JSON`,
  ])
    expect(written("bot", body, undefined)).not.toMatch("hunter");
});

test("what is no secret stays as it was", () => {
  const said = `{"model":"opus","retries":12345,"x":"{\\"y\\": [1, true]}"} <b>“bold” & it's fine</b> http://a.b/c?d=e`;
  expect(JSON.parse(written("bot", { type: "message", text: said }, undefined)).request.body.text).toBe(said);
});

test("of what the vault says nothing is left where it is no JSON, nor of what a script is given in secret", () => {
  expect(JSON.parse(written("keyvault", "value=hunter", "hunter")).response.body).toBe("REPLACED");
  const parameters = [{ name: "a", value: "seen" }];
  const run = { properties: { parameters, protectedParameters: [{ name: "A_B", value: "hunter" }] } };
  const text = written("arm", run, run);
  expect(text).not.toContain("hunter");
  expect(JSON.parse(text).request.body.properties.parameters).toEqual(parameters);
});
