import { describe, expect, it } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import type { Bookmark, Change, RowKind } from "../../../bot/core/store.ts";
import { importRow } from "../../../bot/core/team.ts";
import { storageAccount } from "../../azurite.ts";
import { listed } from "../../listed.ts";
import { at, member, operation, rows } from "./rows.ts";
import { keysOf, newMember, storeIn } from "./tables.ts";

const store = storeIn(storageAccount());
const key = "aaaaaaaaaa";

describe("rows", () => {
  it("asks for no table to be made first: reading from nothing finds nothing", async () => {
    const fresh = storeIn(storageAccount());
    expect(await fresh.get(key, "op", "1")).toBeUndefined();
    expect(await fresh.members()).toEqual([]);
    await fresh.commit(key, [newMember(key)]);
    expect(await fresh.members()).toEqual([member(key)]);
  });

  it.each(Object.keys(rows) as RowKind[])("gives back every field of %s", async (kind) => {
    const id = kind === "member" || kind === "instance" ? "" : "1";
    await store.commit("allkinds", [{ kind, id, value: rows[kind] } as Change]);
    expect((await store.get("allkinds", kind, id))?.value).toEqual(rows[kind]);
  });

  it("reads member and instance together", async () => {
    expect(await store.person("nobody")).toEqual({});
    await store.commit("person", [
      newMember("person"),
      { kind: "instance", id: "", value: rows.instance },
      { kind: "op", id: "1", value: rows.op },
      { kind: "audit", id: "1", value: rows.audit },
    ]);
    const { member: m, instance } = await store.person("person");
    expect(m?.value).toEqual(member("person"));
    expect(instance?.value).toEqual(rows.instance);
  });

  it("forgets each kind when its time is over, and what is still needed not even then", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    const kinds = Object.keys(rows) as RowKind[];
    const idOf = (kind: RowKind) => (["member", "instance", "policy"].includes(kind) ? "" : "1");
    const all = kinds.map((kind) => ({ kind, id: idOf(kind), value: rows[kind] }) as Change);
    const ended = { ...rows.op, status: "succeeded" } as const;
    const more: Change[] = [
      { kind: "op", id: "look", value: { ...ended, id: "look", name: "status" } },
      { kind: "op", id: "other", value: { ...ended, id: "other" } },
      // Of which the instance speaks.
      { kind: "op", id: "op2", value: { ...ended, id: "op2" } },
      { kind: "delivery", id: "owed", value: rows.delivery },
      { kind: "delivery", id: "seen", value: { ...rows.delivery, sent: rows.delivery.revision } },
      // Of an operation that still runs.
      { kind: "delivery", id: "1", value: { ...rows.delivery, sent: rows.delivery.revision } },
      { kind: "config", id: "", value: rows.config },
    ];
    const expected = all.filter(({ kind }) => kind !== "delivery");
    const written = [...expected, ...more];
    for (const partition of ["one", "an/other#"]) await own.commit(partition, written);
    const gone = async (partition: string) => {
      const found = await Promise.all(written.map(({ kind, id }) => own.get(partition, kind, id)));
      return written.flatMap(({ kind, id }, index) => (found[index] ? [] : [`${kind} ${id}`])).toSorted();
    };
    const later = (days: number, ms = 0) => new Date(Date.parse(at) + days * 24 * 3600_000 + ms);
    // But for what is done for many, which runs.
    const passing = [
      "accessLinks 1",
      "call 1",
      "claim 1",
      "config 1",
      "confirm 1",
      "import 1",
      "linkCode 1",
      "linking 1",
    ];
    await own.forget(later(30), 90);
    expect(await gone("one")).toEqual([]);
    await own.forget(later(30, 1), 90);
    for (const partition of ["one", "an/other#"])
      expect(await gone(partition)).toEqual([...passing, "delivery seen", "op look"].toSorted());
    await own.forget(later(90), 90);
    expect(await gone("one")).not.toContain("audit 1");
    expect(await listed(own.audit(new Date(at), new Date(at)))).toHaveLength(2);
    await own.forget(later(91, 1), 90);
    expect(await gone("one")).toEqual(
      [...passing, "audit 1", "delivery seen", "op look", "op other"].toSorted(),
    );
    expect(await keysOf(connectionString, "audit")).toEqual([]);
  });

  it("keeps what is done for many and what is imported as long as it runs, and the message about it", async () => {
    const own = storeIn(storageAccount());
    const sent = { ...rows.delivery, sent: rows.delivery.revision };
    const part = (id: string, number: number, status: "running" | "done"): Change => {
      const value = { ...rows.import, id, part: number, parts: 2, status };
      return { kind: "import", id: importRow(id, number), value };
    };
    const running: Change[] = [
      { kind: "bulk", id: "b1", value: { ...rows.bulk, status: "running" } },
      { kind: "delivery", id: "b1", value: sent },
      part("i1", 0, "running"),
      part("i1", 1, "running"),
      { kind: "delivery", id: "i1", value: sent },
    ];
    const ended: Change[] = [
      { kind: "bulk", id: "b2", value: { ...rows.bulk, status: "ended" } },
      { kind: "delivery", id: "b2", value: sent },
      part("i2", 0, "done"),
      // Only the first part says how far it is.
      part("i2", 1, "running"),
      { kind: "delivery", id: "i2", value: sent },
    ];
    await own.commit("bot", [...running, ...ended]);
    await own.forget(new Date(Date.parse(at) + 31 * 24 * 3600_000), 90);
    for (const { kind, id } of running) expect(await own.get("bot", kind, id)).toBeDefined();
    for (const { kind, id } of ended) expect(await own.get("bot", kind, id)).toBeUndefined();
  });

  it("goes so far at a time, and goes on from there", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    for (const partition of ["one", "o'/ne#", "two"]) {
      const claims = Array.from(
        { length: 8 },
        (_, i): Change => ({ kind: "claim", id: `${i}`, value: rows.claim }),
      );
      await own.commit(partition, [...claims, { kind: "audit", id: "1", value: rows.audit }]);
      await own.commit(partition, [newMember(partition)]);
    }
    const left = async () => (await keysOf(connectionString, "state")).length;
    const now = new Date(Date.parse(at) + 31 * 24 * 3600_000);
    const counts: number[] = [];
    let from: Bookmark | undefined;
    do {
      from = await own.forget(now, 90, from, { changed: 10, read: 100 });
      counts.push(await left());
    } while (from && counts.length < 9);
    expect(counts).toEqual([20, 10, 6]);
    const later = new Date(Date.parse(at) + 99 * 24 * 3600_000);
    let passes = 0;
    do {
      from = await own.forget(later, 90, from, { changed: 100, read: 2 });
      passes += 1;
    } while (from && passes < 20);
    expect(await left()).toBe(3);
    expect(await keysOf(connectionString, "audit")).toEqual([]);
    // Six rows there, three in the index; the last two of a table may be all that was left.
    expect(passes).toBeLessThanOrEqual(8);
  });

  it("counts from now on what an earlier version has left undated", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    const { at: _at, ...undated } = { ...rows.delivery, sent: rows.delivery.revision };
    await own.commit("one", [{ kind: "delivery", id: "d1", value: undated }]);
    const first = new Date("2026-11-20T09:00:00Z");
    await own.forget(first, 90);
    expect((await own.get("one", "delivery", "d1"))?.value).toEqual({ ...undated, at: first.toISOString() });
    await own.forget(new Date(first.getTime() + 30 * 24 * 3600_000 + 1), 90);
    expect(await own.get("one", "delivery", "d1")).toBeUndefined();
  });

  it("writes all of a transaction or nothing", async () => {
    await store.commit("whole", [{ kind: "op", id: "1", value: operation("1") }]);
    const again: Change[] = [
      { kind: "op", id: "2", value: operation("2") },
      { kind: "op", id: "1", value: operation("1") },
    ];
    await expect(store.commit("whole", again)).rejects.toBeInstanceOf(Conflict);
    expect(await store.get("whole", "op", "2")).toBeUndefined();
  });

  it("lets one of two writers win who read the same version", async () => {
    await store.commit("race", [{ kind: "op", id: "1", value: operation("1") }]);
    const etag = (await store.get("race", "op", "1"))?.etag;
    const change = (phase: string): Change => ({
      kind: "op",
      id: "1",
      value: { ...operation("1"), phase },
      etag,
    });
    const outcomes = await Promise.allSettled([
      store.commit("race", [change("a")]),
      store.commit("race", [change("b")]),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find((o) => o.status === "rejected")?.reason).toBeInstanceOf(Conflict);
  });

  it("writes over whatever is there when told to replace", async () => {
    const claim = (at: string): Change => ({
      kind: "claim",
      id: "1",
      value: { ...rows.claim, at },
      replace: true,
    });
    await store.commit("replace", [claim("first")]);
    await store.commit("replace", [claim("second")]);
    expect((await store.get("replace", "claim", "1"))?.value.at).toBe("second");
  });

  it("keeps ids apart that hold characters which Azure forbids in keys", async () => {
    for (const id of ["a/b", "a#b", "a?b", "a%2fb", "a!2fb", "it's"])
      await store.commit("odd/key", [{ kind: "audit", id, value: { ...rows.audit, what: id } }]);
    expect((await store.get("odd/key", "audit", "a!2fb"))?.value.what).toBe("a!2fb");
    expect((await store.get("odd/key", "audit", "it's"))?.value.what).toBe("it's");
  });

  it("refuses a row that is too long, and says which", async () => {
    const value = { ...rows.claim, at: "x".repeat(40_000) };
    await expect(store.commit(key, [{ kind: "claim", id: "long", value }])).rejects.toThrow(
      /state: claim:long takes 40\d{3} characters/,
    );
  });

  it("does not lose what a newer version of the bot has added to a row", async () => {
    const newer = { ...rows.confirm, reason: "new here" };
    await store.commit("newer", [{ kind: "confirm", id: "1", value: newer }]);
    expect((await store.get("newer", "confirm", "1"))?.value).toEqual(newer);
  });
});
