import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instance, newInstance, type Person } from "../../../bot/core/instance.ts";
import type { Change, Due } from "../../../bot/core/store.ts";
import { newlyDue } from "../../../bot/engine/outbox.ts";
import { dueAnew } from "../../../bot/engine/tasks.ts";
import { features } from "../../../bot/features/index.ts";
import type { Parts } from "../../../bot/parts.ts";
import { at, member } from "../store/rows.ts";
import { settings } from "../view.ts";

const key = "aaaaaaaaaa";
const parts = { features, settings };
const instance = (change: Partial<Instance>): Instance => ({
  ...newInstance(settings.place, new Date(at)),
  generation: "g",
  networkPolicy: "locked",
  ...change,
});
const person = (change: Partial<Instance>): Person => ({ member: member(key), instance: instance(change) });
const written = (value: Instance): readonly Change[] => [{ kind: "instance", id: "", value, etag: "1" }];
const said = (dues: readonly Due[]) => dues.map(({ at, message }) => `${message.kind} ${at.toISOString()}`);

const hour = (n: number): string => new Date(Date.parse(at) + n * 3600_000).toISOString();
const open = (...hours: number[]) => hours.map((n) => ({ address: `203.0.113.${n}`, until: hour(n) }));

describe("what is due once somebody's rows are changed", () => {
  test("an address that was opened is closed at its time; one that was open already is due already", () => {
    const dues = newlyDue(person({ access: open(1) }), written(instance({ access: open(1, 2) })), parts);
    expect(said(dues)).toEqual([`access ${hour(2)}`]);
  });

  test("a leaver's instance is looked at when its time is over, as was promised then, whatever the policy says since", () => {
    const kept = instance({ removal: "op", keptUntil: hour(14 * 24) });
    const policy = { ...parts, settings: { ...settings, keepDays: 1 } };
    expect(said(newlyDue(person({}), written(kept), policy))).toEqual([`keep ${hour(14 * 24)}`]);
  });

  test("what must not be open to any address is due at once", () => {
    const [due] = newlyDue(person({}), written(instance({ networkPolicy: "open" })), parts);
    expect(due?.message).toEqual({ kind: "access", partition: key, id: "lock" });
    expect(due?.at.getTime()).toBeLessThan(Date.parse(at));
  });

  test("of one that is being built it shows at its end how it is", () => {
    const building = { networkPolicy: undefined, operation: "op" } as const;
    expect(newlyDue(person({ generation: undefined }), written(instance(building)), parts)).toEqual([]);
    const ended = (networkPolicy: Instance["networkPolicy"]) =>
      said(newlyDue(person(building), written(instance({ networkPolicy })), parts));
    expect(ended("locked")).toEqual([]);
    expect(ended("open")).toEqual([`access ${new Date(0).toISOString()}`]);
    expect(ended(undefined)).toEqual([`access ${hour(1)}`]);
  });

  test("of somebody new nothing was due", () => {
    const changes = [
      { kind: "member", id: "", value: member(key) } as const,
      ...written(instance({ access: open(1) })),
    ];
    expect(said(newlyDue(undefined, changes, parts))).toEqual([`access ${hour(1)}`]);
  });

  test("nobody has none: an instance alone is no person", () => {
    expect(newlyDue(undefined, written(instance({ access: open(1) })), parts)).toEqual([]);
  });
});

const anyInstance = fc
  .record({
    access: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
    networkPolicy: fc.constantFrom("locked" as const, "open" as const, undefined),
    removal: fc.constantFrom("op1", "op2", undefined),
    keptUntil: fc.constantFrom(hour(1), hour(2), undefined),
  })
  .map(({ access, ...rest }) => instance({ ...rest, access: open(...access) }));

test("whatever comes after whatever, what is due then was due before or is newly due", () => {
  fc.assert(
    fc.property(anyInstance, anyInstance, (before, after) => {
      const inAll = said(
        newlyDue(undefined, [{ kind: "member", id: "", value: member(key) }, ...written(after)], parts),
      );
      const had = said(
        newlyDue(undefined, [{ kind: "member", id: "", value: member(key) }, ...written(before)], parts),
      );
      const added = said(newlyDue({ member: member(key), instance: before }, written(after), parts));
      expect(new Set([...had, ...added])).toEqual(new Set([...had, ...inAll]));
    }),
  );
});

test("whose due times can't be written down keeps nobody else from theirs, and is tried again alone", async () => {
  const written: string[] = [];
  let isBroken = true;
  const keys = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"];
  const people = async () =>
    keys.map((one) => ({ member: member(one), instance: instance({ access: open(1) }) }));
  const commit = async (_partition: string, _changes: unknown, dues: readonly Due[]) => {
    for (const { message } of dues) {
      if (isBroken && message.partition === "bbbbbbbbbb") throw new Error("no");
      written.push(message.partition);
    }
  };
  const world = {
    ...parts,
    clock: { now: () => new Date(at) },
    log: { info: () => undefined, error: () => undefined },
    store: { people, commit },
  } as unknown as Parts;
  const left = await dueAnew.run(world);
  isBroken = false;
  expect(await dueAnew.run(world, JSON.parse(JSON.stringify(left)))).toBeUndefined();
  expect(written).toEqual(["aaaaaaaaaa", "cccccccccc", "bbbbbbbbbb"]);
});

test("what was lost of it is written down again", async () => {
  const added: Due[] = [];
  const people = async () => [person({ access: open(1) }), { member: member("bbbbbbbbbb") }];
  const commit = async (_partition: string, _changes: unknown, dues: readonly Due[]) =>
    void added.push(...dues);
  const store = { people, commit };
  const clock = { now: () => new Date(at) };
  await dueAnew.run({ ...parts, clock, store } as unknown as Parts);
  expect(said(added)).toEqual([`access ${hour(1)}`]);
});
