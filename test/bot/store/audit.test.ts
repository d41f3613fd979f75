import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import type { Store } from "../../../bot/core/store.ts";
import { forgetRows } from "../../../bot/store/forgetRows.ts";
import { jsonTable } from "../../../bot/store/table.ts";
import { storageAccount } from "../../azurite.ts";
import { listed } from "../../listed.ts";
import { rows } from "./rows.ts";
import { keysOf, storeIn, tableIn } from "./tables.ts";

const store = storeIn(storageAccount());

describe("what was done", () => {
  it("comes newest first, over the days, from one moment to another", async () => {
    const times = ["2026-11-20T09:00", "2026-11-20T23:59", "2026-11-21T00:00", "2026-11-22T10:00"];
    for (const [index, time] of times.entries()) {
      const value = { ...rows.audit, at: `${time}:00.000Z`, what: `did ${index}` };
      await store.commit(`day-${index % 2}`, [{ kind: "audit", id: `${value.at}-${index}`, value }]);
    }
    const between = async (from: string, to: string) =>
      (await listed(store.audit(new Date(from), new Date(to)))).map(({ what }) => what);
    expect(await between("2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z")).toEqual([
      "did 3",
      "did 2",
      "did 1",
    ]);
    expect(await between("2026-11-20T09:00:00Z", "2026-11-20T12:00:00Z")).toEqual(["did 0"]);
  });

  const entry = (second: number, call = "1") => {
    const value = { ...rows.audit, at: `2026-11-25T09:00:0${second}.000Z`, call };
    return { kind: "audit", id: `${value.at}-${call}`, value } as const;
  };
  const all = (of: Store) =>
    listed(of.audit(new Date("2026-11-25T00:00:00Z"), new Date("2026-11-26T00:00:00Z")));
  const stale = { kind: "accessLinks", id: "", value: { given: [] }, etag: 'W/"old"' } as const;

  it("is found at once, if it came to be", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", [entry(1)]);
    expect(await all(own)).toEqual([entry(1).value]);
    expect(await keysOf(connectionString, "due")).toEqual([]);
    await expect(own.commit("one", [entry(2), stale])).rejects.toBeInstanceOf(Conflict);
    expect(await all(own)).toEqual([entry(1).value]);
    expect(await keysOf(connectionString, "audit")).toEqual([`${entry(1).id}:one`]);
  });

  it("is found by who looked for it before it came to be, and looks again", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await expect(own.commit("one", [entry(1), stale])).rejects.toBeInstanceOf(Conflict);
    const [noted = ""] = await keysOf(connectionString, "due");
    expect(await all(own)).toEqual([]);
    expect(await keysOf(connectionString, "due")).toEqual([noted]);
    // As if the transaction had come only now.
    const { partition, row, value } = {
      partition: "one",
      row: `audit:${entry(1).id}`,
      value: entry(1).value,
    };
    await jsonTable({ connectionString }, "state", randomBytes).put(partition, row, value);
    expect(await all(own)).toEqual([entry(1).value]);
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("is added to the index by the sweep, once whoever wrote it has had the time to", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", [entry(1)]);
    await own.tend(new Date("2026-11-25T09:01:00Z"));
    expect(await keysOf(connectionString, "due")).toHaveLength(1);
    await own.tend(new Date("2026-11-25T09:01:01Z"));
    expect(await keysOf(connectionString, "audit")).toEqual([`${entry(1).id}:one`]);
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("is added by the sweep although it is dated long before it was written, and a sweep came in between", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString, "2026-11-25T10:00:00Z");
    // Written before the transaction, which fails here; the sweep looks before it would be.
    await expect(own.commit("one", [entry(1), stale])).rejects.toBeInstanceOf(Conflict);
    await own.tend(new Date("2026-11-25T10:00:59Z"));
    await own.commit("two", [entry(1)]);
    const [left = ""] = await keysOf(connectionString, "due");
    expect(left).toContain("2026-11-25T10:01:00.000Z:one");
    await own.tend(new Date("2026-11-25T10:01:00Z"));
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("is in the other person's audit once it came to be, whoever died in between", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    const about = ["two"];
    const both = { ...entry(1), value: { ...entry(1).value, alsoAbout: about } };
    const theirs = { ...entry(1).value, about: "two" };
    await expect(own.commit("one", [both, stale])).rejects.toBeInstanceOf(Conflict);
    await own.tend(new Date("2026-11-25T09:02:00Z"));
    expect(await all(own)).toEqual([]);
    expect(await own.get("two", "audit", both.id)).toBeUndefined();
    await own.commit("one", [both]);
    expect(await all(own)).toEqual(expect.arrayContaining([both.value, theirs]));
    expect((await own.get("two", "audit", both.id))?.value).toEqual(theirs);
    // As if whoever came after it had died half-way.
    for (const key of await keysOf(connectionString, "audit"))
      await tableIn(connectionString, "audit").deleteEntity("2026-11-25", key);
    await tableIn(connectionString, "state").deleteEntity("two", `audit:${both.id}`);
    await expect(own.commit("one", [both])).rejects.toBeInstanceOf(Conflict);
    await own.tend(new Date("2026-11-25T09:02:00Z"));
    expect((await own.get("two", "audit", both.id))?.value).toEqual(theirs);
    expect(await all(own)).toHaveLength(2);
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("and its place in the index go together, after audit-days to the millisecond", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    const both = { ...entry(1), value: { ...entry(1).value, alsoAbout: ["t/wo"] } };
    await own.commit("one", [both]);
    await own.tend(new Date("2026-11-25T09:02:00Z"));
    const left = async (ms: number) => {
      await own.forget(new Date(Date.parse(both.value.at) + 90 * 24 * 3600_000 + ms), 90);
      const entries = await keysOf(connectionString, "state");
      return [entries.length, (await keysOf(connectionString, "audit")).length];
    };
    expect(await left(0)).toEqual([2, 2]);
    expect(await left(1)).toEqual([0, 0]);
  });

  it("leaves the index before it goes itself, so that nothing there is without one, whoever dies in between", async () => {
    const gone: string[] = [];
    const stored = { rowKey: `audit:${entry(1).id}`, value: entry(1).value, etag: "1", partition: "one" };
    const table = (name: string, rows: readonly (typeof stored)[] = []) => ({
      ...jsonTable({ connectionString: storageAccount() }, name, randomBytes),
      all: async function* () {
        yield* rows;
      },
      remove: async (partition: string, row: string) => void gone.push(`${name} ${partition} ${row}`),
    });
    const tables = { state: table("state", [stored]), audit: table("audit"), cache: table("cache") };
    await forgetRows(tables, new Date("2027-02-23T10:00:00Z"), 90);
    expect(gone).toEqual([`audit 2026-11-25 ${entry(1).id}:one`, `state one audit:${entry(1).id}`]);
  });

  it("passes over what an earlier version has left in the index, and it goes with its day", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", [entry(1)]);
    await own.tend(new Date("2026-11-25T09:02:00Z"));
    const lost = { ...entry(2, "lost").value, about: "one" };
    await tableIn(connectionString, "audit").createEntity({
      partitionKey: "2026-11-25",
      rowKey: `${lost.at}-lost:one`,
      json: JSON.stringify(lost),
    });
    expect(await all(own)).toEqual([entry(1).value]);
    await own.forget(new Date("2027-02-24T00:00:00Z"), 90);
    expect(await keysOf(connectionString, "audit")).toEqual([]);
  });
});
