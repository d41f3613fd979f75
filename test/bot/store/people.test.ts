import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Change, Store } from "../../../bot/core/store.ts";
import { jsonTable } from "../../../bot/store/table.ts";
import { tableStore } from "../../../bot/store/tables.ts";
import { storageAccount } from "../../azurite.ts";
import { openProbe } from "../../bench/probe.ts";
import { member, rows } from "./rows.ts";

/* Everybody on the roster is read from copies, which say what the rows say, whoever writes them when. */
const hourMs = 3_600_000;
const time = { now: Date.parse("2026-01-01T00:00:00Z") };
const keys = Array.from({ length: 60 }, (_, index) => `member${String(index).padStart(4, "0")}`);
let probe: Awaited<ReturnType<typeof openProbe>>;
let store: Store;
let roster: ReturnType<typeof jsonTable>;
let due: ReturnType<typeof jsonTable>;
/** How a commit starts. */
const aboutToChange = (key: string) =>
  due.put("due", `changing:${key}`, { changing: new Date(time.now).toISOString() });

const newMember = (of: string): Change => ({ kind: "member", id: "", value: member(of) });
const callsOf = async (does: () => Promise<unknown>): Promise<number> => {
  probe.take();
  await does();
  return probe.take().length;
};
/** All copies are made: what was changed is settled, and then read. */
async function copied() {
  time.now += hourMs;
  await store.people();
  time.now += hourMs;
  await store.people();
}
async function changeInstance(key: string, size: string): Promise<void> {
  const { instance } = await store.person(key);
  const value = { ...rows.instance, size };
  await store.commit(key, [{ kind: "instance", id: "", value, etag: instance?.etag }]);
}
const sizeOf = async (key: string, of?: Parameters<Store["people"]>[0]) =>
  (await store.people(of)).find((person) => person.member.key === key)?.instance?.size;

beforeAll(async () => {
  probe = await openProbe(storageAccount());
  const connection = { connectionString: probe.connectionString };
  store = tableStore(connection, randomBytes, { now: () => new Date(time.now) });
  roster = jsonTable(connection, "roster", randomBytes);
  due = jsonTable(connection, "due", randomBytes);
  for (const key of keys) await store.commit(key, [newMember(key)]);
});
beforeEach(copied);
afterAll(() => probe.close());

test("sixty members are two calls, and each that was changed lately is one more", async () => {
  expect(await callsOf(() => store.people())).toBe(2);
  expect(await callsOf(() => store.members())).toBe(2);
  await changeInstance("member0003", "Standard_B2s");
  await changeInstance("member0007", "Standard_B2s");
  expect(await callsOf(() => store.people())).toBe(4);
  await copied();
  expect(await callsOf(() => store.people())).toBe(2);
});

test("they come by their keys, all of them or those from one on, as their rows say it", async () => {
  expect((await store.members()).map(({ key }) => key)).toEqual(keys);
  expect((await store.people({ from: "member0058" })).map((person) => person.member)).toEqual([
    member("member0058"),
    member("member0059"),
  ]);
});

describe("a copy says what the rows say", () => {
  test("at once after a change", async () => {
    await changeInstance("member0001", "Standard_B4ms");
    expect(await sizeOf("member0001")).toBe("Standard_B4ms");
  });

  test("where somebody was about to change them, and comes to it within the time that a process has", async () => {
    const before = await sizeOf("member0002");
    await aboutToChange("member0002");
    time.now += 29 * 60_000;
    expect(await sizeOf("member0002")).toBe(before);
    // As it ends, half an hour later: no copy was made meanwhile.
    const state = jsonTable({ connectionString: probe.connectionString }, "state", randomBytes);
    await state.put("member0002", "instance", { ...rows.instance, size: "Standard_E2s_v5" });
    expect(await sizeOf("member0002")).toBe("Standard_E2s_v5");
  });

  test("where the process died before it could", async () => {
    const before = await sizeOf("member0004");
    await aboutToChange("member0004");
    await copied();
    expect(await callsOf(() => store.people())).toBe(2);
    expect(await sizeOf("member0004")).toBe(before);
  });

  test.each([
    ["the process died while it added them", true],
    ["an earlier version's did", false],
  ])(
    "where nobody came to be, since %s: that is read once, and whoever comes later is there",
    async (_how, isMarked) => {
      const key = `nobody-${isMarked}`;
      await roster.put("member", key, {});
      if (isMarked) await aboutToChange(key);
      await copied();
      expect(await callsOf(() => store.people())).toBe(2);
      expect((await store.people()).map((person) => person.member.key)).toEqual(keys);
      await store.commit(key, [newMember(key)]);
      expect((await store.members()).map((one) => one.key)).toEqual([...keys, key]);
      await copied();
      expect((await store.members()).map((one) => one.key)).toEqual([...keys, key]);
      // Nobody again, for the tests that follow.
      const state = jsonTable({ connectionString: probe.connectionString }, "state", randomBytes);
      await state.remove(key, "member");
      await roster.remove("member", key);
    },
  );

  test("where somebody is added while it is found that nobody came to be", async () => {
    const key = "nobody-yet";
    await roster.put("member", key, {});
    await aboutToChange(key);
    time.now += hourMs;
    await Promise.all([store.people(), store.commit(key, [newMember(key)])]);
    expect((await store.members()).map((one) => one.key)).toEqual([...keys, key]);
    await copied();
    expect((await store.members()).map((one) => one.key)).toEqual([...keys, key]);
  });

  test("where somebody changes them while a copy is made", async () => {
    await changeInstance("member0005", "Standard_B1s");
    time.now += hourMs;
    await Promise.all([store.people(), changeInstance("member0005", "Standard_B2ms")]);
    expect(await sizeOf("member0005")).toBe("Standard_B2ms");
    await copied();
    expect(await sizeOf("member0005")).toBe("Standard_B2ms");
  });

  test("where an earlier version, which knows of no copies, has written them: once a day they are read anew", async () => {
    const state = jsonTable({ connectionString: probe.connectionString }, "state", randomBytes);
    await state.put("member0006", "instance", { ...rows.instance, size: "Standard_D2s_v5" });
    expect(await sizeOf("member0006", { anew: true })).toBe("Standard_D2s_v5");
    expect(await sizeOf("member0006")).toBe("Standard_D2s_v5");
    await copied();
    expect(await callsOf(() => store.people())).toBe(2);
    expect(await sizeOf("member0006")).toBe("Standard_D2s_v5");
  });

  test("in rows of an earlier version, whose process may still be at it", async () => {
    await roster.put("member", "member0008", {});
    await store.people();
    const state = jsonTable({ connectionString: probe.connectionString }, "state", randomBytes);
    await state.put("member0008", "instance", { ...rows.instance, size: "Standard_F2s" });
    expect(await sizeOf("member0008")).toBe("Standard_F2s");
    await copied();
    expect(await sizeOf("member0008")).toBe("Standard_F2s");
  });
});
