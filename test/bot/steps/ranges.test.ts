import fc from "fast-check";
import { expect, test } from "vitest";
import type { Access } from "../../../bot/core/instance.ts";
import { opened } from "../../../bot/features/access/opened.ts";
import { covers, widest, withoutRepeats } from "../../../bot/steps/ranges.ts";

test.for([
  ["203.0.113.0/28", "203.0.113.7", true],
  ["203.0.113.0/28", "203.0.113.16", false],
  ["203.0.113.0/28", "203.0.113.8/29", true],
  ["203.0.113.8/29", "203.0.113.0/28", false],
  ["203.0.113.7", "203.0.113.7", true],
  ["203.0.113.7", "203.0.113.0/28", false],
  ["203.0.112.0/24", "203.0.113.7", false],
  ["*", "203.0.113.7", false],
  ["203.0.113.0/28", "*", false],
  ["*", "*", true],
  ["Internet", "203.0.113.7", false],
  ["2001:db8::/32", "203.0.113.7", false],
] as const)("%s covers %s: %s", ([range, inner, expected]) => {
  expect(covers(range, inner)).toBe(expected);
});

/** Few addresses, so that many overlap. */
const hosts = Array.from({ length: 16 }, (_, host) => `203.0.113.${host}`);
const ranges = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 28, max: 32 }))
  .map(([host, bits]) => {
    const size = 2 ** (32 - bits);
    const base = `203.0.113.${Math.floor(host / size) * size}`;
    return bits === 32 ? base : `${base}/${bits}`;
  });
const hour = (count: number) => new Date(Date.parse("2026-11-30T00:00:00Z") + count * 3600_000);
const hours = fc.integer({ min: 1, max: 8 });
const records = fc.array(
  fc.record({ address: ranges, until: hours.map((count) => hour(count).toISOString()) }),
  { maxLength: 12 },
);

const at = (access: readonly Access[], now: Date) =>
  access.filter(({ until }) => Date.parse(until) > now.getTime()).map(({ address }) => address);
const reached = (open: readonly string[]) => hosts.filter((host) => open.some((one) => covers(one, host)));
/** Until when the record opens SSH for a host. */
const end = (access: readonly Access[], host: string) =>
  access
    .filter(({ address }) => covers(address, host))
    .map(({ until }) => until)
    .toSorted()
    .at(-1);

test("what is sent at any time overlaps nowhere, and opens exactly what is on record then", () => {
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 9 }), (access, count) => {
      const open = at(access, hour(count));
      const sent = widest(open);
      for (const one of sent) expect(sent.filter((other) => covers(other, one))).toEqual([one]);
      expect(reached(sent)).toEqual(reached(open));
    }),
  );
});

test("what is left out of a record changes nobody's time", () => {
  fc.assert(
    fc.property(records, (access) => {
      const left = withoutRepeats(access);
      for (const host of hosts) expect(end(left, host)).toBe(end(access, host));
      expect(withoutRepeats(left)).toEqual(left);
    }),
  );
});

test("to ask for more takes from no address that is in no need of it, and gives to none that is not named on the card", () => {
  const asks = fc.array(fc.tuple(ranges, fc.integer({ min: 0, max: 3 }), hours), { maxLength: 12 });
  fc.assert(
    fc.property(asks, (asked) => {
      let [access, now]: [readonly Access[], Date] = [[], hour(0)];
      for (const [address, later, lasts] of asked) {
        now = new Date(now.getTime() + later * 3600_000);
        const wanted = new Date(now.getTime() + lasts * 3600_000);
        const before = access.filter(({ until }) => Date.parse(until) > now.getTime());
        const after = opened(before, address, wanted);
        expect(covers(after.address, address)).toBe(true);
        for (const host of hosts) {
          // The same range, asked for again, has the time that is asked for; anything else only gains.
          const own = before.filter((one) => one.address !== after.address);
          if (!covers(after.address, host)) expect(end(after.access, host)).toBe(end(before, host));
          else expect([end(own, host), after.until]).toContain(end(after.access, host));
          if (covers(address, host))
            expect(Date.parse(end(after.access, host) ?? "")).toBeGreaterThan(wanted.getTime() - 15 * 60_000);
        }
        if (after.address !== address)
          for (const host of hosts)
            expect((end(after.access, host) ?? "") >= (end(before, host) ?? "")).toBe(true);
        access = withoutRepeats(after.access);
      }
    }),
  );
});
