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

/** The kinds of rows in table `state` and what each holds. Row key: the kind alone, or `kind:id`. */
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
 * One write in a transaction. `etag`: only if the row is still the one that was read;
 * without it the row must not exist yet, except for `replace`, which always writes.
 */
export type Change = {
  [K in RowKind]: {
    readonly kind: K;
    /** Empty where a partition has one alone: member, instance, accessLinks, linking, policy, inbox, and the config that is the team's. */
    readonly id: string;
    readonly value: RowKinds[K];
    readonly etag?: string | undefined;
    readonly replace?: true | undefined;
  };
}[RowKind];

/** What the worker has to look at, and for which look, where it goes on look by look. Ids only: everything else is read fresh. */
export const messageShape = z.strictObject({
  /** That of a task. */
  kind: z.string(),
  member: z.string(),
  id: z.string(),
  look: z.string().optional(),
});
export type WorkMessage = Of<typeof messageShape>;

/** Another look at something, in so many seconds. */
export interface Again {
  readonly message: WorkMessage;
  readonly inSeconds: number;
}

/** What the sweep hands to the worker when its time comes, whatever was lost. */
export interface Due {
  readonly at: Date;
  readonly message: WorkMessage;
}

/** So often the queue hands a message over; then it is put aside (`maxDequeueCount` in host.json). */
export const mostTries = 5;

/** So many seconds after something was written down, or was found not to be done, the sweep looks at it. */
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
  /** All members of the roster with what they have, those who left too, by key. `anew`: from their own rows, which mends their copies. */
  people(of?: { readonly anew?: true; readonly from?: string | undefined }): Promise<readonly Person[]>;
  /** All members of the roster, those who left too. */
  members(): Promise<readonly Member[]>;
  /**
   * All of the changes or none, after what is due is written down: what dies in between has written that something is due, which finds nothing to do.
   * @throws Conflict
   */
  commit(partition: string, changes: readonly Change[], dues?: readonly Due[]): Promise<void>;

  /**
   * What was done from one moment to another and is wanted, newest first, from an index by day. Reads no more days than are asked for, and
   * what was written since the last sweep.
   */
  audit(from: Date, to: Date, isWanted?: (entry: AuditEntry) => boolean): AsyncIterable<AuditEntry>;

  /** The member to whom an account belongs. */
  memberOf(account: { readonly platform: string; readonly id: string }): Promise<string | undefined>;
  /** Insert-first. @throws AccountTaken */
  link(account: Account, member: string): Promise<void>;
  /** Only if it belongs to that member. */
  unlink(account: { readonly platform: string; readonly id: string }, member: string): Promise<void>;

  /** The keys of all admins; changed under an ETag, so that the last one can't be lost to a race. */
  admins(): Promise<readonly string[]>;
  /** @throws Conflict when somebody else changed it. `change` may throw to refuse. */
  changeAdmins(change: (keys: readonly string[]) => readonly string[]): Promise<void>;

  /**
   * Looks at every row once: removes those whose time is over (`lifetimes`), and dead tokens from the others. Goes so far at a time.
   * @param auditDays for how many days the audit is kept
   * @param from where the last call has ended
   * @returns where the next one goes on; undefined: all is looked at
   */
  forget(
    now: Date,
    auditDays: number,
    from?: Bookmark,
    bounds?: { readonly changed: number; readonly read: number },
  ): Promise<Bookmark | undefined>;

  /**
   * Goes after the rows whose time to be looked at again has come: adds an audit entry to the index, and its copies, and takes out a token
   * that is dead by then.
   */
  tend(now: Date): Promise<void>;

  addDue(due: Due): Promise<void>;
  /** Everything whose time has come, oldest first. What is added meanwhile may be among it, or not. */
  dueBy(now: Date): AsyncIterable<Due>;
  dropDue(due: Due): Promise<void>;

  /** The price list and other things that may be thrown away. */
  cached(name: string): Promise<{ readonly value: unknown; readonly at: string } | undefined>;
  cache(name: string, value: unknown, at: Date): Promise<void>;
}

export interface Queue {
  /** About how many messages wait, and how many were given up after five tries. */
  depth(): Promise<{ readonly waiting: number; readonly poison: number }>;
  send(message: WorkMessage, delaySeconds: number): Promise<void>;
  /** Hands over what was given up after five tries, as text, and takes out what was handed over. */
  drainPoison(take: (text: string) => Promise<void>): Promise<void>;
}
