import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { by, type Measure, type Section } from "./section.ts";

/** Runs a bench of vitest's, and yields the table that it prints with whatever stands under it. */
async function tableOf(file: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "test/bench/vitest.config.ts",
      `test/bench/${file}`,
    ],
    { env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 2 ** 24 },
  );
  const lines = stdout.split("\n");
  const first = lines.findIndex((line) => line.startsWith("|"));
  const last = lines.findLastIndex((line) => line.startsWith("|"));
  const under = lines[last + 1]?.trim() ?? "";
  return [...lines.slice(first, last + 1), ...(/^Of the flood/.test(under) ? ["", under] : [])];
}

const from = async (title: string, file: string): Promise<Section> => {
  const lines = await tableOf(file);
  return { title, lines, raw: lines };
};

/** What each operation asks of Azure. */
export const callsOfOperations: Measure = () =>
  from("Calls to Azure of each operation, counted on the wire", "calls.bench.ts");

/** What others notice of somebody who sends far too much. */
export const flood: Measure = async (_stage, scale) =>
  by<() => Promise<Section> | undefined>(
    scale,
    () => undefined,
    () => from("A flood of 500 by one member (aim for the others' p95: ≤ +500 ms)", "flood.bench.ts"),
  )() ?? { title: "", lines: [], raw: undefined };
