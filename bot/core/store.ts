import * as z from "zod";
import { bulkShape } from "./bulk.ts";
import { type Instance, instanceShape, type Person } from "./instance.ts";
import { linkCodeShape, linkingShape } from "./linking.ts";
import { type Account, type Member, memberShape } from "./member.ts";
import { operationShape } from "./operation.ts";
import {
  type AuditEntry,
  accessLinksShape,
  auditShape,
  callShape,
  claimShape,
  confirmationShape,
  deliveryShape,
  inboxShape,
  platformStateShape,
} from "./records.ts";
import { policyShape } from "./settings.ts";
import type { Of } from "./shape.ts";
import { importShape } from "./team.ts";
import { teamConfigShape } from "./teamConfig.ts";

/** The kinds of rows in table `state` and their shapes. Row key: the kind alone, or `kind:id`. */
export const rowShapes = {
  member: memberShape,
  instance: instanceShape,
  op: operationShape,
  delivery: deliveryShape,
  audit: auditShape,
  claim: claimShape,
  confirm: confirmationShape,
  call: callShape,
  accessLinks: accessLinksShape,
  linkCode: linkCodeShape,
  linking: linkingShape,
  policy: policyShape,
  bulk: bulkShape,
  config: teamConfigShape,
  import: importShape,
  inbox: inboxShape,
  platform: platformStateShape,
  usual: z.strictObject({ seconds: z.record(z.string(), z.array(z.number())) }),
};
export type RowKind = keyof typeof rowShapes;
export type RowKinds = { readonly [K in RowKind]: Of<(typeof rowShapes)[K]> };

export interface Row<T> {
  readonly value: T;
  readonly etag: string;
}

/**
 * One write in a transaction. With `etag`, only if the row is still the one that was read; without it, the row must not exist yet,
 * except for `replace`, which always writes.
 */
export type Change = {
  [K in RowKind]: {
    readonly kind: K;
    /** Empty if a partition has only one: member, instance, accessLinks, linking, policy, inbox, and the team configuration. */
    readonly id: string;
    readonly value: RowKinds[K];
    readonly etag?: string | undefined;
    readonly replace?: true | undefined;
  };
}[RowKind];

/** What the worker has to look at, and which look it is, if there is a series of them. Only ids: everything else is read fresh. */
export const messageShape = z.strictObject({
  /** A task's kind. */
  kind: z.string(),
  partition: z.string(),
  id: z.string(),
  look: z.string().optional(),
});
export type WorkMessage = Of<typeof messageShape>;

/** Another look at something, in this many seconds. */
export interface Again {
  readonly message: WorkMessage;
  readonly inSeconds: number;
}

/** What the sweep gives to the worker when its time comes, whatever was lost. */
export interface Due {
  readonly at: Date;
  readonly message: WorkMessage;
}

/** How often the queue delivers a message before it gives it up (`maxDequeueCount` in host.json). */
export const mostTries = 5;

/** How many seconds after something was written, or was found unfinished, the sweep looks at it. */
export const sweepAfterSeconds = 60;

/** How far a pass over all rows has come. */
export interface Bookmark {
  readonly table: "state" | "audit" | "cache";
  readonly partition: string;
  readonly row: string;
}

export interface Store {
  get<K extends RowKind>(partition: string, kind: K, id: string): Promise<Row<RowKinds[K]> | undefined>;
  /** Member and instance in one read. */
  person(partition: string): Promise<{ member?: Row<Member>; instance?: Row<Instance> }>;
  /** All members with what they have, including former ones, by key. `anew`: from their own rows, which repairs their copies. */
  people(of?: { readonly anew?: true; readonly from?: string | undefined }): Promise<readonly Person[]>;
  /** All members, including former ones. */
  members(): Promise<readonly Member[]>;
  /**
   * Writes all of the changes or none, after their due rows. A crash in between leaves due rows that find nothing to do.
   * @throws Conflict
   */
  commit(partition: string, changes: readonly Change[], dues?: readonly Due[]): Promise<void>;

  /**
   * The wanted audit entries between two moments, newest first, from an index by day. Reads only the days asked for, and what was
   * written since the last sweep.
   */
  audit(from: Date, to: Date, isWanted?: (entry: AuditEntry) => boolean): AsyncIterable<AuditEntry>;

  /** The member to whom an account belongs. */
  memberOf(account: { readonly platform: string; readonly id: string }): Promise<string | undefined>;
  /** Fails if the link exists. @throws AccountTaken */
  link(account: Account, member: string): Promise<void>;
  /** Only if it belongs to that member. */
  unlink(account: { readonly platform: string; readonly id: string }, member: string): Promise<void>;

  /** The keys of all admins. Changed under an ETag, so that a race can't lose the last one. */
  admins(): Promise<readonly string[]>;
  /** @throws Conflict if someone else changed it. `change` may throw to refuse. */
  changeAdmins(change: (keys: readonly string[]) => readonly string[]): Promise<void>;

  /**
   * Looks at every row once: deletes expired ones (`lifetimes`), and expired tokens from the others. Processes a part per call.
   * @param auditDays how many days the audit is kept
   * @param from where the last call stopped
   * @returns where the next call continues; undefined if all rows were looked at
   */
  forget(
    now: Date,
    auditDays: number,
    from?: Bookmark,
    bounds?: { readonly changed: number; readonly read: number },
  ): Promise<Bookmark | undefined>;

  /**
   * Processes the rows whose time for another look has come: adds an audit entry to the index and to its copies, and removes a token
   * that has expired by then.
   */
  tend(now: Date): Promise<void>;

  addDue(due: Due): Promise<void>;
  /** Everything that is due, oldest first. May or may not include what is added in the meantime. */
  dueBy(now: Date): AsyncIterable<Due>;
  dropDue(due: Due): Promise<void>;

  /** The price list and other things that can be lost without harm. */
  cached(name: string): Promise<{ readonly value: unknown; readonly at: string } | undefined>;
  cache(name: string, value: unknown, at: Date): Promise<void>;
}

export interface Queue {
  /** Roughly how many messages are waiting, and how many were given up after five attempts. */
  depth(): Promise<{ readonly waiting: number; readonly poison: number }>;
  send(message: WorkMessage, delaySeconds: number): Promise<void>;
  /** Returns messages that were given up after five attempts, as text, and removes each one that was taken. */
  drainPoison(take: (text: string) => Promise<void>): Promise<void>;
}
