import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, inject, test } from "vitest";

/*
 * Every az command that the documents name is one that Microsoft's az has, with these options: its own help says so. Nothing is
 * called for it.
 */

const found = inject("az");
const folder = mkdtempSync(join(tmpdir(), "az-help-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  if ("missing" in found) context.skip(found.missing);
});

/** Extensions, which Debian's az lacks. */
const extensions = ["ssh vm", "monitor app-insights query"];

/** Commands by their words, each with all options that are used anywhere. */
function commandsIn(texts: readonly string[]): Map<string, Set<string>> {
  const commands = new Map<string, Set<string>>();
  for (const text of texts)
    for (const [, words = "", rest = ""] of text.matchAll(
      /(?<![\w-])az ((?:[a-z][a-z-]+ )*[a-z][a-z-]+)((?: [^\n`]*)?)/g,
    )) {
      const options = commands.get(words) ?? new Set();
      // What stands in quotes are values, and what comes from another az is that one's.
      const own = rest.replaceAll(/"[^"]*"/g, "").replaceAll(/\$\([^)]*\)/g, "");
      for (const [, option = ""] of own.matchAll(/ (--?[a-z][a-z-]*)/g)) options.add(option);
      commands.set(words, options);
    }
  return commands;
}

const commands = commandsIn(
  ["README.md", ...globSync("docs/*.md")].flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return [
      ...[...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
      ...[...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = ""]) => code),
    ];
  }),
);
const known = [...commands].filter(([words]) => words.includes(" ") && !extensions.includes(words));

test("the documents name az commands", () => {
  expect(known.length).toBeGreaterThan(15);
  expect(extensions.filter((words) => !commands.has(words))).toEqual([]);
});

test.each(known.map(([words, options]) => [words, [...options]] as const))(
  "az %s",
  async (words, options) => {
    const help = await new Promise<string>((done) => {
      const { HOME, PATH } = process.env;
      const env = { HOME, PATH, AZURE_CONFIG_DIR: folder, AZURE_CORE_COLLECT_TELEMETRY: "no" };
      execFile(
        "missing" in found ? "" : found.path,
        [...words.split(" "), "--help"],
        { env },
        (_error, stdout) => done(stdout),
      );
    });
    expect(help).toContain(`az ${words}`);
    const listed = [...help.matchAll(/^ {4}(--[a-z-]+(?: -?-[a-z-]+)*(?: -[a-z])?)/gm)].flatMap(
      ([, names = ""]) => names.split(" "),
    );
    expect(options.filter((option) => !listed.includes(option))).toEqual([]);
  },
);
