import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { by, type Measure, type Section } from "./section.ts";

/** Runs tests or a bench of vitest's, and yields the table they print with whatever stands under it; nothing if they printed none. */
async function tableOf(file: string, config = "test/bench/vitest.config.ts"): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--config", config, file],
    { env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 2 ** 24 },
  );
  const lines = stdout.split("\n");
  const first = lines.findIndex((line) => line.startsWith("|"));
  const last = lines.findLastIndex((line) => line.startsWith("|"));
  if (first < 0) return [];
  const under = lines[last + 1]?.trim() ?? "";
  return [...lines.slice(first, last + 1), ...(/^Of the flood/.test(under) ? ["", under] : [])];
}

const cellsOf = (line: string): readonly string[] => line.split("|").map((cell) => cell.trim());

const from = async (title: string, file: string): Promise<Section> => {
  const lines = await tableOf(file);
  return { title, lines, raw: lines };
};

/** What each operation asks of Azure, beside what Microsoft's az asks for the same by hand. */
export const callsOfOperations: Measure = async () => {
  const bots = await tableOf("test/bench/calls.bench.ts");
  const azs = await tableOf("test/az/calls.test.ts", "test/az/vitest.config.ts");
  const byHand = new Map(
    azs.map((line) => {
      const [, operation = "", commands, calls, looks] = cellsOf(line);
      return [operation, `${calls} in ${commands} command${commands === "1" ? "" : "s"}, and ${looks} looks`];
    }),
  );
  const lines = bots.map((line, i) => {
    const [, operation = ""] = cellsOf(line);
    const cell = ["by hand with az", "---"][i] ?? byHand.get(operation) ?? "–";
    return `${line} ${cell} |`;
  });
  const missing = azs.length === 0 ? ["", "Microsoft's az wasn't on the machine."] : [];
  return {
    title: "Calls to Azure of each operation, counted on the wire, its looks included",
    lines: [...lines, ...missing],
    raw: [bots, azs],
  };
};

/** How long a first boot takes. Five minutes, and it needs root: `--long` alone measures it, and other runs leave the last figures as they are. */
export const firstBoot: Measure = async (_stage, scale) => {
  const lines = by(scale, false, false, true)
    ? await tableOf("test/boot/timing.test.ts", "test/boot/vitest.config.ts")
    : [];
  return lines.length > 0
    ? { title: "First boot, from power on to a gateway that answers", lines, raw: lines }
    : undefined;
};

/** What others notice of somebody who sends far too much. */
export const flood: Measure = () =>
  from("A flood of 500 by one member (aim for the others' p95: ≤ +500 ms)", "test/bench/flood.bench.ts");
