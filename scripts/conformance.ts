import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

/** The checker of recorded traffic; its README says what it covers. */
export const kit = resolve(import.meta.dirname, "../../shared/conformance");

const operation = z.object({
  service: z.string(),
  operation: z.string(),
  violations: z.array(
    z.object({ rule: z.string(), at: z.string(), message: z.string(), lines: z.array(z.number()) }),
  ),
});
const report = z.object({ operations: z.array(operation) });

/** One line of a recording, as far as it is used here. */
export interface Exchange {
  readonly request: { readonly method: string; readonly url: string; readonly body?: unknown };
  readonly response: { readonly status: number; readonly body?: unknown };
}

/** Runs the checker on these lines, strictly: what it doesn't know counts as a violation `unchecked`. */
export function check(
  lines: readonly string[],
  secrets: readonly string[] = [],
): z.infer<typeof operation>[] {
  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const file = join(folder, "traffic.ndjson");
  const never = join(folder, "never");
  writeFileSync(file, `${lines.join("\n")}\n`);
  writeFileSync(never, `${secrets.join("\n")}\n`);
  const options = ["--strict", "--json", ...(secrets.length > 0 ? ["--never", never] : [])];
  const { stdout, stderr } = spawnSync(join(kit, "run"), ["check.mjs", file, ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  rmSync(folder, { recursive: true });
  if (stdout === "") throw new Error(`the checker failed: ${stderr}`);
  return report.parse(JSON.parse(stdout)).operations;
}
