import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../../bot/features/commands.ts";
import { isReadAlike } from "../readAlike.ts";

const documents = ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md")];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));
const typed = new Map(
  commands
    .filter(({ hidden }) => !hidden)
    .map(({ name, audience }) => [`/openclaw${audience === "admin" ? "-admin" : ""} ${name}`, name]),
);

/** What stands between backticks, and the lines of code blocks. */
const quoted = (text: string): string[] => [
  ...[...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = ""]) => code),
  ...[...text.matchAll(/```\w*\n([\s\S]*?)```/g)].flatMap(([, code = ""]) => code.split("\n")),
];

test.for(documents)("%s names no script, path or command that does not exist", (document) => {
  const wrong = quoted(readFileSync(document, "utf8")).flatMap((code) => [
    ...[...code.matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, name = ""]) => !(name in scripts))
      .map(([whole]) => whole),
    ...(/^(\.ci|bot|functions|infra|cloud-init|local|scripts|test|docs|teams)\/[\w./-]*$/.test(code) &&
    !existsSync(code)
      ? [code]
      : []),
    ...[...code.matchAll(/(?:^|node )((?:scripts|local)\/[\w./-]+\.ts)/g)]
      .filter(([, file = ""]) => !existsSync(file))
      .map(([whole]) => whole),
    ...(code.startsWith("/openclaw") &&
    !["/openclaw", "/openclaw-admin"].includes(code) &&
    ![...typed.keys()].some((name) => code === name || code.startsWith(`${name} `))
      ? [code]
      : []),
  ]);
  expect(wrong).toEqual([]);
});

test.for(documents)("%s gives no command to copy that only some shells understand", (document) => {
  const text = readFileSync(document, "utf8");
  const lines = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, code = ""]) =>
    code.split("\n").map((line) => line.trim()),
  );
  const within = quoted(text).filter((code) => /^(npm|npx|node|az|azd|ssh|git|code|cd) /.test(code));
  expect([...lines, ...within].filter((line) => line !== "" && !isReadAlike(line))).toEqual([]);
});

test("every setting that the scripts' guide names is a parameter of main.bicep", () => {
  const parameters = new Set(
    [...readFileSync("infra/main.bicep", "utf8").matchAll(/^param (\w+)/gm)].map(([, name = ""]) => name),
  );
  const text = readFileSync("docs/from-the-scripts.md", "utf8");
  const [, table = ""] = /## Parameters\n([\s\S]*?)\n## /.exec(text) ?? [];
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) {
    const [, , , here = ""] = row.split("|");
    const [, named] = /^ `(\w+)`/.exec(here) ?? [];
    expect(named === undefined || parameters.has(named) ? "" : named, row).toBe("");
  }
  for (const [, name = ""] of text.matchAll(/parameter `(\w+)`/g)) expect([...parameters]).toContain(name);
});

describe("the first time on real Azure", () => {
  const guide = readFileSync("docs/deploy.md", "utf8");
  const last = guide.slice(guide.lastIndexOf("\n## "));
  const things = last.split(/^(?=\d+\. \*\*)/m).slice(1);

  test("is what the guide ends with: twelve things in order", () => {
    expect(last).toMatch(/^\n## The first time on real Azure\n/);
    expect(things.map((thing) => Number.parseInt(thing, 10))).toEqual(things.map((_, index) => index + 1));
    expect(things).toHaveLength(12);
  });

  test.each(things.map((thing) => [/\*\*(.+?)\*\*/.exec(thing)?.[1] ?? "", thing] as const))(
    "%s each with a command, what to expect, what to do otherwise",
    (_title, thing) => {
      expect(thing).toMatch(/```sh\n\s*(az|azd|npm) [\s\S]*?```[\s\S]*\n\s+Expect: .+ Otherwise[:,] .+/);
    },
  );

  test("names outputs, groups and parts of a VM that exist", () => {
    const { outputs } = z
      .object({ outputs: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync("infra/main.json", "utf8")));
    const commands = things.flatMap((thing) =>
      [...thing.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
    );
    const values = commands.flatMap((code) =>
      [...code.matchAll(/(?<=[ \-/])([A-Z][A-Z_]{2,})\b(?!::)/g)].map(([, name = ""]) => name),
    );
    // What only the reader has.
    const own = ["KEY", "YESTERDAY", "TODAY"];
    expect(values.length).toBeGreaterThan(5);
    expect(values.filter((name) => !(name in outputs) && !own.includes(name))).toEqual([]);
    const groups = commands.flatMap((code) =>
      [...code.matchAll(/--resource-group (\S+)/g)].map(([, name = ""]) => name),
    );
    const templates = ["main", "instance"]
      .map((name) => readFileSync(`infra/${name}.bicep`, "utf8"))
      .join("");
    expect(groups.filter((name) => !templates.includes(`'${name}'`))).toEqual([]);
    // What the VM's template names, and the rule that the bot keeps while SSH is open.
    const parts = ["'AADSSHLoginForLinux'", "-nsg'", "`ssh`"];
    expect(parts.filter((name) => !templates.includes(name))).toEqual([]);
  });
});

test("the README names every command that can be typed", () => {
  const named = quoted(readFileSync("README.md", "utf8"));
  expect([...typed.keys()].filter((name) => !named.includes(name))).toEqual([]);
});

// What the scripts' own description names, where it lies beside this repository.
const description = "../shared/seed/openclaw-on-azure-README.md";

describe.skipIf(!existsSync(description))("the guide from the scripts", () => {
  const guide = readFileSync("docs/from-the-scripts.md", "utf8");
  const named = (pattern: RegExp): string[] => [
    ...new Set([...readFileSync(description, "utf8").matchAll(pattern)].map(([whole]) => whole)),
  ];
  // The left column alone says what was there.
  const there = guide
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(" | ")[0])
    .join("\n");

  test.for([
    ["script", /\b[a-z-]+\.sh\b/g, 5],
    ["option of a script", /(?<=\.sh[^\n`]*)--(?:open|count|entra|force)\b/g, 4],
    [
      "file",
      /\b(?:config\/)?(?:team|secrets|openclaw)(?:\.example|\.template)?\.json\b|\bmain\.bicepparam\b/g,
      6,
    ],
    ["parameter or variable", /(?<=^\| `)[a-zA-Z_]+(?=` \| [`*])/gm, 11],
    ["service", /openclaw-gateway|openclaw-setup\.log|az ssh vm|az extension add --name ssh/g, 4],
  ] as const)("has a row for every %s", ([, pattern, atLeast]) => {
    const names = named(pattern);
    expect(names.length).toBeGreaterThanOrEqual(atLeast);
    expect(names.filter((name) => !there.includes(name))).toEqual([]);
  });
});

if (!existsSync(description)) console.log(`skipped: ${description} is not on this machine`);
