import { expect, test } from "vitest";
import { scriptNames } from "../../../bot/core/cloud.ts";
import { operationId } from "../../../bot/core/names.ts";
import { operationNames } from "../../../bot/core/operation.ts";
import { hasEnded, operationOf, type RunKind, runName } from "../../../bot/core/runs.ts";

const id = operationId("a call");
const kinds: readonly RunKind[] = ["ready", "gateway", "sessions", ...scriptNames];

test("a run command's name tells which operation put it there, in which attempt whatever", () => {
  for (const kind of kinds)
    for (const attempt of [0, 1, 12]) expect(operationOf(runName(kind, id, attempt), "builder")).toBe(id);
  expect(
    new Set(
      kinds.flatMap((kind) => [runName(kind, id), runName(kind, id, 1), runName(kind, operationId("b"))]),
    ).size,
  ).toBe(3 * kinds.length);
});

test("what earlier versions of the bot have put there is known, and awaited by nobody but the one that builds", () => {
  expect(operationOf("ready", id)).toBe(id);
  const former = [
    "sessions",
    "quiesce",
    ...operationNames.flatMap((name) => [`gateway-${name}`, `doctor-${name}`]),
  ];
  expect(new Set(former.map((name) => operationOf(name, id)))).toEqual(new Set(["nobody"]));
});

test.for([
  "deploy",
  "doctor",
  "ready-",
  `ready-${id}-x`,
  `other-${id}`,
  `my-ready-${id}`,
  "gateway-of-ada",
  "READY",
])("%s is somebody else's", (name) => expect(operationOf(name, id)).toBeUndefined());

test("a run has ended when it says so, or when its time is over", () => {
  const run = { name: "r", output: "", until: "2026-11-22T10:00:00.000Z" };
  const before = new Date("2026-11-22T09:59:59Z");
  const ended = (["pending", "running", "succeeded", "failed", "unknown"] as const).map((state) =>
    hasEnded({ ...run, state }, before),
  );
  expect(ended).toEqual([false, false, true, true, true]);
  expect(hasEnded({ ...run, state: "running" }, new Date("2026-11-22T10:00:01Z"))).toBe(true);
  expect(hasEnded({ name: "r", output: "", state: "pending" }, new Date("2026-11-22T10:00:01Z"))).toBe(false);
});
