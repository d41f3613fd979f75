import { expect, test } from "vitest";
import { lastOfLeaver } from "../../../bot/cards/vaultLeft.ts";
import { type Given, snapshot, view } from "../view.ts";

const homeDisk = { sizeGb: 30, sku: "StandardSSD_LRS" };
test.for<[string, "active" | "leaving" | "left", Given, boolean]>([
  ["who is back", "active", {}, false],
  ["who is being shut out", "leaving", {}, true],
  ["of whom nothing is left", "left", {}, true],
  ["who has an instance", "left", { instance: { generation: "g" } }, false],
  ["whose home disk is kept", "left", { instance: { homeDisk } }, false],
  ["of whom a snapshot is left", "left", { truth: { snapshots: [snapshot()] } }, false],
])("the last card about a leaver %s (%s)", ([, status, given, isLast]) => {
  const seen = view("teardown", given);
  const card = lastOfLeaver({ ...seen, member: { ...seen.member, status } });
  expect(card !== undefined).toBe(isLast);
});

test("for somebody who is on the roster no snapshot is asked for", () => {
  const truth = {
    get snapshots() {
      return expect.fail("asked");
    },
  };
  expect(lastOfLeaver({ ...view("teardown"), truth })).toBeUndefined();
});
