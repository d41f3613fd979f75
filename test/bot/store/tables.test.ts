import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { AccountTaken, Conflict, Refusal } from "../../../bot/core/errors.ts";
import type { Bookmark, Change, RowKind, RowKinds, Store } from "../../../bot/core/store.ts";
import { importRow } from "../../../bot/core/team.ts";
import { forgetRows } from "../../../bot/store/forgetRows.ts";
import { jsonTable } from "../../../bot/store/table.ts";
import { tableStore } from "../../../bot/store/tables.ts";
import { storageAccount } from "../../azurite.ts";
import { listed } from "../../listed.ts";
import { storageGate } from "../../storageGate.ts";
import { at, member, operation, rows } from "./rows.ts";

/** @param now what time it is for whoever writes */
const storeIn = (connectionString: string, now = "2026-01-01T00:00:00Z") =>
  tableStore({ connectionString }, randomBytes, { now: () => new Date(now) });
const store = storeIn(storageAccount());
const key = "aaaaaaaaaa";
const tableIn = (connectionString: string, table: string) =>
  TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
async function keysOf(connectionString: string, table: string): Promise<string[]> {
  const found = await listed(tableIn(connectionString, table).listEntities());
  return found.map(({ rowKey = "" }) => rowKey);
}
const newMember = (of: string): Change => ({ kind: "member", id: "", value: member(of) });

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
    const passing = ["accessLinks 1", "call 1", "claim 1", "config 1", "confirm 1", "import 1"];
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

describe("a write whose answer is lost", () => {
  type Own = { readonly store: Store; readonly lose: (only: RegExp) => void };
  const throughGate = async (doing: (own: Own) => Promise<void>): Promise<void> => {
    const gate = await storageGate(storageAccount());
    try {
      await doing({ store: storeIn(gate.connectionString), lose: gate.lose });
      expect(gate.hasLost()).toBe(true);
    } finally {
      await gate.close();
    }
  };
  const claim = (at: string, etag?: string): Change => ({
    kind: "claim",
    id: "1",
    value: { ...rows.claim, at },
    etag,
  });
  const batch = /^POST .*\$batch/;

  it("is known for one's own, though the client has sent it once more", () =>
    throughGate(async ({ store, lose }) => {
      await store.commit("lost", [newMember("lost")]);
      lose(batch);
      await store.commit("lost", [claim("first")]);
      const etag = (await store.get("lost", "claim", "1"))?.etag;
      lose(batch);
      await store.commit("lost", [claim("second", etag)]);
      expect((await store.get("lost", "claim", "1"))?.value.at).toBe("second");
    }));

  it("is not taken for one's own where somebody else has written the very same", () =>
    throughGate(async ({ store, lose }) => {
      await store.commit("same", [claim("first")]);
      const etag = (await store.get("same", "claim", "1"))?.etag;
      await store.commit("same", [claim("second", etag)]);
      lose(batch);
      await expect(store.commit("same", [claim("second", etag)])).rejects.toThrow(Conflict);
      await expect(store.commit("same", [claim("second")])).rejects.toThrow(Conflict);
    }));

  it("changes the admins once, and is no quarrel", () =>
    throughGate(async ({ store, lose }) => {
      await store.changeAdmins(() => ["a"]);
      lose(/^PUT .*roster/);
      await store.changeAdmins((keys) => [...keys, "b"]);
      expect(await store.admins()).toEqual(["a", "b"]);
    }));
});

