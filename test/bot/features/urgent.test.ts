import { expect, test } from "vitest";
import type { OperationRecord } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/features/index.ts";
import { view } from "../view.ts";

/** The operations whose waits stay as they are while little may be asked of Azure. */
const urgent = (record: Partial<OperationRecord>) =>
  Object.values(operations)
    .filter((operation) => operation.urgent?.({ ...view(operation.name).operation, ...record }))
    .map(({ name }) => name)
    .toSorted();

test("what stops a VM, closes access, or shuts a leaver out is urgent, and nothing else", () => {
  expect(urgent({})).toEqual(["access", "remove", "stop"]);
});

test("to open access is not, unless it closes something as well", () => {
  const input = { address: "203.0.113.7" };
  expect(urgent({ input })).toEqual(["remove", "stop"]);
  expect(urgent({ input, notes: { closed: "2026-11-22T10:00:00.000Z" } })).toEqual([
    "access",
    "remove",
    "stop",
  ]);
});
