import { describe, expect, test } from "vitest";
import { messageOf, statusAt, statusFile, viewAt } from "../../../local/azure/compute/handler.ts";
import type { Run } from "../../../local/azure/compute/script.ts";
import { expected, own, type Sample, samples } from "../../runCommands.ts";

/** What the simulated handler writes, byte for byte as Microsoft's does, moment by moment. */
const began = Date.parse("2026-01-01T00:00:00Z");
/** When the recordings say that each of these was written. */
const moments = { begin: began, accepted: began, running: began + 15_000, end: began + 60_000 };

type Write = Sample["steps"][number]["statusWrites"][number];

/** What was printed before the handler cut it. */
const whole: Readonly<Record<string, { output?: string; error?: string }>> = {
  "over-4k": { output: `${lines()}{"ready": true, "warnings": []}\n` },
  "over-4k-stderr-exit10-treat": { error: lines() },
  "over-4k-multibyte": { output: `${"€".repeat(1400)}x` },
};
function lines(): string {
  const dots = ".".repeat(40);
  return Array.from({ length: 120 }, (_, i) => `line ${String(i + 1).padStart(3, "0")} ${dots}\n`).join("");
}

/** The run of which these were written: what it printed is given, and what it ended with is in the table. */
function runOf(name: string, writes: readonly Write[], spoiled: boolean): Run {
  const end = writes.at(-1)?.instanceView;
  const partial = writes.find(({ moment }) => moment === "running")?.instanceView.output ?? "";
  const output = whole[name]?.output ?? end?.output ?? "";
  const { exitCode = 0, state, refusal } = expected[name] ?? {};
  return {
    startedAt: began,
    endsAt: moments.end,
    exitCode,
    output: [
      { at: began, text: partial },
      { at: moments.end, text: output.slice(partial.length) },
    ],
    errors: [{ at: moments.end, text: whole[name]?.error ?? end?.error ?? "" }],
    ...(refusal ? { refusal: end?.executionMessage.replace("Execution failed: ", "") ?? "" } : {}),
    ...(state === "unknown" ? { forgotten: true } : {}),
    ...(spoiled ? { spoiledAt: began + 14_000 } : {}),
  };
}

test.for(samples.map((sample) => [sample.case, sample] as const))("%s", ([name, { settings, steps }]) => {
  for (const [i, { statusWrites }] of steps.entries()) {
    // A second run while the first goes on: that one's clean-up takes its folder away.
    const run = runOf(name, statusWrites, name === "again-while-running" && i === 1);
    for (const { moment, file, status } of statusWrites) {
      const at = moments[moment];
      // It starts before it has read its settings.
      const written = statusAt(run, moment === "begin" ? {} : (settings ?? {}), at);
      expect(JSON.stringify(statusFile(file.split(".")[0] ?? "", written, at))).toBe(JSON.stringify(status));
    }
  }
});

describe("in our own words", () => {
  test.for(Object.entries(own))(
    "%s",
    ([
      name,
      {
        view,
        ended: { exitCode, state, refusal },
      },
    ]) => {
      const start = Date.parse(view.startTime);
      const run: Run = {
        startedAt: start,
        endsAt: Date.parse(view.endTime),
        exitCode,
        output: [{ at: start, text: view.output }],
        errors: [{ at: start, text: view.error }],
        ...(refusal ? { refusal: view.executionMessage.replace("Execution failed: ", "") } : {}),
        ...(state === "unknown" ? { forgotten: true } : {}),
      };
      const { startTime, executionMessage, ...seen } = viewAt(run, run.endsAt);
      expect({ ...seen, startTime: state === "unknown" ? view.startTime : startTime }).toEqual({
        ...Object.fromEntries(Object.entries(view).filter(([key]) => key !== "executionMessage")),
      });
      if (state !== "unknown") expect(executionMessage).toBe(view.executionMessage);
      const status = statusAt(run, { treatFailureAsDeploymentFailure: true }, run.endsAt).status;
      expect([name, status]).toEqual([name, exitCode === 0 || exitCode === -202 ? "success" : "error"]);
    },
  );
});

const printing = (text: string, more: Partial<Run> = {}): Run => ({
  startedAt: began,
  endsAt: began + 100_000,
  exitCode: 0,
  output: [{ at: began + 1000, text }],
  errors: [],
  ...more,
});

test("what was printed shows every 15 seconds, and all of it at the end", () => {
  const at = (seconds: number) => viewAt(printing("a"), began + seconds * 1000).output;
  expect([at(14), at(15), at(29)]).toEqual(["", "a", "a"]);
  expect(viewAt(printing("a", { endsAt: began + 2000 }), began + 2000).output).toBe("a");
});

test("the last 4,096 bytes are kept, and a character that is cut through is none", () => {
  const kept = (text: string) => viewAt(printing(text), began + 100_000).output;
  expect(kept("a".repeat(4097))).toBe("a".repeat(4096));
  expect(kept("€".repeat(1366))).toBe(`\ufffd${"€".repeat(1365)}`);
  expect(messageOf(viewAt(printing("€".repeat(1366)), began + 100_000))).toContain('"output":"\\ufffd€');
});

test("the clean-up of an earlier run takes what was printed and that a failure counts", () => {
  const spoiled = printing("a", { spoiledAt: began + 50_000, exitCode: 14 });
  const at = (seconds: number) => viewAt(spoiled, began + seconds * 1000);
  expect([at(45).output, at(60).output, at(100).output]).toEqual(["a", "", ""]);
  expect(at(100)).toMatchObject({ executionState: "Failed", exitCode: 14 });
  expect(statusAt(spoiled, { treatFailureAsDeploymentFailure: true }, began + 100_000).status).toBe(
    "success",
  );
});
