import * as z from "zod";
import { accountKey } from "../core/account.ts";
import type { Clock } from "../core/clock.ts";
import { AccountTaken, Conflict } from "../core/errors.ts";
import type { Change, Due, Row, RowKind, RowKinds, Store } from "../core/store.ts";
import { auditIndex } from "./auditIndex.ts";
import { choresIn } from "./chores.ts";
import type { StorageConnection } from "./connection.ts";
import { forgetRows } from "./forgetRows.ts";
import { lastKey, rowKey } from "./keys.ts";
import { rowSchema, workMessage } from "./schemas.ts";
import { Clash, jsonTable, type RowWrite, type Stored } from "./table.ts";
import { writtenCard } from "./writtenCard.ts";

/**
 * The bot's tables. What must change together is in one partition of `state`; the others are indexes:
 * `accounts` (account → member), `roster` (all members, all admins), `due` (by time), `audit` (by day) and `cache`.
 */
export function tableStore(
  connection: StorageConnection,
  randomBytes: (count: number) => Uint8Array,
  clock: Clock,
): Store {
  const table = (name: string) => jsonTable(connection, name, randomBytes);
  const state = table("state");
  const accounts = table("accounts");
  const roster = table("roster");
  const due = table("due");
  const audit = table("audit");
  const cache = table("cache");
  const index = auditIndex(audit, state);
  const chores = choresIn(due, state, index);

  const get: Store["get"] = async (partition, kind, id) => {
    const found = await state.get(partition, rowKey(kind, id));
    return found && readRow(kind, found);
  };

  const person: Store["person"] = async (partition) => {
    // No other row lies between these two keys, so that this is one short read.
    const rows = await state.range(partition, "instance", "member");
    const member = rows.find((row) => row.rowKey === "member");
    const instance = rows.find((row) => row.rowKey === "instance");
    return {
      ...(member && { member: readRow("member", member) }),
      ...(instance && { instance: readRow("instance", instance) }),
    };
  };

  const ofEverybody = async <T>(read: (key: string) => Promise<T>): Promise<readonly T[]> => {
    const keys = await roster.range("member", "", lastKey);
    const found: T[] = [];
    for (let start = 0; start < keys.length; start += 50)
      found.push(...(await Promise.all(keys.slice(start, start + 50).map(({ rowKey }) => read(rowKey)))));
    return found;
  };

  return {
    get,
    person,

    people: async () =>
      (await ofEverybody(person)).flatMap(({ member, instance }) =>
        member ? [{ member: member.value, ...(instance && { instance: instance.value }) }] : [],
      ),

    members: async () =>
      (await ofEverybody((key) => get(key, "member", ""))).flatMap((row) => row?.value ?? []),

    commit: async (partition, changes) => {
      if (changes.length === 0) return;
      const isNewMember = changes.some(({ kind, etag }) => kind === "member" && etag === undefined);
      const now = clock.now();
      // Before the transaction: a key without a member is passed over, a member without a key would be lost. So it is with chores.
      await Promise.all([
        ...(isNewMember ? [roster.put("member", partition, {})] : []),
        chores.add(partition, changes, now),
      ]);
      await conflicting(() => state.transact(partition, changes.map(writeOf)));
      await chores.index(partition, changes, now);
    },

    audit: (from, to, isWanted) => index.between(from, to, isWanted),

    memberOf: async (account) => {
      const found = await accounts.get(accountKey(account), "member");
      return found && memberKey.parse(found.value);
    },

    link: async (account, member) => {
      try {
        await accounts.insert(accountKey(account), "member", member);
      } catch (error) {
        if (!(error instanceof Clash)) throw error;
        const found = await accounts.get(accountKey(account), "member");
        if (found?.value !== member)
          throw new AccountTaken(`${accountKey(account)} belongs to somebody else`);
      }
    },

    unlink: async (account, member) => {
      const found = await accounts.get(accountKey(account), "member");
      if (found?.value !== member) return;
      await conflicting(() => accounts.remove(accountKey(account), "member", found.etag));
    },

    admins: async () => adminKeys.parse((await roster.get("admins", "admins"))?.value ?? []),

    changeAdmins: async (change) => {
      const found = await roster.get("admins", "admins");
      const keys = change(adminKeys.parse(found?.value ?? []));
      await conflicting(() =>
        found
          ? roster.replace("admins", "admins", keys, found.etag)
          : roster.insert("admins", "admins", keys),
      );
    },

    forget: (now, auditDays, from, bounds) =>
      forgetRows({ state, audit, cache }, now, auditDays, from, bounds),

    tend: (now) => chores.tend(now),

    addDue: (entry) => due.put("due", dueKey(entry), entry),

    dueBy: async function* (now) {
      for await (const { value } of due.scan("due", "", `${now.toISOString()}${lastKey}`)) {
        const entry = dueShape.safeParse(value);
        // What a newer version has written is left to it.
        if (entry.success) yield entry.data;
      }
    },

    dropDue: (entry) => due.remove("due", dueKey(entry)),

    cached: async (name) => {
      const found = await cache.get("cache", name);
      return found && cachedShape.parse(found.value);
    },

    cache: (name, value, at) => cache.put("cache", name, { value, at: at.toISOString() }),
  };
}

function readRow<K extends RowKind>(kind: K, { value, etag }: Stored): Row<RowKinds[K]> {
  return { value: rowSchema(kind).parse(value), etag };
}

function writeOf(change: Change): RowWrite {
  const { kind, id, etag, replace } = change;
  const mode = etag !== undefined ? { etag } : replace ? "put" : "insert";
  return { row: rowKey(kind, id), value: writtenValue(change), mode };
}

/** What a row holds of a value: a card is written in a way of its own. */
function writtenValue({ kind, value }: Change): unknown {
  if (kind === "delivery") return { ...value, card: writtenCard(value.card) };
  if (kind === "claim" && "card" in value.reply)
    return { ...value, reply: { ...value.reply, card: writtenCard(value.reply.card) } };
  return value;
}

/** One partition in the order of time: some thousands of rows at most, and the sweep wants the oldest first. */
const dueKey = ({ at, message }: Due): string =>
  `${at.toISOString()}:${message.kind}:${message.member}:${message.id}`;

const memberKey = z.string();
const adminKeys = z.array(z.string()).readonly();
const dueShape = z.object({ at: z.coerce.date(), message: workMessage });
const cachedShape = z.object({ value: z.unknown(), at: z.string() });

async function conflicting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Clash) throw new Conflict("somebody else wrote the row first", { cause: error });
    throw error;
  }
}
