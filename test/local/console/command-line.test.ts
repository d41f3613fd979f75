import { describe, expect, it } from "vitest";
import { fileOption, parseLine, suggest, typingAt } from "../../../local/console/command-line.ts";
import { commandList } from "../../../local/discord/command-schema.ts";
import { parse } from "../../../local/discord/errors.ts";
import { everyone, people } from "../../../local/discord/people.ts";
import { commands as raw } from "../discord/commands.ts";

const commands = parse(commandList, raw).map((command) => ({ ...command, id: "1", version: "1" }));
const read = (line: string) => parseLine(line, commands, everyone);
const mia = `<@${people.mia.id}>`;

describe("a typed line", () => {
  it.each([
    ["/openclaw request", "openclaw request", {}],
    ["/openclaw  status ", "openclaw status", {}],
    ["/openclaw open-access 203.0.113.7", "openclaw open-access", { address: "203.0.113.7" }],
    [
      "/openclaw open-access address:203.0.113.7 hours:4",
      "openclaw open-access",
      { address: "203.0.113.7", hours: "4" },
    ],
    [
      "/openclaw open-access hours:4 203.0.113.7",
      "openclaw open-access",
      { address: "203.0.113.7", hours: "4" },
    ],
    ['/openclaw open-access address:"2001:db8::1"', "openclaw open-access", { address: "2001:db8::1" }],
    ["/openclaw open-access 2001:db8::1", "openclaw open-access", { address: "2001:db8::1" }],
    ["/openclaw-admin roster add @Mia Member user", "openclaw-admin roster add", { user: mia, role: "user" }],
    [
      "/openclaw-admin roster add role:user user:@Mia Member",
      "openclaw-admin roster add",
      { user: mia, role: "user" },
    ],
  ])("%s", (line, command, options) => {
    expect(read(line)).toEqual({ command, options });
  });

  it.each([
    ["hello", "The bot only reads commands"],
    ["/", "There is no command /"],
    ["/fly", "Available: openclaw, openclaw-admin."],
    ["/openclaw", "Choose one of: request, status, resize, open-access."],
    ["/openclaw fly", "/openclaw has no “fly”"],
    ["/openclaw-admin roster", "Choose one of: add."],
    ["/openclaw status now", "I don't know what “now” means here. Usage: /openclaw status"],
    ["/openclaw open-access 1 2 3", "Usage: /openclaw open-access ‹address› [hours]"],
  ])("%s is answered with a sentence", (line, sentence) => {
    expect(() => read(line)).toThrow(sentence);
  });
});

describe("a file", () => {
  const options = [
    { type: 11, name: "file", description: "A team.json" },
    { type: 3, name: "json", description: "Its text" },
  ];
  const importing = [
    {
      id: "1",
      version: "1",
      type: 1 as const,
      name: "admin",
      description: "x",
      options: [{ type: 1, name: "import", description: "x", options }],
    },
  ];

  it("can be attached where a command takes one, once it is typed", () => {
    const takes = ["/admin", "/admin import", "/admin import json:x", "/admin importer", "hello"];
    expect(takes.map((line) => fileOption(line, importing))).toEqual([
      undefined,
      "file",
      "file",
      undefined,
      undefined,
    ]);
  });

  it("is not what is typed: that is the text, and JSON goes to the end of the line", () => {
    const text = '{"members": [ {"email": "mia@contoso.com"} ]}';
    expect(parseLine(`/admin import json:${text}`, importing, everyone)).toEqual({
      command: "admin import",
      options: { json: text },
    });
  });
});

describe("suggestions", () => {
  const labels = (line: string) => suggest(line, commands, everyone).map(({ label }) => label);

  it("list the commands that start as typed", () => {
    expect(labels("hello")).toEqual([]);
    expect(labels("/")).toHaveLength(5);
    expect(labels("/openclaw o")).toEqual(["/openclaw open-access ‹address› [hours]"]);
  });

  it("then the options that are not given yet, people and choices", () => {
    expect(labels("/openclaw open-access ")).toEqual(["‹address›", "[hours]"]);
    expect(labels("/openclaw open-access address:1 ")).toEqual(["[hours]"]);
    expect(labels("/openclaw-admin roster add user:@mi")).toEqual(["@Mia Member"]);
    expect(labels("/openclaw-admin roster add user:@Mia Member role:")).toEqual(["user", "administrator"]);
    expect(suggest("/openclaw-admin roster add @mi", commands, everyone)[0]?.line).toBe(
      "/openclaw-admin roster add user:@Mia Member ",
    );
  });

  it("then what the bot offers for an option", () => {
    const offered = [
      { name: "2 vCPU, 4 GB", value: "Standard_B2als_v2" },
      { name: "A name", value: "two words" },
    ];
    const lines = (line: string) => suggest(line, commands, everyone, offered).map((one) => one.line);
    const chosen = ["/openclaw resize size:Standard_B2als_v2 ", '/openclaw resize size:"two words" '];
    expect(lines("/openclaw resize size:")).toEqual(chosen);
    expect(lines('/openclaw resize size:"2 vcpu')).toEqual(chosen);
    expect(lines("/openclaw resize 2")).toEqual(chosen);
    expect(lines("/openclaw open-access address:1 ")).toEqual(["/openclaw open-access address:1 hours:"]);
  });
});

describe("the bot is asked what an option can be", () => {
  it.each([
    ["/openclaw resize ", ""],
    ["/openclaw resize b2", "b2"],
    ["/openclaw resize size:", ""],
    ["/openclaw resize force:true size:b2", "b2"],
    ['/openclaw resize size:"2 vcpu, 4', "2 vcpu, 4"],
  ])("%s", (line, text) => {
    expect(typingAt(line, commands)).toEqual({ typing: "openclaw resize", option: "size", text });
  });

  it.each([
    "resize ",
    "/openclaw resize",
    "/openclaw resize size:b2 ",
    "/openclaw open-access 1",
    "/openclaw ",
  ])("but not after %s", (line) => {
    expect(typingAt(line, commands)).toBeUndefined();
  });
});
