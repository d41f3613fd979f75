import * as z from "zod";
import type { Answer, Card, Choice, CommandLine } from "./card.ts";
import { Refusal } from "./errors.ts";
import type { Account, Unfit } from "./member.ts";
import { type Of, texts } from "./shape.ts";
import { mostMentions, mostText } from "./sizes.ts";

export interface InboundRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body: signatures are over its bytes. */
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a platform answers to a call, and whether the caller also has it as a message. */
export interface Shown extends HttpAnswer {
  /** The caller has a message that tells it, whether or not this answer reaches them. */
  readonly isSent?: true;
}

/** One use of the bot, verified, but neither read nor known to be allowed. */
export interface UnreadCall {
  /** The platform's own id of this use, safe as a row key. A repeat carries the same id. */
  readonly id: string;
  readonly account: Account;
  /** `team`: where the team is; `direct`: alone with the bot; `foreign`: anywhere else, where nothing is done. */
  readonly place: "team" | "direct" | "foreign";
  readonly replyTo: ReplyAddress;
  /** Reads the command and looks up the people it names. Only for callers who are known. @throws Refusal if it is too large */
  read(): Promise<Asked>;
}

/** What someone asks for. */
interface Asked {
  readonly line: CommandLine;
  /** The people named in options, by their placeholders there. */
  readonly people: Readonly<Record<string, Account>>;
  /** The attached files, by their placeholders in options. */
  readonly files?: Readonly<Record<string, SentFile>> | undefined;
}

/** One use of the bot, read. */
export interface InboundCall extends Omit<UnreadCall, "read">, Asked {}

/** Reads a call. @throws Refusal */
export const readCall = async ({ read, ...call }: UnreadCall): Promise<InboundCall> => ({
  ...call,
  ...(await read()),
});

/** An attached file, not yet fetched. */
export const fileShape = z.strictObject({ platform: z.string(), name: z.string(), url: z.string() });
export type SentFile = Of<typeof fileShape>;

/** A person is typing an option of a command, and wants to see the choices. */
export interface Choosing extends Pick<UnreadCall, "account" | "place"> {
  readonly command: string;
  readonly option: string;
  /** What they have typed of it so far. */
  readonly typed: string;
}

export type Inbound =
  /** The platform's own business: a ping, or a bad signature. */
  | {
      readonly kind: "answer";
      readonly answer: HttpAnswer;
      /** Remembers what the platform said, unless that is too much; all of it can be found out again. Never fails. */
      note?(): Promise<void>;
    }
  | {
      readonly kind: "choosing";
      readonly choosing: Choosing;
      readonly patience: Patience;
      render(choices: readonly Choice[]): HttpAnswer;
    }
  | {
      readonly kind: "call";
      readonly call: UnreadCall;
      /** Shows that the caller was heard, if the platform can. Nothing waits for it. */
      heard?(): void;
      /** The shortest answer that the platform accepts. Nothing is sent for it. */
      readonly least: HttpAnswer;
      /** Answers only the caller. @throws DeliveryRefused */
      render(reply: Answer): Promise<Shown>;
      /** Says that an answer will follow, through `send` on the route `answer`. */
      defer(): Promise<HttpAnswer>;
      /** How long the caller can wait. */
      readonly patience: Patience;
      /**
       * Says that the answer, which was expected at once, will follow. It replaces what the caller sees in the meantime.
       * @param isKnown whether the caller turns out to be someone here: anyone else gets nothing after this
       */
      late(isKnown: Promise<boolean>): Late;
    };

/** A call whose answer wasn't ready in time. */
export interface Late {
  readonly answer: HttpAnswer;
  /** Resolves once the caller sees the interim message, so that the answer can replace it. Never fails. */
  readonly shown: Promise<void>;
  /** Nothing is shown that an answer has to replace, so a caller who is owed nothing hears nothing. */
  readonly showsNothing?: true;
  /** Gives the answer without `send`, which may need the storage. @throws DeliveryRefused */
  tell(card: Card): Promise<void>;
}

/**
 * An address where someone can be reached. Only its platform understands `data`, except for what expires and is then removed from rows
 * (`lifetimes.ts`): the key `token`, and `at`, which says when it was given.
 */
export const replyToShape = z.strictObject({ platform: z.string(), account: z.string(), data: texts });
export type ReplyAddress = Of<typeof replyToShape>;

/** `dm`: to the person; `answer`: the only-you answer to their call; `thread`: a thread with only them and the bot; `admins`. */
export const routeShape = z.enum(["dm", "answer", "thread", "admins"]);
export type Route = Of<typeof routeShape>;

