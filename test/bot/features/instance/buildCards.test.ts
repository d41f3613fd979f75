import { describe, expect, test } from "vitest";
import type { Card } from "../../../../bot/core/card.ts";
import type { OperationName } from "../../../../bot/core/operation.ts";
import { operations } from "../../../../bot/features/index.ts";
import { type Given, homeDisk, identity, mayLogIn, pins, secret, view, vm } from "../../view.ts";

/* What a build that did not succeed says is left, against what is left. */

const price = {
  currency: "USD",
  running: 32.4,
  stopped: 4.2,
  homeDisk: 2.4,
  estimated: false,
  asOf: "2026-08-01",
};
const deployed = { name: "d", state: "succeeded" } as const;
const built = { secret, identity, ...mayLogIn, homeDisk: homeDisk(true), deployment: deployed };

/** The card of the end that it comes to. */
function end(name: OperationName, given: Given): { card: Card; labels: readonly string[] } {
  const seen = view(name, given);
  const step = operations[name].next(seen);
  if (!("finish" in step)) throw new Error("it goes on");
  const operation = { ...seen.operation, status: step.finish, fault: step.fault };
  const card = operations[name].card({
    ...seen,
    operation,
    instance: { ...seen.instance, ...step.instance },
    price,
  });
  return { card, labels: card.buttons?.map(({ label }) => label) ?? [] };
}

describe.each(["request", "rebuild"] as const)("a %s whose VM was stopped before it was checked", (name) => {
  test("says that it is there and what it costs, and offers Start", () => {
    const { card, labels } = end(name, {
      truth: { ...built, vm: vm("deallocated") },
      operation: { pins },
      instance: { generation: "op2345abcdef", state: "deploying" },
    });
    expect(card.title).not.toContain("not built");
    expect(card.text).toContain("Your VM, its disks and its address exist");
    expect(card.text).toContain("$4.20");
    expect(card.text).not.toMatch(/Nothing|You still have your VM/);
    expect(labels).toEqual([
      "Start",
      name === "request" ? "Try the build again" : "Try the rebuild again",
      "Status",
      "Tear down",
    ]);
  });
});

test("a VM that is gone: what the text offers is a button", () => {
  const { card, labels } = end("request", { truth: built, operation: { pins } });
  expect(card.text).toContain("Press Rebuild to build it again");
  expect(labels).toContain("Rebuild");
});

const fault = { code: "SkuNotAvailable", detail: "", correlation: "c" };
const cancelledAt = "2026-11-22T10:00:00Z";
const kept = homeDisk(true, { keptSince: cancelledAt });
describe.each<[string, Given]>([
  ["was refused", { fault }],
  ["was cancelled", { operation: { cancelledAt } }],
  ["took too long", { elapsedSeconds: 9999 }],
])("a build that %s and leaves no VM", (_, given) => {
  test("names the home disk that is kept, and what it costs", () => {
    const { card } = end("request", { ...given, truth: { homeDisk: kept } });
    expect(card.text).toContain(
      "except your home disk (30 GB), which may contain your data and costs about $2.40 a month",
    );
    expect(card.text).toContain("Your next request brings it back.");
  });

  test("says that nothing is left that costs money where there is no home disk, whatever is on record", () => {
    const gone = { sizeGb: 30, sku: "StandardSSD_LRS" };
    const { card } = end("request", { ...given, instance: { homeDisk: gone } });
    expect(card.text).toContain("Nothing that costs money is left in Azure.");
  });
});

test("a clear-up that leaves no home disk does not deny that identity and secret stay", () => {
  const { card } = end("teardown", {
    operation: { input: { homeDisk: "keep" }, notes: { built: "yes" } },
  });
  expect(card.text).toContain("Nothing that costs money is left, except earlier backups if there are any");
});

test.for<[string, Given]>([
  ["was refused", { fault }],
  ["took too long", { elapsedSeconds: 9999 }],
])(
  "a rebuild that %s and leaves no VM offers a request, since nothing is there to be rebuilt",
  ([, given]) => {
    const instance = { state: "deploying", generation: "earlier" } as const;
    const gone = { ...given, instance, operation: { pins }, truth: { homeDisk: kept } };
    const { card, labels } = end("rebuild", gone);
    expect(card.text).toContain("Your next request brings it back.");
    expect(labels).toEqual(["Request a new one", "Delete all my data"]);
  },
);

test("a cancelled build can't be tried again, whatever its instance became before the card was sent", () => {
  const seen = view("request", { operation: { status: "cancelled" }, instance: { state: "broken" } });
  const card = operations.request.card({ ...seen, price });
  expect(card.buttons?.map(({ label }) => label)).toEqual(["Request a new one"]);
});
