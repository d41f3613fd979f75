/**
 * `npm run stale` tells which versions that this repository pins have a known vulnerability, and how old the pinned ones
 * are: both locks of npm's, Node here and on the VM, the Claude Code command line, the Bicep compiler.
 *
 * It asks npm's advisories, Node's release index and NuGet, so it is no part of `npm test` or `.ci/run`: those give the
 * same answer on any day and without a network.
 * `--npm`, `--node` and `--nuget` name other addresses than the public ones.
 *
 * Exit code 1: a known vulnerability; 2: none is known, but a source did not answer. An age is never a failure.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { bicepPackage } from "./bicep-compiler.ts";
import { claudeCode } from "./claude-code.ts";
import { SourceFault } from "./stale/fault.ts";
import { ageLine, faultLine, judged } from "./stale/judge.ts";
import { nodeFaults } from "./stale/node.ts";
import { npmFaults, type Published, published } from "./stale/npm.ts";
import { onNuGet } from "./stale/nuget.ts";
import { type Pin, pinsOfLock } from "./stale/pins.ts";

/** Addresses without a slash at the end; NuGet's is that of its service index. */
export interface Sources {
  readonly npm: string;
  readonly node: string;
  readonly nuget: string;
}

/** All that is pinned in a tree of this repository. */
export function pinsIn(root: string): readonly Pin[] {
  const lock = (file: string) => pinsOfLock(file, readFileSync(join(root, file), "utf8"));
  return [
    ...lock("package-lock.json"),
    ...lock("cloud-init/openclaw/package-lock.json"),
    { source: "npm", ...claudeCode, file: "scripts/claude-code.ts", direct: true },
    {
      source: "nuget",
      ...bicepPackage("linux-x64"),
      file: "scripts/bicep-compiler.ts",
      direct: true,
    },
  ];
}

/** Asks and prints; answers the exit code. */
export async function stale(
  pins: readonly Pin[],
  sources: Sources,
  now: Date,
  print: (line: string) => void,
): Promise<0 | 1 | 2> {
  let unanswered = 0;
  /** What a source says; nothing, where it did not answer. */
  async function heard<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      unanswered += 1;
      print(`no answer: ${error.message}`);
      return undefined;
    }
  }
  const from = (source: Pin["source"]) => pins.filter((pin) => pin.source === source);
  const nodeOnNpm = await heard(published(sources.npm, "node"));
  const nuget = await Promise.all(from("nuget").map((pin) => heard(onNuGet(sources.nuget, pin))));
  const found = [
    ...((await heard(npmFaults(sources.npm, from("npm")))) ?? []),
    ...((await heard(nodeFaults(sources.node, from("node")))) ?? []),
    ...nuget.flatMap((answer) => answer?.faults ?? []),
  ].map((fault) => judged(fault, nodeOnNpm));
  if (found.length > 0) print("Known vulnerabilities:");
  else print(`No known vulnerabilities${unanswered > 0 ? " in the sources that answered" : ""}.`);
  for (const fault of found) print(`  ${faultLine(fault)}`);

  print("Ages:");
  for (const [at, pin] of from("nuget").entries())
    print(`  ${ageLine(pin, nuget[at]?.published, nuget[at]?.latest, now)}`);
  for (const pin of pins.filter(({ source, direct }) => direct && source !== "nuget")) {
    // Where npm has not said a word so far, it is not waited for once more for each.
    const known: Published | undefined =
      nodeOnNpm && (await published(sources.npm, pin.name).catch(() => undefined));
    print(`  ${ageLine(pin, known?.times[pin.version], known?.latest, now)}`);
  }
  if (found.some(({ waits }) => waits === undefined)) return 1;
  return unanswered > 0 ? 2 : 0;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      npm: { type: "string", default: "https://registry.npmjs.org" },
      node: { type: "string", default: "https://nodejs.org" },
      nuget: { type: "string", default: "https://api.nuget.org/v3/index.json" },
    },
  });
  process.exitCode = await stale(pinsIn(dirname(import.meta.dirname)), values, new Date(), console.log);
}
