import type { Card, Choice } from "./core/card.ts";
import type { Clock, Wait } from "./core/clock.ts";
import type { Cloud, Directory } from "./core/cloud.ts";
import type { Command } from "./core/command.ts";
import type { Instance, Person } from "./core/instance.ts";
import type { Account, Member } from "./core/member.ts";
import type { Operation, OperationName, OperationRecord, View } from "./core/operation.ts";
import type { Platform, SentFile, UnreadCall } from "./core/platform.ts";
import type { Price } from "./core/price.ts";
import type { Settings } from "./core/settings.ts";
import type { Due, Queue, Store, WorkMessage } from "./core/store.ts";

/** Everything that the engine works with. Each part can be replaced. */
export interface Parts {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly settings: Settings;
  readonly store: Store;
  readonly queue: Queue;
  readonly cloud: Cloud;
  /**
   * How long a wait should really be for this member, by their key: longer, but at most a minute, while few of the bot's calls to Azure
   * are left.
   */
  stretched(seconds: number, key: string): number;
  readonly directory: Directory;
  readonly prices: Prices;
  /** The text of an attached file. @throws Refusal */
  fetchText(file: SentFile): Promise<string>;
  readonly platforms: Readonly<Record<string, Platform>>;
  /** All platforms, whether or not the bot has settings for them. */
  readonly platformNames: readonly string[];
  readonly limits: Limits;
  readonly recentChoices: RecentChoices;
  /** Those that have a channel for admins. */
  readonly adminPlatforms: readonly string[];
  readonly commands: readonly Command[];
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly features: readonly Feature[];
  /** Every kind of work. */
  readonly tasks: readonly Task[];
  /** What else the sweep does. */
  readonly periodic: readonly Periodic[];
  /** How many proxies in front of the bot append to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** The only source of randomness. */
  readonly randomBytes: RandomBytes;
  /** The bot's version, from package.json. */
  readonly version: string;
  /** Missing or invalid settings, one line each; the bot works with the others. */
  readonly faults: readonly string[];
  /** Valid settings that are seldom intended, one sentence each. */
  readonly problems: readonly string[];
  readonly log: Log;
}

/** The state of a piece of work. `overdue`: it isn't done, and nothing seems to be at it. */
export type TaskState = "done" | "pending" | "overdue";

/**
 * One kind of work, known only by ids. It may be run twice, late, out of order or for nothing: what to do follows from the records and
 * from what is true in Azure, never from the message.
 */
export interface Task {
  readonly kind: WorkMessage["kind"];
  state(message: WorkMessage, parts: Parts): Promise<TaskState>;
  /** @param tries how often it was delivered, including this time @throws what is worth another attempt */
  run(message: WorkMessage, parts: Parts, tries: number): Promise<void>;
  /** The message that it may owe someone. */
  owes?(id: string): string;
}

/** What the sweep does each time, or periodically. */
export interface Periodic {
  readonly name: string;
  /** How long after it finished it is done again, in milliseconds. Absent: with each sweep. */
  readonly everyMs?: number;
  /** The code of a refusal that it makes room for: after such a refusal by Azure, the next sweep does it from there on, whatever the hour. */
  readonly after?: { readonly refusal: string; readonly from: unknown };
  /** What it depends on: if that has changed since the last time, it is done at once. */
  basis?(settings: Settings): string;
  /**
   * @param from where the last sweep stopped
   * @returns where the next sweep continues; undefined: finished until its time comes again
   */
  run(parts: Parts, from?: unknown): Promise<unknown>;
}

/** What a step made of an instance. */
export interface Stepped {
  readonly operation: OperationRecord;
  readonly instance: Instance;
  readonly member: Member;
  readonly now: Date;
  readonly settings: Settings;
}

/** What else is written in a step's transaction. */
export interface Effects {
  readonly member?: Partial<Member>;
  readonly instance?: Partial<Instance>;
}

/** What a decision has to know besides what is true. A `fault` ends the operation. */
export type Known = Partial<Pick<View, "config" | "fault">> & Pick<OperationRecord, "usual">;

/** Everything about one thing that people can do, except its commands, which are in the order of help (`features/commands.ts`). */
export interface Feature {
  readonly operations?: readonly Operation[];
  readonly tasks?: readonly Task[];
  readonly periodic?: readonly Periodic[];
  /** What a decision has to know. Read before each decision. */
  known?(operation: OperationRecord, instance: Instance, parts: Parts): Promise<Known>;
  /**
   * Brings about what has to be true elsewhere before a step is saved. It may run twice.
   * @returns what admins have to know
   * @throws Conflict
   */
  beforeStep?(operation: OperationRecord, parts: Parts): Promise<Card | undefined>;
  /** Pure: what follows from a step. */
  afterStep?(step: Stepped): Effects;
  /** Pure: when a person is due for another look, and by which task. Those due rows are written along with a change of the person's rows. */
  dueTimes?(person: Person, settings: Settings): readonly Due[];
}

/** The result of looking someone up. */
export type Looked = "stranger" | "known";

/** Who someone turned out to be. */
type Found = "stranger" | "member" | "admin";
/** The allowance a call counts against: the caller's own, or the one that strangers share. */
export type Allowance = "own" | "strangers";

/** How many calls each may send to this process. Limits across several processes are kept in rows. */
export interface Limits {
  /**
   * The look-up in progress for someone who isn't known as a member: their other calls wait for it and are counted afterwards, so that a
   * burst costs one look-up. Resolves to its result; undefined: there is nothing to wait for.
   * @throws TooMany if more calls wait than anyone may send at once
   * @throws what the look-up failed with
   */
  turn(account: Account): Promise<Looked> | undefined;
  /** Says that someone is being looked up. */
  looking(account: Account, look: Promise<unknown>): void;
  /**
   * Counts a call before anything is read for it. A repeated call doesn't count, unless it is from someone found to be a stranger within
   * the last minute: theirs count against what strangers share.
   * @throws TooMany
   */
  admit(call: Pick<UnreadCall, "id" | "account">): Allowance;
  /** Counts a call from a stranger. @throws TooMany */
  admitStranger(platform: string): void;
  /** Counts a letter typed while choosing, apart from the person's calls. False: nothing is read for it. */
  admitTyping(account: Account): boolean;
  /** Counts a look at someone typing who isn't known yet: as many as strangers may send, on top of that. @throws TooMany */
  admitLookAtTyping(account: Account): void;
  /** Counts what a platform sends by itself, such as that someone added the bot: as much as its strangers may send, on top of that. */
  hasRoomFor(platform: string): boolean;
  /** Someone who was identified has their own rate from then on. */
  found(account: Account, who: Found): void;
}

/** Finds choices, unless the same were found a moment ago: so that not every letter typed costs a read. */
export type RecentChoices = (
  key: string,
  find: () => Promise<readonly Choice[]>,
) => Promise<readonly Choice[]>;

export type RandomBytes = (count: number) => Uint8Array;

interface Prices {
  /** From the cache or the dated table: never waits for the network. */
  known(size: string): Promise<Price>;
  /** Reads Azure's price list if the cache is older than a day. */
  refresh(size: string): Promise<void>;
}

export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void;
}
