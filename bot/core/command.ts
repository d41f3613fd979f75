import type { Card, Choice, CommandLine, Reply } from "./card.ts";
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
  /** May be typed without its name, as required options may: any text, or text that matches this. */
  readonly bare?: true | RegExp;
  /** Filled in only by buttons, never typed. */
  readonly hidden?: true;
  /** Label and example for the form that asks for it. */
  readonly example?: string;
} & (
  | {
      readonly type: "text";
      /** Nothing else is accepted. */
      readonly choices?: readonly string[];
      /** Finds what to offer to a person who types or fills in a form. The command still decides what it accepts. */
      readonly suggests?: (chooser: Chooser) => Suggestions;
      /** May have many lines: it takes the rest of the message. */
      readonly long?: true;
      /** An e-mail address or object id, pasted in any form. What looks like one may be typed without the option's name. */
      readonly mail?: true;
      /** The most characters it may have. By default 254, the limit of an e-mail address (RFC 5321). */
      readonly most?: number;
      /** The form asks for it if none of these is given. */
      readonly unless?: readonly string[];
    }
  | { readonly type: "flag" }
  /** Someone on the platform, named by mention. */
  | { readonly type: "person" }
  | { readonly type: "file" }
);
type Suggestions = readonly Choice[] | Promise<readonly Choice[]>;

/** Who is choosing, and what the bot holds. Suggestions have to be there at once, so nobody else is asked for any. */
export interface Chooser extends Pick<Bot, "settings" | "price"> {
  readonly store: Pick<Store, "members" | "cached">;
  readonly member: Member | undefined;
  readonly instance: Instance | undefined;
}
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

/** `member`: people on the roster; `admin`: admins; `anyone`: either. */
export type Audience = "member" | "admin" | "anyone";

/** One use of a command, authenticated, authorised and parsed. */
export interface Call<S extends OptionSpecs = OptionSpecs> {
  readonly id: string;
  readonly account: Account;
  /** Absent for an admin who isn't on the roster. */
  readonly member: Row<Member> | undefined;
  readonly instance: Row<Instance> | undefined;
  readonly admin: boolean;
  readonly options: Options<S>;
  readonly line: CommandLine;
  readonly replyTo: ReplyAddress;
}

/** What a command may use. */
export interface Bot {
  readonly now: Date;
  readonly settings: Settings;
  readonly store: Pick<Store, "get" | "person" | "people" | "members" | "memberOf" | "admins" | "audit">;
  /** Only for slow commands: others may wait only for the store. */
  readonly directory: Directory;
  /** Only for slow commands. */
  readonly cloud: Pick<Cloud, "snapshots" | "secrets" | "unfitSizes">;
  /** Only for slow commands. */
  health(): Promise<Health>;
  /** What was pasted or attached. Only for slow commands. @throws Refusal */
  text(source: string | SentFile): Promise<string>;
  /** Why an account can't be linked to anyone, as its platform knows. Only for slow commands. @throws DeliveryRefused */
  unfit(account: Account): Promise<Unfit | undefined>;
  price(size: string): Promise<Price>;
  randomBytes(count: number): Uint8Array;
  readonly platforms: readonly Pick<Platform, "name" | "vouches">[];
  /** The platforms that have a channel for admins. */
  readonly adminPlatforms: readonly string[];
  /** Whether some platform vouches for who people are in Entra, so that a member needs no linked account. */
  readonly vouched: boolean;
  /** Every command, for `help`. */
  readonly commands: readonly Command[];
  readonly operations: Readonly<Record<OperationName, Operation>>;
  /** What changes when an operation ends as this one says. */
  ended(op: Row<OperationRecord>, of: Row<Member>, instance: Row<Instance>): Promise<readonly Change[]>;
}

/** What a command decided: the answer, and one transaction with its consequences. */
export interface Outcome {
  readonly reply: Reply;
  readonly write?: Write | undefined;
}

export interface Write {
  readonly partition: string;
  /** The owner of these rows as they were read, if known. */
  readonly person?: Person | undefined;
  readonly changes: readonly Change[];
  /** For the audit entry, in the past tense, and only what is certain: "added Mia Member to the roster", but "asked to stop their instance". */
  readonly audit: string;
  /** It changes nothing. If it concerns only the caller, it leaves no audit entry, because they could bury everyone else's under it. */
  readonly changesNothing?: true | undefined;
  /** Whose audit gets a copy of the entry, besides that of the partition. Written after it. */
  readonly alsoAbout?: readonly string[] | undefined;
  /** A row of the bot's own, written before the transaction, because what starts there reads it. */
  readonly before?: Change | undefined;
  /** Accounts to link to the member before the transaction. */
  readonly link?: readonly Account[] | undefined;
  /** Accounts that no longer belong to anyone, or now belong to someone else. */
  readonly unlink?: readonly { readonly account: Account; readonly member: string }[] | undefined;
  readonly admins?: ((keys: readonly string[]) => readonly string[]) | undefined;
  /** The work to do at once. */
  readonly wake?: readonly WorkMessage[] | undefined;
  /** The next look at something that was already due when it started. */
  readonly again?: Again | undefined;
}

/** Everything about a command in one value: help, registration, parsing and permission are derived from it. */
export interface Command<S extends OptionSpecs = OptionSpecs> {
  /** One word, or a group and a word: `roster add`. */
  readonly name: string;
  readonly about: string;
  /** What help adds when asked about this command alone. */
  readonly details?: string;
  readonly audience: Audience;
  readonly options: S;
  /** Answered later, because it waits for a service that may be slow. */
  readonly slow?: true;
  /** Whether it can only lead to a form, besides the one for missing options. A form can't be shown later. */
  opensForm?(options: Options<S>): boolean;
  /** Also for an account that isn't linked, on a platform that doesn't vouch for people. */
  readonly strangers?: true;
  /** Only behind buttons: neither listed nor typed. */
  readonly hidden?: true;
  /** Its buttons are valid only for the instance they were made for. */
  readonly bound?: true;
  run(call: Call<S>, bot: Bot): Promise<Outcome>;
}

/** Gives a command its option types. */
export function command<const S extends OptionSpecs>(definition: Command<S>): Command {
  return definition as unknown as Command;
}

/** Acts even if the agent is working. */
export const forceOption = { type: "flag", about: "Don't wait until the agent has finished" } as const;

export const say = (card: Card): Outcome => ({ reply: { card } });

/** A command's name as it may be stored and logged. Anything else is text that someone typed. */
export const knownName = (name: string | undefined, commands: readonly Pick<Command, "name">[]): string =>
  commands.find((one) => one.name === name)?.name ?? "unknown";
