import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import { AccountTaken } from "../core/errors.ts";
import { accountKey } from "../core/member.ts";
import type { Change, Row, RowKind, RowKinds, Store } from "../core/store.ts";
import { choreRows } from "./chores.ts";
import { dueRows } from "./dues.ts";
import { changingRows } from "./people.ts";
import { rowKey, rowSchema, writtenCard } from "./rowFormat.ts";
import { Clash, conflicting, type JsonTable, type RowWrite, type Stored } from "./table.ts";

/** Single rows of `state`, and a member with what they have. */
export function rowsIn(state: JsonTable): Pick<Store, "get" | "person"> {
  return {
    get: async (partition, kind, id) => {
      const found = await state.get(partition, rowKey(kind, id));
      return found && readRow(kind, found);
    },

    person: async (partition) => {
      // One short read: only `linking` lies between these two keys, if the member has asked for codes.
      const rows = await state.range(partition, "instance", "member");
      const member = rows.find((row) => row.rowKey === "member");
      const instance = rows.find((row) => row.rowKey === "instance");
      return {
        ...(member && { member: readRow("member", member) }),
        ...(instance && { instance: readRow("instance", instance) }),
      };
    },
  };
}

/** Writes what must change together, and before that the due rows that lead back to it. */
export const commitIn =
  (state: JsonTable, roster: JsonTable, due: JsonTable, clock: Clock): Store["commit"] =>
  async (partition, changes, dues = []) => {
    const isNewMember = changes.some(({ kind, etag }) => kind === "member" && etag === undefined);
    const now = clock.now();
    const ahead = [
      ...dueRows(dues),
      ...choreRows(partition, changes, now),
      ...changingRows(partition, changes, now),
    ];
    // Before the transaction: a key without a member is skipped, but a member without a key would be lost. The same holds for due rows.
    await Promise.all([
      ...(isNewMember ? [roster.put("member", partition, {})] : []),
      due.putAll("due", ahead),
    ]);
    if (changes.length > 0) await conflicting(() => state.transact(partition, changes.map(writeOf)));
  };

function readRow<K extends RowKind>(kind: K, { value, etag }: Stored): Row<RowKinds[K]> {
  return { value: rowSchema(kind).parse(value), etag };
}

function writeOf(change: Change): RowWrite {
  const { kind, id, etag, replace } = change;
  const mode = etag !== undefined ? { etag } : replace ? "put" : "insert";
  return { row: rowKey(kind, id), value: writtenValue(change), mode };
}

/** A value as a row holds it: cards are written in their own way. */
function writtenValue({ kind, value }: Change): unknown {
  if (kind === "delivery") return { ...value, card: writtenCard(value.card) };
  if (kind === "claim" && "card" in value.reply)
    return { ...value, reply: { ...value.reply, card: writtenCard(value.reply.card) } };
  return value;
}

const memberKey = z.string();

/** The owners of accounts. */
export const accountsIn = (accounts: JsonTable): Pick<Store, "memberOf" | "link" | "unlink"> => ({
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
      if (found?.value !== member) throw new AccountTaken(`${accountKey(account)} belongs to someone else`);
    }
  },

  unlink: async (account, member) => {
    const found = await accounts.get(accountKey(account), "member");
    if (found?.value !== member) return;
    await conflicting(() => accounts.remove(accountKey(account), "member", found.etag));
  },
});

const adminKeys = z.array(z.string()).readonly();

/** All admins, in one row. */
export const adminListIn = (roster: JsonTable): Pick<Store, "admins" | "changeAdmins"> => ({
  admins: async () => adminKeys.parse((await roster.get("admins", "admins"))?.value ?? []),

  changeAdmins: async (change) => {
    const found = await roster.get("admins", "admins");
    const keys = change(adminKeys.parse(found?.value ?? []));
    await conflicting(() =>
      found ? roster.replace("admins", "admins", keys, found.etag) : roster.insert("admins", "admins", keys),
    );
  },
});
