import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesWithTexts, textsIn } from "../../scripts/texts.ts";

/** Phrases that no native writer would use here, each under what to write instead. */
const phrases: Readonly<Record<string, RegExp>> = {
  // The line that a private key starts with is no sentence.
  "start, first": /(?<!-----)\b(?:begins?|began|begun|beginnings?)\b/i,
  finish: /\b(?:go|goes|going|gone|went) on (?:un)?to (?:its|their) ends?\b/i,
  "was deleted": /\bgone again\b/i,
  "stop, give up": /\bput(?:s|ting)?(?: [\w’']+){0,5}? aside\b/i,
  "without success": /\bin vain\b/i,
  "can't find": /\b(?:know|knows|knew|known|knowing) nothing of\b/i,
  "whose, of whom": /\bwhom (?:[\w’']+ ){0,5}?(?:is|are|was|were) about\b/i,
  "must, will, should": /\bshall\b/i,
  "say who tells whom":
    /\b(?:am|is|are|was|were|be|been|being|(?:is|are|was|were)n['’]t)(?: (?:not|never|also|all|both|then|once|now|still|\w+ly))? told\b(?! apart)/i,
};

/** The phrases of a text, with what stands around each. Names in backticks, and those that a tag names, are no prose. */
function phrasesIn(text: string): readonly string[] {
  const prose = text.replace(/`[^`]*`|\{@\w+ [^}]*\}|@param \w+/g, "…");
  return Object.entries(phrases).flatMap(([better, phrase]) => {
    const found = phrase.exec(prose);
    if (!found) return [];
    const around = prose.slice(Math.max(0, found.index - 40), found.index + found[0].length + 40);
    return [`“${found[0]}” (${better}): …${around}…`];
  });
}

/** Recorded by earlier versions of the bot, which wrote as they did. */
const isRecorded = (file: string): boolean => file.startsWith("test/fixtures/");

/** By file and line. What tests look for is worded elsewhere, so of theirs these are titles and comments alone. */
const found = filesWithTexts(".")
  .filter((file) => !isRecorded(file))
  .flatMap((file) =>
    textsIn(file, readFileSync(file, "utf8"))
      .filter(({ kind }) => kind !== "text" || !file.startsWith("test/"))
      .flatMap(({ line, text }) => phrasesIn(text).map((phrase) => `${file}:${line} ${phrase}`)),
  );

const folders = ["bot", "cloud-init", "docs", "functions", "infra", "local", "scripts", "test"];

test.for(folders)("texts and comments in %s use everyday words", (folder) => {
  expect(found.filter((one) => one.startsWith(`${folder}/`))).toEqual([]);
});

test("so do those in all other files", () => {
  expect(found.filter((one) => !folders.some((folder) => one.startsWith(`${folder}/`)))).toEqual([]);
});

test.for([
  ["a text", "a.ts", 'say("The build has begun.")'],
  ["a template", "a.ts", "say(`It goes on to its end.`)"],
  ["a title", "a.test.ts", 'test("it shall work", () => {})'],
  ["a comment that goes over two lines", "a.ts", "// What was put\n// aside."],
  ["one of several words", "a.ts", "// Puts the last of them aside."],
  ["a description", "a.bicep", "@description('Who is never told of it.')"],
  ["a script's comment", "a.sh", "# It waits in\n# vain."],
  ["a paragraph", "a.md", "The bot knows\nnothing of that."],
  ["a question of whose", "a.ts", "// Those whom it is about."],
  ["what was deleted", "a.ts", "// It is gone again."],
])("finds a phrase in %s", ([, file = "", source = ""]) => {
  expect(textsIn(file, source).flatMap(({ text }) => phrasesIn(text))).toHaveLength(1);
});

test.for([
  ["a name in a comment", "a.ts", "// See `begin`, or {@link begun}.\nbegin();"],
  ["a parameter's name", "a.ts", "/** @param begins when it starts */"],
  ["who tells whom", "a.ts", "// The bot told them so, and whom else it has told."],
  ["a key", "a.ts", '// A key starts with "-----BEGIN RSA PRIVATE KEY-----".'],
  ["a code block", "a.md", "```\nbegin\n```"],
])("finds none in %s", ([, file = "", source = ""]) => {
  expect(textsIn(file, source).flatMap(({ text }) => phrasesIn(text))).toEqual([]);
});
