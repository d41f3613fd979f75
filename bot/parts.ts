import type { Card } from "./core/card.ts";
import type { Clock, Wait } from "./core/clock.ts";
import type { Cloud, Directory } from "./core/cloud.ts";
import type { Command } from "./core/command.ts";
import type { Instance, Person } from "./core/instance.ts";
import type { Member } from "./core/member.ts";
import type { Operation, OperationName, OperationRecord } from "./core/operation.ts";
import type { Platform, SentFile } from "./core/platform.ts";
import type { Price } from "./core/price.ts";
import type { Settings } from "./core/settings.ts";
import type { Due, Queue, Store, WorkMessage } from "./core/store.ts";
import type { Limits } from "./front/limits.ts";

/** Everything that the engine works with; each part can be exchanged. */
export interface Parts {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly settings: Settings;
  readonly store: Store;
  readonly queue: Queue;
  readonly cloud: Cloud;
  readonly directory: Directory;
  readonly prices: Prices;
  /** The text of a file that somebody attached. @throws Refusal */
  fetchText(file: SentFile): Promise<string>;
  readonly platforms: Readonly<Record<string, Platform>>;
  /** Those that there are, whether or not the bot has settings for them. */
  readonly platformNames: readonly string[];
  readonly limits: Limits;
  /** Where each platform that has an admin channel takes messages for admins. */
  readonly adminPlatforms: readonly string[];
  readonly commands: readonly Command[];
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly features: readonly Feature[];
  /** Every kind of work, and what the sweep does beside looking after it. */
  readonly tasks: readonly Task[];
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
}

/** Everything about one thing that people can do, but for its commands, which stand in the order of help (`features/commands.ts`). */
export interface Feature {
  readonly operations?: readonly Operation[];
  readonly tasks?: readonly Task[];
  readonly periodic?: readonly Periodic[];
  /**
   * What has to be so elsewhere before a step is written down. It may run twice.
   * @returns what admins have to know
   * @throws Conflict
   */
  beforeStep?(operation: OperationRecord, parts: Parts): Promise<Card | undefined>;
  /** Pure: what follows from a step. */
  afterStep?(step: Stepped): Effects;
  /** Pure: when somebody wants to be looked at again, and by which task. Whoever writes their rows writes the due rows that these follow from. */
  dueTimes?(person: Person, settings: Settings): readonly Due[];
}

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
