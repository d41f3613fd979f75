import { expect, test } from "vitest";
import type { Platform } from "../../../bot/core/platform.ts";
import { warmUp } from "../../../bot/front/warmUp.ts";

/** What happens, in order. */
async function warmed(failing: readonly string[] = [], busy: readonly string[] = []) {
  const order: string[] = [];
  const logged: string[] = [];
  const load = async (name: string) => {
    order.push(name);
    if (failing.includes(name)) throw new Error("it is away");
    return undefined;
  };
  const platform = (name: string, ...pieces: string[]): Platform => ({
    name,
    vouches: false,
    pieces: pieces.map((piece) => ({ name: piece, load: () => load(piece) })),
    receive: () => Promise.reject(new Error("nobody calls")),
    send: () => Promise.reject(new Error("nothing is sent")),
  });
  const waits = [...busy];
  const parts: Parameters<typeof warmUp>[0] = {
    clock: { now: () => new Date("2026-11-22T09:00:00Z") },
    wait: async () => void order.push("rest"),
    log: { info: (message) => logged.push(message), error: () => logged.push("an error") },
    store: { memberOf: () => load("storage") },
    queue: {
      depth: async () => {
        await load("queue");
        return { waiting: 0, poison: 0 };
      },
    },
    platforms: {
      one: platform("one", "library", "token"),
      other: platform("other"),
      third: platform("third", "adapter"),
    },
  };
  // Busy after the piece that was loaded before, each time that it is named.
  await warmUp(parts, () => {
    const last = order.findLast((step) => step !== "rest") ?? "";
    if (waits[0] !== last) return false;
    waits.shift();
    return true;
  });
  return { order, logged };
}

const pieces = ["storage", "queue", "library", "token", "adapter"];

test("loads one piece after the other, with a rest before each", async () => {
  expect((await warmed()).order).toEqual(pieces.flatMap((piece) => ["rest", piece]));
});

test("goes on after a piece that fails, and says no more than that", async () => {
  const { order, logged } = await warmed(["storage", "token"]);
  expect(order.filter((step) => step !== "rest")).toEqual(pieces);
  const failed = "a piece could not be loaded beforehand";
  expect(logged).toEqual([failed, failed, "the bot is warm"]);
});

test("loads nothing while a call is in hand", async () => {
  const { order } = await warmed([], ["storage", "storage"]);
  expect(order.slice(0, 6)).toEqual(["rest", "storage", "rest", "rest", "rest", "queue"]);
});
