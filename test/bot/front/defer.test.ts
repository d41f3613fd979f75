import { expect, test } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import { defer } from "../../../bot/front/defer.ts";
import { settings } from "../view.ts";

const account = { platform: "discord", id: "1100000000000000101", name: "Ada Admin" };
const call = {
  ...{ id: "call", account, place: "team" as const, people: {} },
  line: { command: "help", options: {} },
  replyTo: { platform: "discord", account: account.id, data: {} },
};

/** What a call that is put off is given; `order` lists what it does. */
function world(commit: () => Promise<void> = async () => undefined, isThere = true) {
  const order: string[] = [];
  const does = (what: string, then?: () => Promise<void>) => async () => {
    order.push(what);
    await then?.();
  };
  const parts: Parameters<typeof defer>[1] = {
    clock: { now: () => new Date("2026-11-22T09:00:00Z") },
    log: { info: () => undefined, error: () => undefined },
    store: {
      commit: does("written down", commit),
      person: async () => ({}),
      get: async () => (isThere ? { value: {} as never, etag: "1" } : undefined),
    },
    queue: { send: does("woken") },
    features: [],
    settings,
  };
  return { order, parts };
}

test("the worker is woken only once it was shown that the answer follows", async () => {
  const { order, parts } = world();
  const { promise: shown, resolve: show } = Promise.withResolvers<void>();
  const deferring = defer(call, parts, shown);
  await new Promise((done) => setTimeout(done, 20));
  expect(order).toEqual(["written down"]);
  show();
  await deferring;
  expect(order).toEqual(["written down", "woken"]);
});

test("the worker is woken also where the call is written down already: whoever did that may have died before", async () => {
  const { order, parts } = world(() => Promise.reject(new Conflict("it is there")));
  await defer(call, parts);
  expect(order).toEqual(["written down", "woken"]);
});

test("what can't be written down wakes nobody", async () => {
  const { order, parts } = world(() => Promise.reject(new Error("the storage is away")));
  await expect(defer(call, parts)).rejects.toThrow("away");
  expect(order).toEqual(["written down"]);
});

test("nor does what is refused as if it were there, and is not", async () => {
  const { order, parts } = world(() => Promise.reject(new Conflict("it is there")), false);
  await expect(defer(call, parts)).rejects.toThrow(Conflict);
  expect(order).toEqual(["written down"]);
});
