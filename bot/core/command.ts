import type { Card, CommandLine, Reply } from "./card.ts";
import type { Cloud, Directory } from "./cloud.ts";
import type { Health } from "./health.ts";
import type { Instance, Person } from "./instance.ts";
import type { Account, Member, Unfit } from "./member.ts";
import type { Operation, OperationName, OperationRecord } from "./operation.ts";
import type { Platform, ReplyAddress, SentFile } from "./platform.ts";
import type { Price } from "./price.ts";
import type { Settings } from "./settings.ts";
import type { Again, Change, Row, Store, WorkMessage } from "./store.ts";

export type OptionSpec = {
  readonly about: string;
  readonly required?: true;
  /** May be typed without its name, as what is required may: anything, or what looks like this. */
  readonly bare?: true | RegExp;
  /** Filled in by buttons alone, never typed. */
  readonly hidden?: true;
  /** Label and example for the form that asks for it. */
  readonly example?: string;
} & (
  | {
      readonly type: "text";
      readonly choices?: readonly string[];
      /** May have many lines: it takes the rest of what was typed. */
      readonly long?: true;
      /** An e-mail address or object id, in whatever form it is pasted; what looks like one may be typed without the option's name. */
      readonly mail?: true;
      /** The most characters that it may have; 254 unless said, which is what an e-mail address may have (RFC 5321). */
      readonly most?: number;
      /** Asked for where none of these is given. */
      readonly unless?: readonly string[];
    }
  | { readonly type: "flag" }
  /** Somebody on the platform, named by mention. */
  | { readonly type: "person" }
  | { readonly type: "file" }
);
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Value<O extends OptionSpec> = O extends { type: "flag" }
  ? boolean
  : O extends { type: "person" }
    ? Account
    : O extends { type: "file" }
      ? SentFile
      : O extends { choices: readonly (infer C)[] }
        ? C
        : string;
export type Options<S extends OptionSpecs> = {
  readonly [K in keyof S]: S[K] extends { required: true } | { type: "flag" }
    ? Value<S[K]>
    : Value<S[K]> | undefined;
};

/** `member`: who is on the roster; `admin`: admins; `anyone`: whoever is one of the two. */
export type Audience = "member" | "admin" | "anyone";

/** One use of a command, authenticated, authorised and parsed. */
export interface Call<S extends OptionSpecs = OptionSpecs> {
  readonly id: string;
  readonly account: Account;
  /** Absent for an admin who is not on the roster. */
  readonly member: Row<Member> | undefined;
  readonly instance: Row<Instance> | undefined;
  readonly admin: boolean;
  readonly options: Options<S>;
  readonly line: CommandLine;
  readonly replyTo: ReplyAddress;
}

/** What a command may ask of the world. */
export interface Bot {
  readonly now: Date;
  readonly settings: Settings;
  readonly store: Pick<Store, "get" | "person" | "people" | "members" | "memberOf" | "admins" | "audit">;
  /** For slow commands only: others may not wait for anything but the store. */
  readonly directory: Directory;
  /** The same. */
  readonly cloud: Pick<Cloud, "snapshots" | "secrets" | "unfitSizes">;
  /** The same. */
  health(): Promise<Health>;
  /** What was pasted or attached. For slow commands only. @throws Refusal */
  text(source: string | SentFile): Promise<string>;
  /** What keeps an account from being anybody's, as its platform knows. For slow commands only. @throws DeliveryRefused */
  unfit(account: Account): Promise<Unfit | undefined>;
  price(size: string): Promise<Price>;
  randomBytes(count: number): Uint8Array;
  readonly platforms: readonly Pick<Platform, "name" | "vouches">[];
  /** Those that have a channel for admins. */
  readonly adminPlatforms: readonly string[];
  /** Whether some platform says for certain who somebody is in Entra, so that a member needs no account linked. */
  readonly vouched: boolean;
  /** Every command, for `help`. */
  readonly commands: readonly Command[];
  readonly operations: Readonly<Record<OperationName, Operation>>;
  /** What changes where an operation ends as this one says. */
  ended(op: Row<OperationRecord>, of: Row<Member>, instance: Row<Instance>): Promise<readonly Change[]>;
}

/** What a command decided: the answer, and one transaction with what follows from it. */
export interface Outcome {
  readonly reply: Reply;
  readonly write?: Write | undefined;
}

export interface Write {
  readonly partition: string;
  /** Whose rows these are, as they were read, where that is known. */
  readonly person?: Person | undefined;
  readonly changes: readonly Change[];
  /** For the audit entry, in the past tense, of what is sure: "added Mia Member to the roster", but "asked to stop their instance". */
  readonly audit: string;
  /** By it nothing changes: it leaves no entry where it is about whoever asks, who could bury everybody else's with it. */
  readonly changesNothing?: true | undefined;
  /** Whose audit has a copy of the entry, beside that of the partition: written after it. */
  readonly alsoAbout?: readonly string[] | undefined;
  /** A row of the bot's own, written before the transaction: what is begun in there reads it. */
  readonly before?: Change | undefined;
  /** Accounts to tie to the member before the transaction. */
  readonly link?: readonly Account[] | undefined;
  /** Accounts that are no longer anybody's, or somebody else's from now on. */
  readonly unlink?: readonly { readonly account: Account; readonly member: string }[] | undefined;
  readonly admins?: ((keys: readonly string[]) => readonly string[]) | undefined;
  /** What there is to do at once. */
  readonly wake?: readonly WorkMessage[] | undefined;
  /** The next look at something that has been due since it began. */
  readonly again?: Again | undefined;
}

/** Everything about a command in one value: help, registration, parsing and permission are derived from it. */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** One word, or a group and a word: `roster add`. */
  readonly name: string;
  readonly about: string;
  /** What help says of it beyond that, where it is asked about this command alone. */
  readonly details?: string;
  readonly audience: Audience;
  readonly options: S;
  /** Answered later, since it asks somebody who may be slow. */
  readonly slow?: true;
  /** Whether all that can come of it is a form, beyond the one for what is missing. A form can't be shown later. */
  opensForm?(options: Options<S>): boolean;
  /** Also for an account that is nobody's, where nobody vouches for who that is. */
  readonly strangers?: true;
  /** Only behind buttons: neither listed nor typed. */
  readonly hidden?: true;
  /** Its buttons hold only for the instance that they were made for. */
  readonly bound?: true;
  run(call: Call<S>, bot: Bot): Promise<Outcome>;
}

/** Gives a command its option types. */
export function command<const S extends OptionSpecs>(definition: Command<S>): Command {
  return definition as unknown as Command;
}

/** Whatever the agent is doing. */
export const forceOption = { type: "flag", about: "Don't wait until the agent has finished" } as const;

export const say = (card: Card): Outcome => ({ reply: { card } });

/** A command's name as it may be kept and logged; whatever else stands in its place is what somebody has typed. */
export const knownName = (name: string | undefined, commands: readonly Pick<Command, "name">[]): string =>
  commands.find((one) => one.name === name)?.name ?? "unknown";
