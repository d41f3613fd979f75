import { expect, test } from "vitest";
import { BadJson, parseJson } from "../../../../bot/commands/json.ts";
import { configHash } from "../../../../bot/core/teamConfig.ts";
import { merged, readPatch, withPatch } from "../../../../bot/features/vm/patch.ts";
import { appliedIn, keysIn, keysSince } from "../../../../bot/steps/vmAnswers.ts";

test.for<[string, number, number]>([
  ["", 1, 1],
  ['{"a":1,}', 1, 8],
  ['{"a" 1}', 1, 6],
  ['{"a":1\n "b":2}', 2, 2],
  ["[1,2", 1, 5],
  ['{"a":tru}', 1, 6],
  ['{"a":01}', 1, 7],
  ["{'a':1}", 1, 2],
  ['{"a":"x\ny"}', 1, 6],
  ['{"a":{"b":[true,null,{"c":"d"}]}} x', 1, 35],
])("%j is no JSON at line %d, column %d", ([text, line, column]) => {
  expect(() => parseJson(text)).toThrow(BadJson);
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toMatchObject({ line, column });
  }
});

test.for<[string, string]>([
  ['{"agents":}', "line 1, column 11"],
  ["[]", "must be a JSON object"],
  ['{"gateway":{"bind":"lan"}}', "“gateway” can't be changed"],
  ['{"secrets":{}}', "“secrets” can't be changed"],
  ['{"channels":{"discord":{"token":"abc"}}}', "“channels.discord.token” looks like a secret"],
  ['{"agents":{"list":[{"note":"sk-ant-api03-abcdefgh"}]}}', "“agents.list.0.note” looks like a secret"],
  ['{"models":{"note":"the key is sk-ant-api03-abcdefgh"}}', "“models.note” looks like a secret"],
  ['{"models":{"headers":{"Authorization":"abc"}}}', "“models.headers.Authorization” looks like a secret"],
  ['{"models":{"headers":{"X-Any":"Bearer abcdefgh1"}}}', "“models.headers.X-Any” looks like a secret"],
  ['{"channels":{"x":{"tokens":["abc"]}}}', "“channels.x.tokens.0” looks like a secret"],
  ['{"models":{"apiKey":"abcd1234"}}', "“models.apiKey” looks like a secret"],
  ['{"channels":{"irc":{"pass":"hunter2"}}}', "“channels.irc.pass” looks like a secret"],
  ['{"channels":{"x":{"token":{"value":"abc"}}}}', "“channels.x.token.value” looks like a secret"],
  ['{"models":{"apiKey":"hunterhunter"}}', "“models.apiKey” looks like a secret"],
  ['{"models":{"apiKey":123456789}}', "“models.apiKey” looks like a secret"],
  ['{"tools":{"a":"https://discord.com/api/webhooks/1/x"}}', "“tools.a” looks like a secret"],
  ['{"tools":{"a":"https://example.com/?api_key=abcdef"}}', "“tools.a” looks like a secret"],
  ['{"env":{"A":"0123456789abcdef0123456789abcdef"}}', "“env.A” looks like a secret"],
  ['{"tools":{"url":"https://me:pass@example.com"}}', "“tools.url” looks like a secret"],
  [
    '{"models":{"apiKey":{"source":"env","provider":"x","id":"sk-ant-api03-abcdefgh"}}}',
    "“models.apiKey.id” looks like a secret",
  ],
  [
    '{"models":{"apiKey":{"source":"sk-ant-api03-abcdefgh","id":"A"}}}',
    "“models.apiKey.source” looks like a secret",
  ],
  [
    '{"models":{"apiKey":{"source":"env","id":"A","value":"abcd1234"}}}',
    "“models.apiKey.value” looks like a secret",
  ],
  ['{"channels":{"x":{"source":"env","token":"abc"}}}', "“channels.x.token” looks like a secret"],
  [
    '{"models":{"apiKey":{"source":{"note":"sk-ant-api03-abcdefgh"}}}}',
    "“models.apiKey.source.note” looks like a secret",
  ],
])("the patch %s is refused: %s", ([patch, why]) => {
  expect(() => readPatch(patch)).toThrow(why);
});

