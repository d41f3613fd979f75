import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { platforms } from "./front.ts";

/** The kinds of runs, as columns of the report. */
export const kinds = ["one death", "two deaths", "storage", "two workers", "misbehaviour"] as const;

const entry = z.object({
  /** Of which code this is true. */
  code: z.string(),
  platform: z.enum(platforms),
  operation: z.string(),
  kind: z.enum(kinds),
  name: z.string(),
  /** `idle`: it never came to the disturbance. */
  came: z.enum(["well", "failed", "idle"]),
  seconds: z.number(),
});
export type Entry = z.infer<typeof entry>;
type Key = Pick<Entry, "platform" | "operation" | "kind" | "name">;

const keyOf = ({ platform, operation, kind, name }: Key): string =>
  JSON.stringify([platform, operation, kind, name]);

/** What the runs go by: the bot, what stands in for everything else, and the suite. */
const sources = ["bot", "local", "test/crash"];
const files = ["package-lock.json", "test/client.ts", "test/discordClient.ts", "test/teamsClient.ts"];

function codeIn(root: string): string {
  const all = sources
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && each.name.endsWith(".ts"))
        .map((each) => join(each.parentPath, each.name)),
    )
    .toSorted();
  const hash = createHash("sha256");
  for (const file of [...all, ...files.map((each) => join(root, each))]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** The results of the long form, a line of JSON each; those of other code don't count. The last of a case is what is so. */
export function resultsIn(file: string) {
  const code = codeIn(".");
  const read = (): ReadonlyMap<string, Entry> => {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    const entries = lines.map((line) => entry.parse(JSON.parse(line))).filter((each) => each.code === code);
    return new Map(entries.map((each) => [keyOf(each), each]));
  };
  const before = read();
  return {
    /** Whether a case has come out well before, with the same code. */
    isDone(key: Key): boolean {
      const known = before.get(keyOf(key));
      return known !== undefined && known.came !== "failed";
    },
    add(result: Omit<Entry, "code">): void {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${JSON.stringify({ code, ...result })}\n`);
    },
    /** Writes the report of all of them beside the file, for docs/reliability.md. */
    report: (seeds: string) => writeFileSync(`${file}.md`, reportOf([...read().values()], seeds)),
  };
}

/** Runs and failures by operation, a table for each platform: `runs`, or `runs (failures)`. */
function reportOf(entries: readonly Entry[], seeds: string): string {
  return platforms
    .flatMap((platform) => {
      const mine = entries.filter((each) => each.platform === platform);
      const minutes = Math.round(mine.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
      const idle = mine.filter(({ came }) => came === "idle").length;
      const names = [...new Set(mine.map(({ operation }) => operation))];
      const rowOf = (name: string, those: readonly Entry[]) =>
        `| ${[name, ...kinds.map((kind) => cellOf(those.filter((each) => each.kind === kind))), cellOf(those)].join(" | ")} |`;
      return [
        `| runs on ${platform} | ${kinds.join(" | ")} | all |`,
        `|${"---|".repeat(kinds.length + 2)}`,
        ...names.map((name) =>
          rowOf(
            name,
            mine.filter(({ operation }) => operation === name),
          ),
        ),
        rowOf("all", mine),
        "",
        `${minutes} minutes; pairs by the seeds ${seeds}; in ${idle} runs it never came to the misbehaviour.`,
        "",
      ];
    })
    .join("\n");
}

function cellOf(entries: readonly Entry[]): string {
  const failures = entries.filter(({ came }) => came === "failed").length;
  return failures === 0 ? `${entries.length}` : `${entries.length} (${failures} failed)`;
}
