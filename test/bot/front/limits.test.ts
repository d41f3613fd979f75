import { beforeEach, describe, expect, test } from "vitest";
import { Stranger, TooMany } from "../../../bot/core/errors.ts";
import { limitsIn, type Memory } from "../../../bot/front/limits.ts";
import type { Limits } from "../../../bot/parts.ts";

const rates = {
  member: { atOnce: 20, perSecond: 1 },
  admin: { atOnce: 60, perSecond: 3 },
  stranger: { atOnce: 10, perSecond: 1 },
};
let time: number;
let limits: Limits;
let calls: number;
beforeEach(() => {
  time = Date.parse("2026-11-22T09:00:00Z");
  calls = 0;
  limits = limitsIn(rates, { now: () => new Date(time) });
});

const accountOf = (id: string, platform = "a") => ({ platform, id, name: id });
/** Undefined: it goes on. */
const refusalOf = (act: () => void): Pick<TooMany, "seconds" | "tells"> | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    return { seconds: error.seconds, tells: error.tells };
  }
};
const asks = (who: string, platform?: string, id = `call-${calls++}`) =>
  refusalOf(() => limits.admit({ id, account: accountOf(who, platform) }));
/** How many of so many go on. */
const passing = (count: number, ask: () => unknown): number =>
  Array.from({ length: count }, ask).filter((refused) => refused === undefined).length;

test("a member may send 20 at once, and one more with each second", () => {
  expect(passing(500, () => asks("mia"))).toBe(20);
  time += 5000;
  expect(passing(500, () => asks("mia"))).toBe(5);
});

test("whoever is found to be an admin may send 60, and three more with each second, until they are none", () => {
  limits.found(accountOf("ada"), "admin");
  expect(passing(500, () => asks("ada"))).toBe(60);
  time += 5000;
  expect(passing(500, () => asks("ada"))).toBe(15);
  limits.found(accountOf("ada"), "admin");
  expect(passing(500, () => asks("ada"))).toBe(0);
  limits.found(accountOf("ada"), "member");
  expect(passing(500, () => asks("ada"))).toBe(0);
  time += 5000;
  expect(passing(500, () => asks("ada"))).toBe(5);
});

test("what was taken before it was known who somebody is stays taken", () => {
  expect(passing(500, () => asks("ada"))).toBe(20);
  limits.found(accountOf("ada"), "admin");
  expect(passing(500, () => asks("ada"))).toBe(40);
});

test("nobody waits for what somebody else sends, on either platform", () => {
  expect(passing(500, () => asks("mia", "a"))).toBe(20);
  expect(passing(500, () => asks("max", "a"))).toBe(20);
  expect(passing(500, () => asks("mia", "b"))).toBe(20);
});

test("strangers share what is theirs, and members have what is their own when nothing of it is left", () => {
  const stranger = (platform: string) => refusalOf(() => limits.admitStranger(platform));
  expect(passing(500, () => stranger("a"))).toBe(10);
  expect(passing(500, () => stranger("b"))).toBe(10);
  expect(passing(20, () => asks("mia"))).toBe(20);
});

test("whoever was found to be nobody here pays from what strangers share, for a minute, before anything is read", () => {
  expect(limits.admit({ id: "first", account: accountOf("sam") })).toBe("own");
  limits.found(accountOf("sam"), "stranger");
  limits.admitStranger("a");
  expect(limits.admit({ id: "second", account: accountOf("sam") })).toBe("strangers");
  expect(passing(500, () => asks("sam"))).toBe(8);
  // Sent again, it is read again.
  expect(asks("sam", "a", "first")).toBeDefined();
  expect(passing(20, () => asks("mia"))).toBe(20);
  time += 60_000;
  expect(limits.admit({ id: "third", account: accountOf("sam") })).toBe("own");
});

test("whoever is on the roster by now has what is their own as soon as they are found there", () => {
  limits.found(accountOf("sam"), "stranger");
  limits.found(accountOf("sam"), "member");
  expect(passing(500, () => asks("sam"))).toBe(20);
  limits.found(accountOf("sam"), "stranger");
  limits.found(accountOf("sam"), "admin");
  expect(passing(500, () => asks("sam"))).toBe(40);
});

