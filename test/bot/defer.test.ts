import { expect, test } from "vitest";
import { defer } from "../../bot/defer.ts";

test("the worker is woken only once it was shown that the answer follows", async () => {
  const order: string[] = [];
  const { promise: shown, resolve: show } = Promise.withResolvers<void>();
  const does = (what: string) => async () => void order.push(what);
  const parts: Parameters<typeof defer>[1] = {
    clock: { now: () => new Date("2026-11-22T09:00:00Z") },
    log: { info: () => undefined, error: () => undefined },
    store: { addDue: does("due"), commit: does("written down") },
    queue: { send: does("woken") },
  };
  const account = { platform: "discord", id: "1100000000000000101", name: "Ada Admin" };
  const call = {
    ...{ id: "call", account, place: "team" as const, people: {} },
    line: { command: "help", options: {} },
    replyTo: { platform: "discord", account: account.id, data: {} },
  };
  const deferring = defer(call, parts, shown);
  await new Promise((done) => setTimeout(done, 20));
  expect(order).toEqual(["due", "written down"]);
  show();
  await deferring;
  expect(order).toEqual(["due", "written down", "woken"]);
});