test.for([
  '{"session":{"mainKey":"main"}}',
  '{"auth":{"profiles":{"a":{"mode":"api_key","provider":"anthropic"}}}}',
  '{"agents":{"defaults":{"contextTokens":200000}}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw takes it for the environment's.
  '{"models":{"apiKey":"${ANTHROPIC_API_KEY}"}}',
  '{"agents":{"note":"sk-learn is a library; basic auth is off"}}',
])("the patch %s is none", (patch) => {
  expect(readPatch(patch)).toEqual(JSON.parse(patch));
});

test("a patch may refer to a secret", () => {
  const patch = {
    channels: { discord: { token: { source: "file", provider: "keyvault", id: "/DISCORD_BOT_TOKEN" } } },
    models: { apiKey: { source: "env", id: "ANTHROPIC_API_KEY" } },
  };
  expect(readPatch(JSON.stringify(patch))).toEqual(patch);
});

const config = (overrides: unknown) => ({ overrides: JSON.stringify(overrides), changedAt: "", by: "" });

test("changes add up; what is removed stays removed until it is set again", () => {
  const first = withPatch(undefined, { agents: { a: 1, b: { c: 2 } } });
  const second = withPatch(config(JSON.parse(first)), { agents: { a: null, b: { d: [3] } } });
  expect(JSON.parse(second)).toEqual({ agents: { a: null, b: { c: 2, d: [3] } } });
  expect(JSON.parse(withPatch(config(JSON.parse(second)), { agents: { a: 4 } }))).toEqual({
    agents: { a: 4, b: { c: 2, d: [3] } },
  });
  expect(configHash(first)).not.toBe(configHash(second));
});

test("a patch reaches no prototype", () => {
  const both = merged({}, readPatch('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}'));
  expect(Object.hasOwn(both, "__proto__")).toBe(true);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("the team's changes have a limit", () => {
  expect(() => withPatch(undefined, { a: "x".repeat(6000) })).toThrow("the limit is 6000");
});

test.for<[string, ReturnType<typeof appliedIn>]>([
  ['{"applied":true,"hash":"ab"}\n', { applied: true, tried: false, hash: "ab", reason: "no answer" }],
  ['{"applied":false,"tried":true}', { applied: false, tried: true, hash: undefined, reason: "no answer" }],
  [
    'notice\n{"applied": false, "stage": "dry-run", "reason": "no"}\n',
    { applied: false, tried: false, hash: undefined, reason: "dry-run: no" },
  ],
  ['{"applied":tr', { applied: false, tried: false, hash: undefined, reason: "no answer" }],
  ["", { applied: false, tried: false, hash: undefined, reason: "no answer" }],
])("of %j it is understood what was done", ([output, applied]) => {
  expect(appliedIn(output)).toEqual(applied);
});

test("names of keys are read from both scripts, and odd ones left out", () => {
  const keys = '{"ready": true, "keys": ["A_KEY", "<@1>", 7], "model": "m", "note": ""}';
  expect(keysIn(`{"step":"checking"}\n${keys}\n`)).toEqual({ names: ["A_KEY"], note: "" });
  expect(keysIn(keys)?.names).toEqual(["A_KEY"]);
  expect(keysIn('{"step":"checking"}')).toBeUndefined();
});

test("a key is known since it was seen first", () => {
  const now = new Date("2026-11-22T10:00:00Z");
  expect(keysSince({ OLD: "1", GONE: "2" }, { names: ["OLD", "NEW"], note: "" }, now)).toEqual({
    OLD: "1",
    NEW: now.toISOString(),
  });
});
