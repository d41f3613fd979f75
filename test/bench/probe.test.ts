import { expect, test } from "vitest";
import { layersOf } from "./probe.ts";

const call = (method: string, path: string, start: number, end: number) => ({
  method,
  path,
  headers: {},
  start,
  end,
});

test("what had ended when a call started lies above it, whatever else was in progress", () => {
  expect(
    layersOf([
      call("GET", "/a/state(PartitionKey='p',RowKey='r')", 0, 5),
      call("GET", "/a/state()?$filter=x", 1, 3),
      call("PUT", "/a/due(PartitionKey='p',RowKey='r')", 4, 9),
      call("POST", "/a/$batch", 9, 12),
      call("GET", "/a/state(PartitionKey='p',RowKey='s')", 11, Number.POSITIVE_INFINITY),
    ]),
  ).toEqual([
    { reads: 1, queries: 1, writes: 0 },
    { reads: 0, queries: 0, writes: 1 },
    { reads: 1, queries: 0, writes: 1 },
  ]);
});

test("nothing has no layers", () => {
  expect(layersOf([])).toEqual([]);
});
