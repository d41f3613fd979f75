import { describe, expect, it } from "vitest";
import { afterRefusal, isOwedForLong, mustWait, nonceOf } from "../../../bot/core/delivery.ts";
import type { DeliveryRefused } from "../../../bot/core/errors.ts";
import type { Delivery } from "../../../bot/core/records.ts";

const now = new Date("2026-11-22T09:00:00Z");
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const day = 24 * 3600;

const delivery = (patch: Partial<Delivery> = {}): Delivery => ({
  id: "abcdefghijkl",
  to: { platform: "discord", account: "102", data: {} },
  routes: ["dm", "thread", "admins"],
  card: { title: "Ready", tone: "good" },
  revision: 2,
  sent: 1,
  tries: 1,
  status: "open",
  ...patch,
});
const refused = (kind: DeliveryRefused["kind"], retryAfterSeconds?: number) => ({
  kind,
  retryAfterSeconds,
  message: "no answer",
});
const outcome = (
  kind: DeliveryRefused["kind"],
  retryAfter?: number,
  patch: Partial<Delivery> = {},
  jitter = 0,
) => afterRefusal(delivery(patch), refused(kind, retryAfter), now, jitter);

describe("a closed route", () => {
  it("gives way to the next at once, which starts from zero", () => {
    const { delivery: next, waitSeconds } = outcome("closed", undefined, {
      failures: 4,
      tries: 3,
      ref: { channel: "1", message: "2" },
    });
    expect(waitSeconds).toBeUndefined();
    expect(next).toMatchObject({ routes: ["thread", "admins"], tries: 0 });
    expect([next.failures, next.ref, next.heldUntil, next.nextTryAt]).toEqual(Array(4).fill(undefined));
  });
});

describe("a message that somebody deleted", () => {
  it("is sent anew at once, each time by a nonce of its own that fits", () => {
    const first = outcome("gone", undefined, { id: "a".repeat(25), ref: { channel: "1", message: "2" } });
    expect(first.waitSeconds).toBeUndefined();
    expect(first.delivery.routes).toEqual(["dm", "thread", "admins"]);
    const second = afterRefusal(first.delivery, refused("gone"), now, 0);
    const nonces = [delivery({ id: "a".repeat(25) }), first.delivery, second.delivery].map(nonceOf);
    expect(new Set(nonces).size).toBe(3);
    for (const nonce of nonces) expect(nonce.length).toBeLessThanOrEqual(25);
  });
});

describe("a limit", () => {
  it.each([0.3, 1, 4.2, 60, 3600])(
    "of %d s is waited for as long as it says, and is no failure",
    (seconds) => {
      const { delivery: next, waitSeconds = 0 } = outcome("limited", seconds, { failures: 2 }, 0.99);
      expect(waitSeconds).toBeGreaterThanOrEqual(seconds);
      expect(waitSeconds).toBeLessThanOrEqual(seconds + 2);
      expect(next.failures).toBe(2);
      expect(mustWait(next, now)).toBe(waitSeconds > 1);
    },
  );
});

describe("a failure that passes", () => {
  it("is waited for longer each time, up to five minutes", () => {
    let found = delivery({ failures: 0 });
    const waits = Array.from({ length: 9 }, () => {
      const { delivery: next, waitSeconds = 0 } = afterRefusal(found, refused("passing"), now, 0);
      found = next;
      return waitSeconds;
    });
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it.each([1, 2, 600])("is waited for as long as the platform asks: %d s", (seconds) => {
    expect(outcome("passing", seconds, { failures: 6 }).waitSeconds).toBe(seconds);
  });

  it("does not come back at one time for all that failed at once", () => {
    const waits = [0, 0.25, 0.5, 0.75, 1].map((jitter) =>
      outcome("passing", undefined, { failures: 5 }, jitter),
    );
    expect(new Set(waits.map(({ waitSeconds }) => waitSeconds)).size).toBeGreaterThan(3);
  });
});

describe("a platform that is unwell", () => {
  it("closes no route, counts no failure, and is tried again within two minutes", () => {
    for (const retryAfter of [undefined, 1, 60])
      for (const jitter of [0, 1]) {
        const { delivery: next, waitSeconds } = outcome("unwell", retryAfter, {}, jitter);
        expect(waitSeconds).toBeLessThanOrEqual(60);
        expect(next).toMatchObject({ routes: ["dm", "thread", "admins"], tries: 1 });
        expect(next.failures).toBeUndefined();
      }
  });
});

describe("what waits for a day without success", () => {
  it.each(["limited", "passing", "unwell"] as const)(
    "%s: after a day takes the next route, and the rest at once",
    (kind) => {
      const first = outcome(kind);
      expect(first.givenUp).toBe(false);
      const almost = afterRefusal(first.delivery, refused(kind), later(day - 1), 0);
      expect([almost.givenUp, almost.delivery.routes]).toEqual([false, ["dm", "thread", "admins"]]);
      const next = afterRefusal(almost.delivery, refused(kind), later(day), 0);
      expect([next.givenUp, next.waitSeconds, next.delivery.routes]).toEqual([
        true,
        undefined,
        ["thread", "admins"],
      ]);
      const last = afterRefusal(next.delivery, refused(kind), later(day + 1), 0);
      expect(last.delivery.routes).toEqual(["admins"]);
    },
  );

  it("is owed for long after ten minutes, until it is sent", () => {
    const { delivery: found } = outcome("passing");
    expect(isOwedForLong(found, later(599))).toBe(false);
    expect(isOwedForLong(found, later(600))).toBe(true);
    expect(isOwedForLong({ ...found, sent: 2 }, later(600))).toBe(false);
    expect(isOwedForLong({ ...found, status: "undeliverable" }, later(600))).toBe(false);
  });
});