describe("the roster", () => {
  it("lists everybody, and nobody whose record was never written", async () => {
    const roster = storeIn(storageAccount());
    await roster.commit("one", [newMember("one")]);
    await expect(roster.commit("one", [newMember("one")])).rejects.toBeInstanceOf(Conflict);
    const orphan: Change[] = [newMember("two"), { kind: "op", id: "1", value: rows.op, etag: 'W/"none"' }];
    await expect(roster.commit("two", orphan)).rejects.toBeInstanceOf(Conflict);
    expect((await roster.members()).map((m) => m.key)).toEqual(["one"]);
  });

  it("gives an account to one member only", async () => {
    const account = { platform: "discord", id: "102", name: "Mia Member" };
    await store.link(account, "one");
    await store.link(account, "one");
    await expect(store.link(account, "two")).rejects.toBeInstanceOf(AccountTaken);
    expect(await store.memberOf(account)).toBe("one");

    await store.unlink(account, "two");
    expect(await store.memberOf(account)).toBe("one");
    await store.unlink(account, "one");
    expect(await store.memberOf(account)).toBeUndefined();
    await store.link(account, "two");
  });

  it("never loses the last admin to two removals at once", async () => {
    expect(await store.admins()).toEqual([]);
    await store.changeAdmins(() => ["a", "b"]);
    const remove = (key: string) =>
      store.changeAdmins((keys) => {
        if (keys.length === 1) throw new Refusal("the last admin stays");
        return keys.filter((one) => one !== key);
      });
    await Promise.allSettled([remove("a"), remove("b")]);
    expect(await store.admins()).toHaveLength(1);
    await expect(remove("a")).rejects.toBeInstanceOf(Refusal);
  });
});

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

  it("is in the index only if it came to be", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", [entry(1)]);
    expect(await all(own)).toEqual([entry(1).value]);
    expect(await keysOf(connectionString, "due")).toEqual([]);
    await expect(own.commit("one", [entry(2), stale])).rejects.toBeInstanceOf(Conflict);
    expect(await keysOf(connectionString, "audit")).toEqual([`${entry(1).id}:one`]);
  });

  it("is added to the index by the sweep where its writer died before they could", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", [entry(1)]);
    const [key = ""] = await keysOf(connectionString, "audit");
    await tableIn(connectionString, "audit").deleteEntity("2026-11-25", key);
    expect(await all(own)).toEqual([]);
    // What is written before the transaction, which somebody else has won here.
    await expect(own.commit("one", [entry(1)])).rejects.toBeInstanceOf(Conflict);
    await own.tend(new Date("2026-11-25T09:01:00Z"));
    expect(await all(own)).toEqual([]);
    await own.tend(new Date("2026-11-25T09:01:01Z"));
    expect(await all(own)).toEqual([entry(1).value]);
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
    expect((await own.get("two", "audit", both.id))?.value).toEqual(theirs);
    expect(await all(own)).toEqual(expect.arrayContaining([both.value, theirs]));
    // As if the writer had died after the transaction.
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

describe("tokens that are dead", () => {
  const minutes = (count: number) => new Date(Date.parse(at) + count * 60_000);
  const to = { platform: "discord", account: "102", data: { token: "aW50ZXJhY3Rpb24", at, channel: "20" } };
  const values: Partial<RowKinds> = {
    op: { ...rows.op, replyTo: to },
    delivery: { ...rows.delivery, to },
    call: { ...rows.call, files: undefined, replyTo: to },
    bulk: { ...rows.bulk, replyTo: to },
    accessLinks: { given: rows.accessLinks.given.map((link) => ({ ...link, replyTo: to })) },
  };
  const changes = Object.entries(values).map(([kind, value]) => ({ kind, id: "1", value }) as Change);

  it("leave each kind of row, and nothing else does", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", changes);
    await own.tend(minutes(14));
    for (const { kind, value } of changes) expect((await own.get("one", kind, "1"))?.value).toEqual(value);
    await own.tend(minutes(15));
    for (const { kind, value } of changes)
      expect((await own.get("one", kind, "1"))?.value).toEqual(
        JSON.parse(JSON.stringify(value).replaceAll('"token":"aW50ZXJhY3Rpb24",', "")),
      );
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("take along where files are, which opens them, token or none", async () => {
    const own = storeIn(storageAccount());
    const files = {
      a: { platform: "teams", name: "team.json", url: "https://files.contoso.com/?tempauth=x" },
    };
    await own.commit("one", [{ kind: "call", id: "1", value: { ...rows.call, files } }]);
    await own.tend(minutes(14));
    expect((await own.get("one", "call", "1"))?.value.files).toEqual(files);
    await own.tend(minutes(15));
    expect((await own.get("one", "call", "1"))?.value).toEqual({ ...rows.call, files: undefined });
  });

  it("leave what an earlier version has written when everything is looked at", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", changes);
    for (const key of await keysOf(connectionString, "due"))
      await tableIn(connectionString, "due").deleteEntity("tend", key);
    await own.forget(minutes(20), 90);
    for (const { kind } of changes)
      expect(JSON.stringify(await own.get("one", kind, "1"))).not.toContain("aW50ZXJhY3Rpb24");
  });

  it("leave a row that got another call's token, too", async () => {
    const own = storeIn(storageAccount());
    await own.commit("one", [{ kind: "bulk", id: "1", value: rows.bulk }]);
    const etag = (await own.get("one", "bulk", "1"))?.etag;
    await own.commit("one", [{ kind: "bulk", id: "1", value: { ...rows.bulk, replyTo: to }, etag }]);
    await own.tend(minutes(15));
    expect(JSON.stringify(await own.get("one", "bulk", "1"))).not.toContain("aW50ZXJhY3Rpb24");
  });
});

describe("what is due", () => {
  it("comes when its time has come, oldest first, until it is dropped", async () => {
    const due = (minute: number, id: string) => ({
      at: new Date(Date.UTC(2026, 0, 31, 9, minute)),
      message: { kind: "operation", member: key, id } as const,
    });
    const later = due(30, "later");
    for (const one of [due(20, "b"), later, due(10, "a"), due(10, "a")]) await store.addDue(one);
    const ids = async (minute: number) =>
      (await listed(store.dueBy(new Date(Date.UTC(2026, 0, 31, 9, minute))))).map(
        ({ message }) => message.id,
      );

    expect(await ids(9)).toEqual([]);
    expect(await ids(20)).toEqual(["a", "b"]);
    expect(await listed(store.dueBy(later.at))).toContainEqual(later);
    await store.dropDue(due(10, "a"));
    await store.dropDue(due(10, "a"));
    expect(await ids(59)).toEqual(["b", "later"]);
  });
});

describe("the cache", () => {
  it("forgets an answer's place after a day, where somebody was seen after a year, and nothing else", async () => {
    const own = storeIn(storageAccount());
    const written = new Date(at);
    const names = ["teams-answer-102", "teams-reference-102", "teams-service", "prices/eu", "forget"];
    for (const name of names) await own.cache(name, { some: "value" }, written);
    const left = async (days: number, ms = 0) => {
      await own.forget(new Date(written.getTime() + days * 24 * 3600_000 + ms), 90);
      const found = await Promise.all(names.map((name) => own.cached(name)));
      return names.filter((_, index) => found[index]);
    };
    expect(await left(1)).toEqual(names);
    expect(await left(1, 1)).toEqual(names.slice(1));
    expect(await left(365)).toEqual(names.slice(1));
    expect(await left(365, 1)).toEqual(names.slice(2));
    expect(await left(9999)).toEqual(names.slice(2));
  });

  it("keeps the last value and when it was put there", async () => {
    const at = new Date("2026-01-31T09:00:00Z");
    expect(await store.cached("prices/eu")).toBeUndefined();
    await store.cache("prices/eu", { old: 1 }, at);
    await store.cache("prices/eu", { new: 2 }, at);
    expect(await store.cached("prices/eu")).toEqual({ value: { new: 2 }, at: at.toISOString() });
  });
});