describe("of whoever is not known", () => {
  const turn = (who: string) => limits.turn(accountOf(who));
  const turns = (who: string, count: number) =>
    Array.from({ length: count }, () => refusalOf(() => void turn(who)));

  test("one call is looked up, and the others wait for that, as many as an admin may send", async () => {
    const { promise: look, resolve: end } = Promise.withResolvers<void>();
    expect(turn("ada")).toBeUndefined();
    asks("ada");
    limits.looking(accountOf("ada"), look);
    const waits = turn("ada");
    expect(turns("ada", 59)).toEqual(Array(59).fill(undefined));
    expect(turns("ada", 500)).toEqual(Array(500).fill({ seconds: 1, tells: false }));
    expect(turn("mia")).toBeUndefined();
    limits.found(accountOf("ada"), "admin");
    end();
    expect(await waits).toBe("known");
    expect(passing(60, () => asks("ada"))).toBe(59);
    expect(turn("ada")).toBeUndefined();
  });

  test("a look that finds a stranger is the answer for all that wait", async () => {
    const { promise: look, reject: end } = Promise.withResolvers<void>();
    limits.looking(accountOf("sam"), look);
    const waits = turn("sam");
    end(new Stranger());
    expect(await waits).toBe("stranger");
    expect(turn("sam")).toBeUndefined();
  });

  test("so is one that fails, until the next", async () => {
    limits.looking(accountOf("sam"), Promise.reject(new Error("the storage is away")));
    await expect(turn("sam")).rejects.toThrow("the storage is away");
    expect(turn("sam")).toBeUndefined();
  });

  test("who is known as a member waits for no look", () => {
    limits.found(accountOf("mia"), "member");
    limits.looking(accountOf("mia"), new Promise(() => undefined));
    expect(turn("mia")).toBeUndefined();
  });
});

test("a call that comes again does not count, however often, unless it was refused", () => {
  expect(passing(20, () => asks("mia"))).toBe(20);
  expect(passing(500, () => asks("mia", "a", "call-3"))).toBe(500);
  expect(asks("mia", "a", "late")).toBeDefined();
  expect(asks("mia", "a", "late")).toBeDefined();
  time += 1000;
  expect(asks("mia", "a", "late")).toBeUndefined();
});

test("whoever has to wait hears so once a minute, and for how long", () => {
  passing(20, () => asks("mia"));
  expect(asks("mia")).toEqual({ seconds: 1, tells: true });
  expect(asks("mia")).toEqual({ seconds: 1, tells: false });
  for (let second = 0; second < 59; second += 1) {
    time += 1000;
    expect(asks("mia")).toBeUndefined();
  }
  expect(asks("mia")).toEqual({ seconds: 1, tells: false });
  time += 1000;
  expect(asks("mia")).toBeUndefined();
  expect(asks("mia")).toEqual({ seconds: 1, tells: true });
});

test("what is kept is bounded by who has asked for something lately", () => {
  const memory: Memory = { buckets: new Map(), calls: new Map(), strangers: new Map() };
  limits = limitsIn(rates, { now: () => new Date(time) }, memory);
  let most = 0;
  for (let person = 0; person < 100_000; person += 1) {
    asks(`person-${person}`);
    limits.found(accountOf(`person-${person}`), "stranger");
    time += 100;
    most = Math.max(most, memory.buckets.size);
  }
  expect(most).toBeLessThanOrEqual(300);
  expect(memory.calls.size).toBeLessThanOrEqual(50_000);
  expect(memory.strangers.size).toBeLessThanOrEqual(601);
  for (let person = 0; person < 100_000; person += 1) limits.found(accountOf(`other-${person}`), "stranger");
  expect(memory.strangers.size).toBeLessThanOrEqual(10_000);
  passing(20, () => asks("mia"));
  expect(asks("mia", "a", "call-99999")).toBeUndefined();
  expect(asks("mia", "a", "call-0")).toBeDefined();
});
