import { describe, expect, it } from "vitest";
import { AccountTaken, Conflict, Refusal } from "../../../bot/core/errors.ts";
import type { Change, RowKind } from "../../../bot/core/store.ts";
import { tableStore } from "../../../bot/store/tables.ts";
import { storageAccount } from "../../azurite.ts";
import { at, member, operation, rows } from "./rows.ts";

const connection = { connectionString: storageAccount() };
const store = tableStore(connection);
const key = "aaaaaaaaaa";
const newMember = (of: string): Change => ({ kind: "member", id: "", value: member(of) });

describe("rows", () => {
  it("asks for no table to be made first: reading from nothing finds nothing", async () => {
    const fresh = tableStore({ connectionString: storageAccount() });
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

  it("forgets what has served its purpose once it is old enough, and nothing else", async () => {
    const own = tableStore({ connectionString: storageAccount() });
    const kinds = Object.keys(rows) as RowKind[];
    const idOf = (kind: RowKind) => (kind === "member" || kind === "instance" ? "" : "1");
    const all = kinds.map((kind) => ({ kind, id: idOf(kind), value: rows[kind] }) as Change);
    const left = async (partition: string) => {
      const found = await Promise.all(kinds.map((kind) => own.get(partition, kind, idOf(kind))));
      return kinds.filter((_, index) => found[index] === undefined);
    };
    await own.commit("one", all);
    await own.commit("an/other#", all);
    await own.forget(new Date(at));
    expect(await left("one")).toEqual([]);
    await own.forget(new Date(Date.parse(at) + 1));
    for (const partition of ["one", "an/other#"])
      expect(await left(partition)).toEqual(["claim", "confirm", "call", "bulk", "config", "import"]);
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

describe("the roster", () => {
  it("lists everybody, and nobody whose record was never written", async () => {
    const roster = tableStore({ connectionString: storageAccount() });
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
      (await store.audit(new Date(from), new Date(to))).map(({ what }) => what);
    expect(await between("2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z")).toEqual([
      "did 3",
      "did 2",
      "did 1",
    ]);
    expect(await between("2026-11-20T09:00:00Z", "2026-11-20T12:00:00Z")).toEqual(["did 0"]);
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
    const ids = async (minute: number, limit = 10) =>
      (await store.dueBy(new Date(Date.UTC(2026, 0, 31, 9, minute)), limit)).map(({ message }) => message.id);

    expect(await ids(9)).toEqual([]);
    expect(await ids(20)).toEqual(["a", "b"]);
    expect(await ids(59, 2)).toEqual(["a", "b"]);
    expect(await store.dueBy(later.at, 3)).toContainEqual(later);
    await store.dropDue(due(10, "a"));
    await store.dropDue(due(10, "a"));
    expect(await ids(59)).toEqual(["b", "later"]);
  });
});

describe("the cache", () => {
  it("keeps the last value and when it was put there", async () => {
    const at = new Date("2026-01-31T09:00:00Z");
    expect(await store.cached("prices/eu")).toBeUndefined();
    await store.cache("prices/eu", { old: 1 }, at);
    await store.cache("prices/eu", { new: 2 }, at);
    expect(await store.cached("prices/eu")).toEqual({ value: { new: 2 }, at: at.toISOString() });
  });
});