/** A sent message, with what is needed to edit it. */
export const refShape = z.strictObject({ channel: z.string(), message: z.string() });
export type MessageRef = Of<typeof refShape>;

export interface OutboundMessage {
  readonly route: Route;
  readonly to: ReplyAddress;
  readonly card: Card;
  /** The same for every attempt, at most 25 characters, so that sending twice shows one message if the platform supports that. */
  readonly nonce: string;
  /** The channel with only them and the bot, if known from an earlier `dm`. */
  readonly direct?: string | undefined;
  /** Edit this message instead of sending a new one. */
  readonly edit?: MessageRef | undefined;
  /** It replaces an answer that may not be there yet; if so, it is refused as `passing`. */
  readonly answerDue?: boolean | undefined;
  /** An earlier attempt may have been sent unnoticed: look for the nonce first. */
  readonly maybeSent: boolean;
}

/** Whether some platform vouches for who people are. */
export const isVouched = (platforms: Readonly<Record<string, Pick<Platform, "vouches">>>): boolean =>
  Object.values(platforms).some(({ vouches }) => vouches);

/** Something that is slow the first time and can be prepared. */
export interface Piece {
  readonly name: string;
  load(): Promise<unknown>;
}

/** Checks whether a platform currently accepts anything from the bot. */
export interface Check {
  /** `always`: even while nothing is owed; `unwell`: only after it refused everything and while no owed message would show that it accepts again. */
  readonly when: "always" | "unwell";
  /** @throws DeliveryRefused */
  ask(): Promise<void>;
}

export interface Platform {
  readonly name: string;
  /** What its first use would otherwise wait for. */
  readonly pieces?: readonly Piece[];
  /** Whether it vouches for who people are in Entra, so that no one has to be linked there. */
  readonly vouches: boolean;
  /** Verifies and parses. Never throws because of what a stranger sends. */
  receive(request: InboundRequest): Promise<Inbound>;
  /** Whether it accepts an answer without knowing the bot, so that a delivered answer says nothing about how it treats the bot. */
  readonly answersAnybody?: true;
  /** @throws DeliveryRefused */
  send(message: OutboundMessage): Promise<MessageRef>;
  /** Why the account with this id can't be linked to anyone, if that can only be found out by asking. @throws DeliveryRefused */
  unfit?(id: string): Promise<Unfit | undefined>;
  readonly check?: Check;
}

/** Progress is a message of its own, because that can always be edited. */
export const progressRoutes: readonly Route[] = ["dm", "thread", "admins"];
/** What belongs to the answer of a call goes there as long as that can be edited. */
export const answerRoutes: readonly Route[] = ["answer", "dm", "thread", "admins"];
/** For one person alone: a server's owners can read its threads. */
export const privateRoutes: readonly Route[] = ["answer", "dm"];

/** How long a platform waits for the answer to a call. All in milliseconds. */
export interface Patience {
  /** When the platform started to wait, by its own clock. Absent: when the call arrived. */
  readonly since?: Date | undefined;
  /** A call without an answer by then is deferred. */
  readonly answer: number;
  /** The least time for a call, counted from its arrival. */
  readonly least: number;
  /** The platform has to hear by then that the answer will follow. */
  readonly word: number;
}

/** Until when to wait for the answer to a call, and by when to say that it will follow. */
export function deadlines(
  { since, answer, least, word }: Patience,
  arrived: Date,
): { readonly answerBy: Date; readonly wordBy: Date } {
  // Nothing arrives before it was sent: if it seems so, the platform's clock is ahead.
  const start = Math.min(since?.getTime() ?? Number.POSITIVE_INFINITY, arrived.getTime());
  const answerBy = Math.max(start + answer, arrived.getTime() + least);
  return { answerBy: new Date(answerBy), wordBy: new Date(Math.max(start + word, answerBy)) };
}

/** The size of what someone asks for. */
export interface Size {
  /** In UTF-16 units. */
  readonly text: number;
  readonly mentions: number;
}

/** Refuses anything larger before it is read. @throws Refusal */
export function refuseLarge({ text, mentions }: Size): void {
  if (text > mostText)
    throw new Refusal(
      `That message is too long: it has ${text} characters, and I read at most ${mostText}. Attach what you want to paste as a file.`,
    );
  if (mentions > mostMentions)
    throw new Refusal(
      `That message mentions ${mentions} people, and I read at most ${mostMentions}. Send it again with fewer mentions.`,
    );
}
