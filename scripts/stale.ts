/**
 * `npm run stale` lists which pinned versions have a known vulnerability, and how old all pinned versions
 * are: both npm lock files, Node here and on the VM, the Claude Code command line, the Bicep compiler.
 *
 * It calls npm's advisories, Node's release index and NuGet, so it isn't part of `npm test` or `.ci/run`: those give the
 * same result on any day and without a network.
 * `--npm`, `--node` and `--nuget` replace the public addresses.
 *
 * Exit code 1: a known vulnerability; 2: none known, but a source did not answer. Age is never a failure.
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

/** Addresses without a trailing slash; NuGet's is that of its service index. */
export interface Sources {
  readonly npm: string;
  readonly node: string;
  readonly nuget: string;
}

/** Everything that a checkout of this repository pins. */
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

/** Checks and prints; returns the exit code. */
export async function stale(
  pins: readonly Pin[],
  sources: Sources,
  now: Date,
  print: (line: string) => void,
): Promise<0 | 1 | 2> {
  let unanswered = 0;
  /** What a source says; undefined if it did not answer. */
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
    // If npm has not answered so far, don't wait for it again for each package.
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
