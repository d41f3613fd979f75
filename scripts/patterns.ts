/**
 * `npm run check:patterns`: checks that every regular expression of the bot takes linear time. Finds each in the syntax tree
 * and checks it with recheck, in its JavaScript form, which needs only npm.
 *
 * recheck checks a single match: the author must make sure that a global pattern doesn't scan the same text again from each match.
 *
 * Exit code 1: one is slow, can't be checked, or is built at run time.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Argument, type Expression, parseSync, Visitor } from "oxc-parser";
import { checkSync, type Parameters } from "recheck";

/** The code that anyone's messages reach. */
const folders = "{bot,functions}/**/*.ts";

/** In steps, not in time, so that a busy machine gets the same result. `timeout`, in milliseconds, is for a check that would never end. */
const limits: Parameters = {
  timeout: 120_000,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
};

/** What is wrong with a regular expression; undefined if nothing. */
function faultOf(pattern: string, flags: string): string | undefined {
  // Otherwise it would look for Java, and for its own native program.
  process.env["RECHECK_SYNC_BACKEND"] = "pure";
  const found = checkSync(pattern, flags, limits);
  if (found.status === "safe") return undefined;
  return found.status === "vulnerable"
    ? `takes more than linear time: ${found.complexity.summary}, with ${found.attack.pattern.slice(0, 80)}`
    : `can't be checked (${found.error.kind}): make it simpler`;
}

/** The regular expressions in a source: those that can be checked, and what the others are built from. */
function patternsIn(file: string, source: string) {
  const written: { readonly at: number; readonly pattern: string; readonly flags: string }[] = [];
  const made: { readonly at: number; readonly from: string }[] = [];
  const construct = (node: {
    readonly callee: Expression;
    readonly arguments: readonly Argument[];
    readonly start: number;
  }) => {
    const [pattern, flags] = node.arguments;
    if (node.callee.type !== "Identifier" || node.callee.name !== "RegExp" || !pattern) return;
    const [text, letters] = [textOf(pattern), flags === undefined ? "" : textOf(flags)];
    if (text !== undefined && letters !== undefined)
      written.push({ at: node.start, pattern: text, flags: letters });
    else made.push({ at: node.start, from: source.slice(pattern.start, pattern.end) });
  };
  new Visitor({
    Literal(node) {
      if ("regex" in node) written.push({ at: node.start, ...node.regex });
    },
    NewExpression: construct,
    CallExpression: construct,
  }).visit(parseSync(file, source).program);
  return { written, made };
}

const textOf = (node: Argument): string | undefined =>
  node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;

/** What is wrong with the regular expressions in a source, one line each. */
export function faultsIn(file: string, source: string): readonly string[] {
  const { written, made } = patternsIn(file, source);
  const placed = (at: number, what: string) => `${file}:${source.slice(0, at).split("\n").length} ${what}`;
  return [
    ...written.flatMap(({ at, pattern, flags }) => {
      const fault = faultOf(pattern, flags);
      return fault === undefined ? [] : [placed(at, `/${pattern}/${flags} ${fault}`)];
    }),
    ...made.map(({ at, from }) => placed(at, `${from} is built at run time: write it out`)),
  ];
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname);
  const files = globSync(folders, { cwd: root }).toSorted();
  const faults = files.flatMap((file) => faultsIn(file, readFileSync(join(root, file), "utf8")));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(`All patterns in ${files.length} files take linear time.`);
}
