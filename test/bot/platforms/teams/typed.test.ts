import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands } from "../../../../bot/features/commands.ts";
import { parseText } from "../../../../bot/platforms/teams/typed.ts";
import { looksIn } from "../../core/looks.ts";
import { mentioning } from "../../core/mentioning.ts";

const mentions = [
  { text: "<at>OpenClaw</at>" },
  { text: "<at>Max Member</at>", person: "max-id" },
  { text: "<at>Mia Member</at>", person: "mia-id" },
];
const parsed = (text: string) => {
  const { command, options } = parseText(mentioning(text, mentions), commands);
  return [command, options];
};

describe("one command, however it is typed", () => {
  it.each([
    "request",
    "Request",
    "/request",
    "openclaw request",
    "/openclaw request",
    "  /OpenClaw   REQUEST\n",
    "openclaw-admin request",
    "<at>OpenClaw</at> request",
    "<at>OpenClaw</at> /openclaw request",
    "request <at>OpenClaw</at>",
  ])("%j", (text) => expect(parsed(text)).toEqual(["request", {}]));

  it.each(["", "  ", "openclaw", "/openclaw", "<at>OpenClaw</at>", "help", "/openclaw-admin"])(
    "%j asks for help",
    (text) => expect(parsed(text)).toEqual(["help", {}]),
  );
});

describe("options", () => {
  it.each([
    ["open-access address:203.0.113.7", "open-access", { address: "203.0.113.7" }],
    ["open-access 203.0.113.7", "open-access", { address: "203.0.113.7" }],
    ["open-access 2001:db8::1", "open-access", { address: "2001:db8::1" }],
    ["open-access address: 203.0.113.7", "open-access", { address: "203.0.113.7" }],
    ["open-access address:", "open-access", { address: "" }],
    ['teardown no-backup name:"my own name"', "teardown", { "no-backup": "true", name: "my own name" }],
    ["teardown name:“in curls” no-backup:false", "teardown", { name: "in curls", "no-backup": "false" }],
    [
      'config push <at>Mia Member</at> patch:{"agents": {"a": "b c"}}',
      "config push",
      { person: "mia-id", patch: '{"agents": {"a": "b c"}}' },
    ],
    [
      'config push patch:{“a”:\n"b"} <at>Mia Member</at>',
      "config push",
      { person: "mia-id", patch: '{"a":\n"b"}' },
    ],
    ["teardown NO-BACKUP:true NAME:Openclaw-X", "teardown", { "no-backup": "true", name: "Openclaw-X" }],
    ["roster list page:2", "roster list", { page: "2" }],
    ["teardown --no-backup", "teardown", { "no-backup": "true" }],
    ["backups 2", "backups", { page: "2" }],
    ["help 2", "help", { page: "2" }],
    ["roster show mia@contoso.com", "roster show", { entra: "mia@contoso.com" }],
    ["audit mia@contoso.com days:30", "audit", { entra: "mia@contoso.com", days: "30" }],
    ["instances list stopped", "instances list", { state: "stopped" }],
    ["instances teardown Stopped force", "instances teardown", { state: "Stopped", force: "true" }],
    ['roster import {"members": []}', "roster import", { json: '{"members": []}' }],
    ['roster import ```\n{"members":[]}\n```', "roster import", { json: '```\n{"members":[]}\n```' }],
    [
      'config check mia@contoso.com patch: {"a": 1}',
      "config check",
      { entra: "mia@contoso.com", patch: '{"a": 1}' },
    ],
    ["help backup now", "help", { command: "backup now" }],
    ["help command:backup now", "help", { command: "backup now" }],
    ["connect TUI", "connect", { how: "TUI" }],
    ["logs first-boot page:2", "logs", { kind: "first-boot", page: "2" }],
    ["restore openclaw-x-1", "restore", { snapshot: "openclaw-x-1" }],
    [
      "/openclaw-admin roster add <at>Max Member</at> role:admin",
      "roster add",
      { person: "max-id", role: "admin" },
    ],
    [
      "roster add person:<at>Max Member</at> entra:max@contoso.com",
      "roster add",
      { person: "max-id", entra: "max@contoso.com" },
    ],
    [
      'roster import json: {"members": [\n  {"email":"mia@contoso.com"}\n]}',
      "roster import",
      { json: '{"members": [\n  {"email":"mia@contoso.com"}\n]}' },
    ],
    ["roster import JSON:", "roster import", { json: "" }],
    ["roster show <at>Max Member</at>", "roster show", { person: "max-id" }],
    ["roster add entra:https://contoso.com/a:b", "roster add", { entra: "https://contoso.com/a:b" }],
  ])("%j", (text, command, options) => expect(parsed(text)).toEqual([command, options]));

  it("takes two people of the same name in their order", () => {
    const same = [
      { text: "@Max", person: "one" },
      { text: "@Max", person: "two" },
    ];
    const { options } = parseText(mentioning("roster add @Max @Max", same), commands);
    expect(options).toEqual({ person: "one", "@Max": "" });
  });
});

