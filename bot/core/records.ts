import type { Account } from "./account.ts";
import type { Card, CommandLine, Reply } from "./card.ts";
import type { MessageRef, ReplyAddress, Route, SentFile } from "./platform.ts";

/** A message that is owed to somebody. It is marked sent after it was sent. */
export interface Delivery {
  readonly id: string;
  /** ISO 8601: when it was written down. */
  readonly at?: string | undefined;
  readonly to: ReplyAddress;
  /** Tried in this order. */
  readonly routes: readonly Route[];
  readonly card: Card;
  /** Counts the card's changes; the message is up to date when `sent` equals it. */
  readonly revision: number;
  readonly sent: number;
  readonly ref?: MessageRef | undefined;
  /** How many tries may have got through unseen. */
  readonly tries: number;
  /** How often in a row its platform failed. */
  readonly failures?: number | undefined;
  /** ISO 8601: since when its newest card waits, once it had to. */
  readonly owedSince?: string | undefined;
  /** Why it was refused the last time. */
  readonly why?: string | undefined;
  /** How many of its messages somebody has deleted. */
  readonly replaced?: number | undefined;
  /** ISO 8601: until then somebody is about to send it or bring it up to date, and everybody else leaves it to them. */
  readonly heldUntil?: string | undefined;
  /** ISO 8601: it takes the place of an answer that is being given. Until then that may not be there yet; after it, nobody gives it any more. */
  readonly answerBy?: string | undefined;
  /** ISO 8601: not before then, after a platform has asked to wait. Of one that nobody got: until then it is counted. */
  readonly nextTryAt?: string | undefined;
  readonly status: "open" | "closed" | "undeliverable";
}

/** A message that waits for its turn. */
interface Waiting {
  readonly partition: string;
  readonly id: string;
}

/** How somebody is reached on a platform. */
export interface Inbox {
  /** The channel between them and the bot alone. */
  readonly direct?: string | undefined;
  /** Their messages that had to wait, in the order in which they go out. */
  readonly line: readonly Waiting[];
}

/** How a platform treats the bot; written when that turns. */
export interface PlatformState {
  /** It takes nothing from the bot. `since`: ISO 8601. */
  readonly unwell?: { readonly since: string; readonly why: string } | undefined;
  /** Messages are owed there for longer than they should be: since when that is known (ISO 8601), and why one of them is. */
  readonly late?: { readonly since: string; readonly why: string } | undefined;
}

/** One use of the bot, so that a repeat gets the first answer again and has no second effect. */
export interface Claim {
  readonly at: string;
  readonly reply: Reply;
  /** The partition that was changed, if another one: this claim counts only if there is one too. */
  readonly effectIn?: string | undefined;
  /** The message that takes this answer's place when there is more to tell. */
  readonly follows?: string | undefined;
}

/** A call that is answered later, because it has to ask somebody who may be slow, or because its answer was not there in time. */
export interface DeferredCall {
  readonly id: string;
  readonly account: Account;
  readonly line: CommandLine;
  readonly replyTo: ReplyAddress;
  readonly people: Readonly<Record<string, Account>>;
  readonly files?: Readonly<Record<string, SentFile>> | undefined;
  readonly at: string;
  readonly done: boolean;
  /** Its answer was not there in time. */
  readonly late?: true | undefined;
}

/** A question that waits for a click: single use, for one person, for ten minutes. */
export interface Confirmation {
  readonly id: string;
  readonly account: Account;
  readonly line: CommandLine;
  readonly expiresAt: string;
  readonly used: boolean;
}

export interface AuditEntry {
  readonly at: string;
  /** Who did it: `<platform>:<id>`, or `bot`. */
  readonly by: string;
  /** The key of the member whose account that is. */
  readonly byMember?: string | undefined;
  /** What was asked for; how an operation that came of it has ended is read from its record. */
  readonly what: string;
  readonly about: string;
  /** Whose audit has a copy of it, beside that one's. */
  readonly alsoAbout?: readonly string[] | undefined;
  readonly call: string;
}

/** A link that was given to a member: whoever opens it can propose one address to them, no more. Its id is kept as a hash alone. */
export interface AccessLink {
  /** SHA-256 of the id, in hexadecimal digits. */
  readonly hash: string;
  /** Who asked for it: they alone may say yes to what is proposed. */
  readonly account: Account;
  readonly replyTo: ReplyAddress;
  /** The instance that it was asked for. */
  readonly generation: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly used: boolean;
}

/** A member's links of the last minutes, in one row, so that there are never more than a few. */
export interface AccessLinks {
  readonly given: readonly AccessLink[];
}
