import * as z from "zod";
import type { Answer, Card, CommandLine } from "./card.ts";
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

/** One use of the bot by somebody, verified, but neither read nor known to be allowed. */
export interface UnreadCall {
  /** The platform's own id of this use, safe as a row key: a repeat carries the same one. */
  readonly id: string;
  readonly account: Account;
  /** `team`: where the team is; `direct`: alone with the bot; `foreign`: anywhere else, where nothing is done. */
  readonly place: "team" | "direct" | "foreign";
  readonly replyTo: ReplyAddress;
  /** Reads what is asked for, and looks up who is named there: only for somebody who is known. @throws Refusal where it is too large */
  read(): Promise<Asked>;
}

/** What somebody asks for. */
interface Asked {
  readonly line: CommandLine;
  /** The people named in options, by what stands for them there. */
  readonly people: Readonly<Record<string, Account>>;
  /** The files attached, by what stands for them in options. */
  readonly files?: Readonly<Record<string, SentFile>> | undefined;
}

/** One use of the bot by somebody, read. */
export interface InboundCall extends Omit<UnreadCall, "read">, Asked {}

/** A call that has been read. @throws Refusal */
export const readCall = async ({ read, ...call }: UnreadCall): Promise<InboundCall> => ({
  ...call,
  ...(await read()),
});

/** A file that somebody attached, not yet fetched. */
export const fileShape = z.strictObject({ platform: z.string(), name: z.string(), url: z.string() });
export type SentFile = Of<typeof fileShape>;

export type Inbound =
  /** The platform's own business: a ping, a bad signature. */
  | {
      readonly kind: "answer";
      readonly answer: HttpAnswer;
      /** Remembers what the platform has told; left out where it tells too much, since all of it can be found out again. Never fails. */
      note?(): Promise<void>;
    }
  | {
      readonly kind: "call";
      readonly call: UnreadCall;
      /** Shows that somebody was heard, where the platform can; nothing waits for it. */
      heard?(): void;
      /** The shortest answer that the platform takes: nothing is sent for it. */
      readonly least: HttpAnswer;
      /** Answers the caller, and them alone. @throws DeliveryRefused */
      render(reply: Answer): Promise<HttpAnswer>;
      /** Says that an answer follows, by `send` on the route `answer`. */
      defer(): Promise<HttpAnswer>;
      /** How long the caller can be kept waiting. */
      readonly patience: Patience;
      /**
       * Says that an answer follows which was expected at once. It replaces what the caller is shown meanwhile.
       * @param isKnown whether whoever calls turns out to be somebody here: nothing follows the answer to anybody else
       */
      late(isKnown: Promise<boolean>): Late;
    };

/** A call whose answer was not there in time. */
export interface Late {
  readonly answer: HttpAnswer;
  /** Ends when what the caller sees meanwhile is shown, so that the answer can replace it. Never fails. */
  readonly shown: Promise<void>;
  /** Gives the answer without `send`, which may need the storage. @throws DeliveryRefused */
  tell(card: Card): Promise<void>;
}

/** Where somebody can be reached. `data` is understood by its platform alone. */
export const replyToShape = z.strictObject({ platform: z.string(), account: z.string(), data: texts });
export type ReplyAddress = Of<typeof replyToShape>;

/** `dm`: to the person; `answer`: the only-you answer to their call; `thread`: where only they and the bot are; `admins`. */
export const routeShape = z.enum(["dm", "answer", "thread", "admins"]);
export type Route = Of<typeof routeShape>;

/** A message that was sent; what is needed to edit it. */
export const refShape = z.strictObject({ channel: z.string(), message: z.string() });
export type MessageRef = Of<typeof refShape>;

export interface OutboundMessage {
  readonly route: Route;
  readonly to: ReplyAddress;
  readonly card: Card;
  /** The same for every try, at most 25 characters: sending twice shows one message where the platform allows it. */
  readonly nonce: string;
  /** The channel between them and the bot alone, where it is known: the one that an earlier message by `dm` was sent in. */
  readonly direct?: string | undefined;
  /** Edit this message instead of sending a new one. */
  readonly edit?: MessageRef | undefined;
  /** It takes the place of an answer that may not be there yet: then it is too early, and refused as what passes. */
  readonly answerDue?: boolean | undefined;
  /** An earlier try may have been sent unseen: look for the nonce first. */
  readonly maybeSent: boolean;
}

/** Whether some platform says for certain who somebody is. */
export const isVouched = (platforms: Readonly<Record<string, Pick<Platform, "vouches">>>): boolean =>
  Object.values(platforms).some(({ vouches }) => vouches);

/** Something that takes long the first time and can be had beforehand. */
export interface Piece {
  readonly name: string;
  load(): Promise<unknown>;
}

/** Asks a platform whether it takes anything from the bot just now. */
export interface Check {
  /** `always`: while nothing is owed, too; `unwell`: where it took nothing, and nothing that is owed would show that it does again. */
  readonly when: "always" | "unwell";
  /** @throws DeliveryRefused */
  ask(): Promise<void>;
}

export interface Platform {
  readonly name: string;
  /** What its first use would have to wait for. */
  readonly pieces?: readonly Piece[];
  /** Whether it says for certain who somebody is in Entra, so that nobody has to be linked there. */
  readonly vouches: boolean;
  /** Verifies and parses; never throws for what a stranger sends. */
  receive(request: InboundRequest): Promise<Inbound>;
  /** Whether it takes an answer without knowing the bot, so that an answer which arrives says nothing of how the bot is treated. */
  readonly answersAnybody?: true;
  /** @throws DeliveryRefused */
  send(message: OutboundMessage): Promise<MessageRef>;
  /** What keeps an account, by its id, from being anybody's, where that has to be asked. @throws DeliveryRefused */
  unfit?(id: string): Promise<Unfit | undefined>;
  readonly check?: Check;
}

/** Progress is a message of its own: it can be edited for ever. */
export const progressRoutes: readonly Route[] = ["dm", "thread", "admins"];
/** What belongs to the answer of a call goes there, as long as it can be edited. */
export const answerRoutes: readonly Route[] = ["answer", "dm", "thread", "admins"];
/** What is meant for one person alone; a thread can be read by whoever keeps the server. */
export const privateRoutes: readonly Route[] = ["answer", "dm"];

/** How long a platform waits for the answer to a call. All of it in milliseconds. */
export interface Patience {
  /** When the platform began to wait, by its own clock; absent: when the call arrived. */
  readonly since?: Date | undefined;
  /** A call that has no answer by then is put off. */
  readonly answer: number;
  /** What a call has in any case, counted from its arrival. */
  readonly least: number;
  /** By then the platform has to hear that the answer follows. */
  readonly word: number;
}

/** Until when the answer to a call is waited for, and by when it must be said that it follows. */
export function deadlines(
  { since, answer, least, word }: Patience,
  arrived: Date,
): { readonly answerBy: Date; readonly wordBy: Date } {
  // Nothing arrives before it was sent: then the platform's clock is ahead of ours.
  const start = Math.min(since?.getTime() ?? Number.POSITIVE_INFINITY, arrived.getTime());
  const answerBy = Math.max(start + answer, arrived.getTime() + least);
  return { answerBy: new Date(answerBy), wordBy: new Date(Math.max(start + word, answerBy)) };
}

/** How large it is what somebody asks for. */
export interface Size {
  /** In UTF-16 units. */
  readonly text: number;
  readonly mentions: number;
}

/** What is larger is not looked at. @throws Refusal */
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