describe("nonsense is a line that the engine refuses", () => {
  it.each([
    ["hello there", "hello there", {}],
    ["roster", "roster", {}],
    // Known to buttons alone.
    ["check", "unknown", {}],
    ["leaver teardown key:x", "leaver teardown key:x", {}],
    ["request please", "request", { please: "" }],
    ["request colour:big", "request", { colour: "" }],
    [
      "roster add <at>Max Member</at> <at>Mia Member</at>",
      "roster add",
      { person: "max-id", "<at>Mia Member</at>": "" },
    ],
    ["request constructor:x", "request", { constructor: "" }],
  ])("%j", (text, command, options) => expect(parsed(text)).toEqual([command, options]));

  it("never lets somebody type what only a button may carry", () => {
    const [, options] = parsed("teardown confirmed:abcdefghijkl");
    expect(options).toEqual({ confirmed: "" });
  });

  it("never throws", () => {
    const pieces = fc.constantFrom(
      "roster ",
      "add ",
      'name:"',
      "“",
      "<at>",
      mentions[1]?.text ?? "",
      ":",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (text) => {
        const { command, options } = parseText(mentioning(text.join(""), mentions), commands);
        expect(typeof command).toBe("string");
        expect(Object.values(options).every((value) => typeof value === "string")).toBe(true);
      }),
    );
  });
});

describe("what nobody sees, and signs that look like others, change nothing", () => {
  it.each([
    ["\uFEFF/openclaw\u00A0request", "request", {}],
    ["re\u00ADquest\u200B", "request", {}],
    ["\u2060\u200Drequest", "request", {}],
    ["／openclaw　request", "request", {}],
    ["roster show mia\u200B@contoso.com", "roster show", { entra: "mia@contoso.com" }],
    ["roster show mia＠contoso.com", "roster show", { entra: "mia@contoso.com" }],
    [
      "roster add entra：mia@contoso.com role：ad\u00ADmin",
      "roster add",
      { entra: "mia@contoso.com", role: "admin" },
    ],
    ["roster show <mia@contoso.com>;", "roster show", { entra: "<mia@contoso.com>;" }],
    ["roster show mailto:mia@contoso.com", "roster show", { entra: "mailto:mia@contoso.com" }],
    ["roster show Mia Member <mia@contoso.com>", "roster show", { entra: "Mia Member <mia@contoso.com>" }],
    [
      "roster add entra:Mia Member <mia@contoso.com>; role:admin",
      "roster add",
      { entra: "Mia Member <mia@contoso.com>;", role: "admin" },
    ],
    ["roster add <at>Max Member</at>\u00A0role:admin", "roster add", { person: "max-id", role: "admin" }],
    [
      "roster show Mia <mia@contoso.com>, Max <max@contoso.com>",
      "roster show",
      { entra: "Mia <mia@contoso.com>, Max <max@contoso.com>" },
    ],
    ...[
      "mia@contoso.com",
      "Mia <mia@contoso.com>",
      "Mia Member (mia@contoso.com)",
      "Mia Member ‹mia@contoso.com›",
      "mailto:mia@contoso.com",
      "[mia@contoso.com](mailto:mia@contoso.com)",
      "Ada Admin <ada@contoso.com>",
      "Member, Mia <mia@contoso.com>",
    ].flatMap((entra): [string, string, object][] => [
      [`roster add ${entra}`, "roster add", { entra }],
      [`roster add admin ${entra} login:user`, "roster add", { role: "admin", entra, login: "user" }],
      [`roster add entra:${entra} role:admin`, "roster add", { entra, role: "admin" }],
      [`roster show ${entra}`, "roster show", { entra }],
    ]),
    ["roster add Admin <ada@contoso.com>", "roster add", { role: "Admin", entra: "<ada@contoso.com>" }],
    [
      "roster add <at>Max Member</at> max@contoso.com",
      "roster add",
      { person: "max-id", entra: "max@contoso.com" },
    ],
    ...[
      "mia@contoso.com max@contoso.com",
      "mia@contoso.com entra:max@contoso.com",
      "entra:max@contoso.com mia@contoso.com",
      "max@contoso.com from:mia@contoso.com",
    ].map((typed): [string, string, object] => [
      `roster transfer ${typed}`,
      "roster transfer",
      { from: "mia@contoso.com", entra: "max@contoso.com" },
    ]),
    [
      "roster transfer Mia Member <mia@contoso.com> Max Member <max@contoso.com>",
      "roster transfer",
      { from: "Mia Member <mia@contoso.com>", entra: "Max Member <max@contoso.com>" },
    ],
    [
      "open-access 203.0.113.7 address:203.0.113.8",
      "open-access",
      { address: "203.0.113.8", "203.0.113.7": "" },
    ],
    ['roster import\u00A0\u200B{"members": []}', "roster import", { json: '{"members": []}' }],
  ])("%j", (text, command, options) => expect(parsed(text)).toEqual([command, options]));

  it("but an emoji of several parts stays whole in what is pasted", () => {
    const json = '{"emoji":"👩\u200D💻","name":"❤\uFE0F"}';
    expect(parsed(`config push patch:${json}`)[1]).toEqual({ patch: json });
  });
});

