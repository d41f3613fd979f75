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

/** Everything that the engine works with; each part can be exchanged. */
export interface Parts {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly settings: Settings;
  readonly store: Store;
  readonly queue: Queue;
  readonly cloud: Cloud;
  /**
   * How long a wait of so many seconds has to be for this member, by their key: longer, but no longer than a minute, while little is left of what
   * the bot may ask of Azure.
   */
  stretched(seconds: number, key: string): number;
  readonly directory: Directory;
  readonly prices: Prices;
  /** The text of a file that somebody attached. @throws Refusal */
  fetchText(file: SentFile): Promise<string>;
  readonly platforms: Readonly<Record<string, Platform>>;
  /** Those that there are, whether or not the bot has settings for them. */
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
  /** What the sweep does beside that. */
  readonly periodic: readonly Periodic[];
  /** How many proxies before the bot append to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** The only source of randomness. */
  readonly randomBytes: RandomBytes;
  /** The bot's own, from package.json. */
  readonly version: string;
  /** What of its settings is missing or wrong, a line each, though the bot works with the others. */
  readonly faults: readonly string[];
  /** What of its settings is seldom meant, a sentence each. */
  readonly problems: readonly string[];
  readonly log: Log;
}

/** How a piece of work stands; `overdue`: it is not done, and nobody seems to be at it. */
export type TaskState = "done" | "pending" | "overdue";

/**
 * One kind of work, known by ids only. It may be run twice, late, out of order or for nothing: what is done follows from the records and from
 * what is true in Azure, never from the message.
 */
export interface Task {
  readonly kind: WorkMessage["kind"];
  state(message: WorkMessage, parts: Parts): Promise<TaskState>;
  /** @param tries how often it was handed over, this time included @throws what is worth another try */
  run(message: WorkMessage, parts: Parts, tries: number): Promise<void>;
  /** The message that it may owe to somebody. */
  owes?(id: string): string;
}

/** What the sweep does each time, or from time to time. */
export interface Periodic {
  readonly name: string;
  /** So long after it was through it is done again, in milliseconds; absent: with each sweep. */
  readonly everyMs?: number;
  /** The code of a refusal that it makes room for: where Azure has given that, the next sweep does it, whatever the hour, from there on. */
  readonly after?: { readonly refusal: string; readonly from: unknown };
  /** What it depends on: where that is another than last time, it is done at once. */
  basis?(settings: Settings): string;
  /**
   * @param from where the last sweep left off
   * @returns where the next sweep goes on; undefined: all is done until its time comes again
   */
  run(parts: Parts, from?: unknown): Promise<unknown>;
}

/** What a step has made of an instance. */
export interface Stepped {
  readonly operation: OperationRecord;
  readonly instance: Instance;
  readonly member: Member;
  readonly now: Date;
  readonly settings: Settings;
}

/** What else is written in the same transaction as a step. */
export interface Effects {
  readonly member?: Partial<Member>;
  readonly instance?: Partial<Instance>;
}

/** What a decision has to know beside what is true; a `fault` ends the operation. */
export type Known = Partial<Pick<View, "config" | "fault">> & Pick<OperationRecord, "usual">;

/** Everything about one thing that people can do, but for its commands, which stand in the order of help (`features/commands.ts`). */
export interface Feature {
  readonly operations?: readonly Operation[];
  readonly tasks?: readonly Task[];
  readonly periodic?: readonly Periodic[];
  /** What a decision has to know, read before each. */
  known?(operation: OperationRecord, instance: Instance, parts: Parts): Promise<Known>;
  /**
   * What has to be so elsewhere before a step is written down. It may run twice.
   * @returns what admins have to know
   * @throws Conflict
   */
  beforeStep?(operation: OperationRecord, parts: Parts): Promise<Card | undefined>;
  /** Pure: what follows from a step. */
  afterStep?(step: Stepped): Effects;
  /** Pure: when somebody wants to be looked at again, and by which task. The due rows that follow from a change of their rows are written with it. */
  dueTimes?(person: Person, settings: Settings): readonly Due[];
}

/** What a look at somebody came to. */
export type Looked = "stranger" | "known";

/** Who somebody was found to be. */
type Found = "stranger" | "member" | "admin";
/** Whose allowance a call was taken from: the caller's own, or the one that strangers share. */
export type Allowance = "own" | "strangers";

/** How much each may ask of this process. What must hold over several of them is held by rows. */
export interface Limits {
  /**
   * Somebody who is not known as a member is being looked up: their other calls wait for that one look, and are counted after it, so that a
   * burst costs one. Ends with what it found; undefined: there is nothing to wait for.
   * @throws TooMany where more wait than anybody may send at once
   * @throws what the look has failed with
   */
  turn(account: Account): Promise<Looked> | undefined;
  /** Somebody is being looked up. */
  looking(account: Account, look: Promise<unknown>): void;
  /**
   * Counts a call before anything is read for it. One that has come before does not count, unless it is from somebody who was found to be
   * a stranger within a minute: theirs are taken from what strangers share.
   * @throws TooMany
   */
  admit(call: Pick<UnreadCall, "id" | "account">): Allowance;
  /** Counts a call whose caller is nobody here. @throws TooMany */
  admitStranger(platform: string): void;
  /** Counts a letter typed while somebody chooses, beside their calls. False: nothing is read for it. */
  admitTyping(account: Account): boolean;
  /** Counts a look at somebody who types, where it isn't known yet that they are somebody here: as many as strangers may send, beside that. @throws TooMany */
  admitLookAtTyping(account: Account): void;
  /** Counts what a platform tells by itself, such as that somebody has added the bot: as much as its strangers may send, beside that. */
  hasRoomFor(platform: string): boolean;
  /** Who has been found to be somebody has their rate from then on. */
  found(account: Account, who: Found): void;
}

/** Finds choices, unless the same were found a moment ago: while somebody types, not every letter costs a read. */
export type RecentChoices = (
  key: string,
  find: () => Promise<readonly Choice[]>,
) => Promise<readonly Choice[]>;

export type RandomBytes = (count: number) => Uint8Array;

interface Prices {
  /** From the cache or the dated table: never waits for the network. */
  known(size: string): Promise<Price>;
  /** Asks Azure's price list when the cache is older than a day. */
  refresh(size: string): Promise<void>;
}

export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void;
}
