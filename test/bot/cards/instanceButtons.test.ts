import { expect, test } from "vitest";
import { buttonsAfter, fitted, instanceButtons } from "../../../bot/cards/instanceButtons.ts";
import { type Instance, type InstanceState, instanceStates } from "../../../bot/core/instance.ts";
import { later, view } from "../view.ts";

const { now, settings } = view("status");
const shown = { now, settings };
const open = [{ address: "203.0.113.7", until: later(60) }];
const over = [{ address: "203.0.113.7", until: later(-60) }];
const seen = (state: InstanceState, more: Partial<Instance> = {}): Instance => ({
  ...view("status").instance,
  generation: state === "absent" ? undefined : "gen2345abcde",
  state,
  ...more,
});
const labels = (state: InstanceState, more: Partial<Instance> = {}, how: object = {}) =>
  instanceButtons(seen(state, more), { ...shown, ...how }).map(({ label }) => label);

const backup = { snapshot: "s", createdAt: later(0), sizeGb: 30, expires: later(60) };
const homeDisk = { sizeGb: 30, sku: "StandardSSD_LRS" };
const gone = { code: "Vanished", detail: "", correlation: "c" };

test.each<[InstanceState, string, Partial<Instance>, string[]]>([
  ["absent", "", {}, ["Request a new one"]],
  ["absent", "with a home disk", { homeDisk }, ["Request a new one", "Delete all my data"]],
  ["absent", "with a backup", { backup }, ["Request a new one", "Backups", "Delete all my data"]],
  ["deploying", "", {}, ["Status"]],
  ["booting", "", {}, ["Status"]],
  ["ready", "", {}, ["Open access", "How to connect", "Stop", "Status", "Tear down"]],
  ["ready", "and open", { access: open }, ["How to connect", "Close access", "Stop", "Status", "Tear down"]],
  [
    "ready",
    "whose time is over",
    { access: over },
    ["Open access", "How to connect", "Stop", "Status", "Tear down"],
  ],
  ["degraded", "", {}, ["Restart", "Doctor", "How to connect", "Stop", "Tear down"]],
  [
    "degraded",
    "and open",
    { access: open },
    ["Restart", "Doctor", "How to connect", "Close access", "Tear down"],
  ],
  ["stopping", "", {}, ["Status"]],
  ["stopped", "", {}, ["Start", "How to connect", "Status", "Tear down"]],
  [
    "stopped",
    "and open",
    { access: open },
    ["Start", "How to connect", "Close access", "Status", "Tear down"],
  ],
  ["starting", "", {}, ["Open access", "Status"]],
  ["starting", "and open", { access: open }, ["Close access", "Status"]],
  ["deleting", "", {}, ["Status"]],
  ["broken", "", {}, ["Try that again", "Status", "Clear up"]],
  ["broken", "and gone", { fault: gone }, ["Rebuild", "Status", "Clear up"]],
])("what is offered where it is %s %s", (state, _, more, expected) => {
  expect(labels(state, more)).toEqual(expected);
});

test("only a build on request can be cancelled", () => {
  const during = (name: string) => labels("booting", {}, { operation: { id: "op", name } });
  expect(during("request")).toEqual(["Status", "Cancel"]);
  expect(during("rebuild")).toEqual(["Status"]);
});

test("what someone opened in Azure can be closed", () => {
  expect(labels("ready", {}, { alsoOpen: true })).toContain("Close access");
});

test("where any address may reach SSH, there is nothing to open or close", () => {
  const policy = { settings: { networkPolicy: "open" } };
  for (const state of instanceStates)
    expect(labels(state, { access: open }, policy).filter((label) => label.endsWith("access"))).toEqual([]);
  expect(labels("ready", {}, policy)).toEqual(["How to connect", "Stop", "Status", "Restart", "Tear down"]);
});

test("what failed is tried again first, and no other button does the same or is to be pressed first", () => {
  const after = (name: string, state: InstanceState) => buttonsAfter({ id: "op", name }, seen(state), shown);
  expect(after("stop", "ready").map(({ label }) => label)).toEqual([
    "Try the stop again",
    "Open access",
    "How to connect",
    "Status",
    "Tear down",
  ]);
  expect(after("start", "stopped").map(({ label }) => label)).toEqual([
    "Try the start again",
    "How to connect",
    "Status",
    "Tear down",
  ]);
  expect(after("stop", "ready").filter(({ style }) => style === "primary")).toHaveLength(1);
});

test("what has no room gives way to the destructive one, which stands last", () => {
  const line = { command: "status", options: {} };
  const some = ["a", "b", "c", "d", "e"].map((label) => ({ label, line }));
  const danger = { label: "z", style: "danger", line } as const;
  expect(fitted([danger, ...some]).map(({ label }) => label)).toEqual(["a", "b", "c", "d", "z"]);
});