describe("the effort grows with the length and no faster", () => {
  const long = 32_000;
  /** The looks at each character, at most: each of some fifty commands looks at the first words, each option at each word. */
  const most = 300;
  const word = "a".repeat(long / 2);
  const fill = (start: string, part: string) =>
    start + part.repeat(Math.ceil((long - start.length) / part.length)).slice(0, long - start.length);

  it.each([
    ["a run of addresses that starts with a long word", fill(`roster add ${word} <a@b>, `, "@, ")],
    ["a run of addresses behind a long word", fill(`roster add ${word} `, "@, ")],
    ["a run of addresses that starts with a long address", fill(`roster add ${word}@b, `, "@, ")],
    ["a run of addresses that starts with a long name", fill(`roster add ${word}:<a@b>, `, "@, ")],
    ["addresses in brackets behind a long word", fill(`roster add ${word} `, "<@@>, ")],
    ["words, and an address at their end", `${fill("roster add ", "admin ")} <a@b>`],
    ["roles and addresses by turns", fill("roster add ", "admin <a@b>, ")],
    ["a name of several words", fill("help ", "backup ")],
    ["a name of several words, long ones", fill(`help ${word} `, "b ")],
    ["options that nobody knows", fill("request ", "a:b ")],
    ["braces", fill("roster import ", "{ ")],
    ["nothing that is known", fill("", "a ")],
  ])("of %s", (_, text) => {
    expect(looksIn(() => void parseText([text], commands))).toBeLessThan(most * long);
  });

  it("of anything that commands take", () => {
    const names = commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
    const parts = [
      "@, ",
      "<a@b>, ",
      "admin ",
      "entra:",
      "entra ",
      "a ",
      "a:",
      '"',
      "{",
      "} ",
      word,
      "--force ",
      ";",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.constantFrom(...parts), { maxLength: 6 }),
        fc.array(fc.constantFrom(...parts.filter((part) => part !== word)), { minLength: 1, maxLength: 4 }),
        (name, start, part) => {
          const text = fill(`${name} ${start.join("")}`.slice(0, long), part.join(""));
          expect(looksIn(() => void parseText([text], commands))).toBeLessThan(most * long);
        },
      ),
      { numRuns: 30, seed: 1 },
    );
  });
});
