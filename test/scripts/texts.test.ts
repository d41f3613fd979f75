import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../../bot/features/commands.ts";
import { filesWithTexts, textsIn } from "../../scripts/texts.ts";

const all = filesWithTexts(".").flatMap((file) =>
  textsIn(file, readFileSync(file, "utf8")).map((one) => ({ file, ...one })),
);
/** The texts and titles, without comments, of the files whose paths start so. */
const saidIn = (start: string) =>
  new Set(
    all.flatMap(({ file, kind, text }) => (file.startsWith(start) && kind !== "comment" ? [text] : [])),
  );

test("finds what help says of each command", () => {
  const sentences = commands.map(({ about }) => about).filter((about) => about.includes(" "));
  expect(sentences.length).toBeGreaterThan(30);
  expect([...saidIn("bot/")]).toEqual(expect.arrayContaining(sentences));
});

test("finds the titles of cards", () => {
  const golden = globSync("test/bot/platforms/golden/discord/operations/*.json").map((file) =>
    readFileSync(file, "utf8"),
  );
  const titles = golden.flatMap((json) =>
    [...json.matchAll(/"title": "([^"\\:]* [^"\\:]*)"/g)].map(([, title = ""]) => title),
  );
  const said = saidIn("bot/");
  const found = new Set(titles.filter((title) => said.has(title)));
  // The others name somebody, so they are no literals.
  expect(found.size).toBeGreaterThan(20);
});

test("finds the description of each parameter of main.bicep", () => {
  const { parameters } = z
    .object({
      parameters: z.record(
        z.string(),
        z.object({ metadata: z.object({ description: z.string() }).optional() }),
      ),
    })
    .parse(JSON.parse(readFileSync("infra/main.json", "utf8")));
  const descriptions = Object.values(parameters).flatMap(({ metadata }) => metadata?.description ?? []);
  expect(descriptions.length).toBeGreaterThan(40);
  expect([...saidIn("infra/main.bicep")]).toEqual(expect.arrayContaining(descriptions));
});

test("finds a sentence of the docs that goes over two lines", () => {
  expect(
    textsIn(
      "a.md",
      "# Title\n\nA sentence that\ngoes on.\n\n| a cell |\n|---|\n| `x` |\n| the last |\n\n```\nnpm ci\n```\n",
    ),
  ).toEqual([
    { line: 1, kind: "text", text: "Title" },
    { line: 3, kind: "text", text: "A sentence that goes on." },
    { line: 6, kind: "text", text: "a cell" },
    { line: 9, kind: "text", text: "the last" },
  ]);
  expect([...saidIn("docs/")].some((text) => text.startsWith("What the bot protects, from whom"))).toBe(true);
});

test("finds no import, type, id or address", () => {
  const source = [
    'import a from "./a b/c.ts";',
    'type T = "a type";',
    'const id = "openclaw:stop";',
    'log.info({ customId: "a/b" });',
    'fetch("https://contoso.com/a");',
  ].join("\n");
  expect(textsIn("a.ts", source)).toEqual([]);
  expect([...saidIn("bot/")].filter((text) => /^\.{1,2}\/|\.ts$/.test(text))).toEqual([]);
});

const written: readonly [string, string, string, string, string, number][] = [
  [
    "a text with a value",
    "a.ts",
    `\nsay(\`Hello \${name}, how\nare you?\`);`,
    "text",
    "Hello {…}, how are you?",
    2,
  ],
  ["a text of a page", "a.ts", `html\`<p class="a b">Hello to \${one}</p>\``, "text", "Hello to {…}", 1],
  ["a hint of a page", "a.ts", 'html`<input title="Type your name">`', "text", "Type your name", 1],
  ["a test's title", "a.ts", 'test.skipIf(no)("does a thing", () => {});', "title", "does a thing", 1],
  [
    "a row's label",
    "a.ts",
    'const rows = [["one row", 1]] as const;\ntest.for(rows)("%s", f);',
    "title",
    "one row",
    1,
  ],
  ["lines of comments", "a.ts", "f();\n// One that\n// goes on.", "comment", "One that goes on.", 2],
  ["a block of comment", "a.ts", "/**\n * One that\n * goes on.\n */", "comment", "One that goes on.", 1],
  [
    "a description",
    "a.bicep",
    `\n@description('The team\\'s name, \${a}.')`,
    "text",
    "The team's name, {…}.",
    2,
  ],
  ["a comment of Bicep", "a.bicep", "param a string // why it is", "comment", "why it is", 1],
  ["a shell's text", "a.sh", '#!/bin/sh\necho "it\'s $a now"', "text", "it's $a now", 2],
  ["a shell's comment", "a.sh", "#!/bin/sh\n# It's why\n# it is.", "comment", "It's why it is.", 2],
  ["a docstring", "a.py", '"""Does\na thing."""', "comment", "Does a thing.", 1],
  ["a unit's description", "a.service", "[Unit]\nDescription=The agent", "text", "The agent", 2],
  ["a page's text", "a.html", "<body><p>Hello to you</p></body>", "text", "Hello to you", 1],
  ["a style's comment", "a.css", "a {}\n/* why it is */", "comment", "why it is", 2],
  ["a manifest's description", "a.json", '{\n"full": "All of it"}', "text", "All of it", 2],
];

test.for(written)("finds %s", ([, file, source, kind, text, line]) => {
  expect(textsIn(file, source).filter((one) => one.kind === kind)).toEqual([{ line, kind, text }]);
});
