/**
 * `npm run texts` prints every text that people read: what the bot and the console say, help, errors, what scripts print, the
 * descriptions in Bicep, the docs. One a line, `file:line  text`, with `{…}` where a value is filled in.
 *
 * `npm run texts -- bot/cards` prints those of one file or folder, which can be under `test/` too; `--comments` prints the comments instead.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { parseArgs } from "node:util";
import {
  textsOfBicep,
  textsOfCss,
  textsOfHtml,
  textsOfJson,
  textsOfMarkdown,
  textsOfScript,
} from "./texts/markup.ts";
import type { Text } from "./texts/text.ts";
import { textsOfTypeScript } from "./texts/typescript.ts";

/** All that people wrote: not what is compiled, recorded or locked. */
const globs = [
  "*.{md,ts,yaml}",
  "{biome,package}.json",
  ".ci/*",
  ".devcontainer/*.json",
  "{bot,functions,local,scripts,test}/**/*.{ts,md,html,css,sh,py}",
  "docs/*.md",
  "cloud-init/{*.*,sudoers}",
  "infra/**/*.bicep",
  "teams/*.json",
];

/** The files that hold texts, by path from the root. */
export const filesWithTexts = (root: string): readonly string[] =>
  globs.flatMap((glob) => globSync(glob, { cwd: root })).toSorted();

/** The texts of a file, in the order of its lines. */
export function textsIn(file: string, source: string): readonly Text[] {
  return unsorted(file, source).toSorted((a, b) => a.line - b.line);
}

function unsorted(file: string, source: string): readonly Text[] {
  switch (extname(file)) {
    case ".ts":
      return textsOfTypeScript(file, source);
    case ".md":
      return textsOfMarkdown(source);
    case ".html":
      return textsOfHtml(source);
    case ".css":
      return textsOfCss(source);
    case ".json":
      return textsOfJson(source);
    case ".bicep":
      return textsOfBicep(source);
    default:
      return textsOfScript(source);
  }
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname);
  const { values, positionals } = parseArgs({
    options: { comments: { type: "boolean" } },
    allowPositionals: true,
  });
  const [path] = positionals;
  const wanted = (file: string) =>
    path === undefined
      ? !file.startsWith("test/")
      : file === path || file.startsWith(`${path.replace(/\/$/, "")}/`);
  for (const file of filesWithTexts(root).filter(wanted)) {
    for (const { kind, line, text } of textsIn(file, readFileSync(join(root, file), "utf8")))
      if ((kind === "comment") === !!values.comments) console.log(`${file}:${line}  ${text}`);
  }
}
