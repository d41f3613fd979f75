import { describe, expect, it } from "vitest";
import { AccountTaken, Conflict, Refusal } from "../../../bot/core/errors.ts";
import type { Change } from "../../../bot/core/store.ts";
import { storageAccount } from "../../azurite.ts";
import { listed } from "../../listed.ts";
import { at, rows } from "./rows.ts";
import { newMember, storeIn } from "./tables.ts";

const store = storeIn(storageAccount());
const key = "aaaaaaaaaa";

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

describe("what is due", () => {
  it("comes when its time has come, oldest first, until it is dropped", async () => {
    const due = (minute: number, id: string) => ({
      at: new Date(Date.UTC(2026, 0, 31, 9, minute)),
      message: { kind: "operation", partition: key, id } as const,
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
