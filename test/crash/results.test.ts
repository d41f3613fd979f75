import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resultsIn } from "./results.ts";

test("what came out well with this code is done; the report counts each case once, as it came out last", () => {
  const folder = mkdtempSync(join(tmpdir(), "results-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "crash.jsonl");
  const first = { platform: "discord", operation: "stop", kind: "one death", name: "a" } as const;
  const second = { ...first, kind: "storage", name: "b" } as const;
  const before = resultsIn(file);
  before.add({ ...first, came: "failed", seconds: 30 });
  before.add({ ...second, came: "failed", seconds: 30 });
  before.add({ ...first, came: "well", seconds: 90 });
  const after = resultsIn(file);
  expect([first, second].map(after.isDone)).toEqual([true, false]);
  after.report("1 to 200");
  const report = readFileSync(`${file}.md`, "utf8");
  expect(report).toContain("| stop | 1 | 0 | 1 (1 failed) | 0 | 0 | 2 (1 failed) |");
  expect(report).toContain("2 minutes");
});
