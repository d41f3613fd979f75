/**
 * `npm run check:patterns`: no regular expression of the bot, or of what runs beside it here, takes longer than its text is long. Each
 * is found through the syntax tree and judged by recheck, in its JavaScript form, which needs nothing but npm.
 *
 * recheck judges one match: whether a global pattern looks at the same text again from each match on is for its author to see.
 *
 * Exit code 1: one is slow, can't be judged, or is put together while the program runs.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Argument, type Expression, parseSync, Visitor } from "oxc-parser";
import { checkSync, type Parameters } from "recheck";

/** One that is put together can't be judged, so there is a reason why it may be. */
interface Made {
  readonly file: string;
  /** What it is made from, as it stands in the source. */
  readonly from: string;
  readonly why: string;
}

const allowed: readonly Made[] = [
  {
    file: "local/teams/card.ts",
    from: "regex",
    why: "a card says how its input has to look, as it does to Teams' own clients",
  },
  {
    file: "local/azure/access/condition.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    from: '`^${source.join("/(.*/)?")}$`',
    why: "its star stands in the conditions of this repository's own templates",
  },
  {
    file: "local/azure/arm/call.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    from: "`^${source}$`",
    why: "the simulator's own routes",
  },
  {
    file: "local/azure/arm/subscription.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    from: "`(?:^|[\\\\s(])${key} eq '([^']*)'`",
    why: "its key is one of two words of the simulator's own",
  },
];

/** What reads what others send: `bot` and `functions` anybody's messages, `local` the bot's. */
const folders = "{bot,functions,local}/**/*.ts";

/** In steps and not in time, so that a busy machine judges alike. `timeout` is for what would never end, in milliseconds. */
const limits: Parameters = {
  timeout: 120_000,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
};

/** What is wrong with a regular expression; undefined: nothing. */
function faultOf(pattern: string, flags: string): string | undefined {
  // Else it would look for Java, and for a program of its own.
  process.env["RECHECK_SYNC_BACKEND"] = "pure";
  const found = checkSync(pattern, flags, limits);
  if (found.status === "safe") return undefined;
  return found.status === "vulnerable"
    ? `takes longer than its text is long: ${found.complexity.summary}, with ${found.attack.pattern.slice(0, 80)}`
    : `can't be judged (${found.error.kind}): make it simpler`;
}

/** The regular expressions of a source: those that can be judged, and what the others are made from. */
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

/** What is wrong with the regular expressions of the sources, a line each. `may`: those that may be put together. */
export function faultsIn(
  sources: Readonly<Record<string, string>>,
  may: readonly Made[] = [],
): readonly string[] {
  const used = new Set<Made>();
  const faults = Object.entries(sources).flatMap(([file, source]) => {
    const { written, made } = patternsIn(file, source);
    const placed = (at: number, what: string) => `${file}:${source.slice(0, at).split("\n").length} ${what}`;
    return [
      ...written.flatMap(({ at, pattern, flags }) => {
        const fault = faultOf(pattern, flags);
        return fault === undefined ? [] : [placed(at, `/${pattern}/${flags} ${fault}`)];
      }),
      ...made.flatMap(({ at, from }) => {
        const known = may.find((one) => one.file === file && one.from === from);
        if (known) used.add(known);
        return known ? [] : [placed(at, `${from} is put together while the program runs: write it out`)];
      }),
    ];
  });
  const unused = may.filter((one) => !used.has(one));
  return [
    ...faults,
    ...unused.map(({ file, from }) => `${file} has no ${from} any more: take it off the list`),
  ];
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname);
  const files = globSync(folders, { cwd: root }).toSorted();
  const faults = faultsIn(
    Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), "utf8")])),
    allowed,
  );
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(`The patterns of ${files.length} files take no longer than their texts are long.`);
}
