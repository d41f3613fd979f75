import * as z from "zod";
import type { Button } from "./card.ts";
import type { Of } from "./shape.ts";
import { asItStands, joined, type Words, write } from "./text.ts";

/** The caller can fix it: they see the message as written, and nothing was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** Buttons for what the message names, because commands can't be typed everywhere. */
  readonly buttons: readonly Button[];
  /** The message as it is shown. */
  readonly words: Words;
  /** Without “Nothing was changed.”: if this is one of many things, others may have been. */
  readonly why: string;
  /** @param why the message; @param after a sentence after it */
  constructor(why: Words, buttons: readonly Button[] = [], after?: string) {
    const words = joined([why, after], " ");
    super(write(words, asItStands));
    this.words = words;
    this.why = write(why, asItStands);
    this.buttons = buttons;
  }
}

/** A refusal followed by “Nothing was changed.”. */
export const nothingChanged = (why: Words, buttons?: readonly Button[]): Refusal =>
  new Refusal(why, buttons, "Nothing was changed.");

/** The caller is neither on the roster nor an admin. */
export class Stranger extends Refusal {
  constructor() {
    super("You are not on this team's roster. Ask an admin to add you.");
  }
}

/** Someone else wrote the row first: read again and decide again. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** Someone sends more calls than they may. */
export class TooMany extends Error {
  override readonly name = "TooMany";
  /** Seconds until there is room for one more. */
  readonly seconds: number;
  /** Whether to answer in words, which the bot does only now and then. */
  readonly tells: boolean;
  constructor(seconds: number, tells: boolean) {
    super(`too many calls: wait ${seconds} s`);
    this.seconds = seconds;
    this.tells = tells;
  }
}

/** The account already belongs to another member. */
export class AccountTaken extends Error {
  override readonly name = "AccountTaken";
}

/** Azure refused. `code` is Azure's innermost error code, `detail` its own words, for an admin. */
export class AzureFault extends Error {
  override readonly name = "AzureFault";
  readonly service: string;
  /** HTTP status; 0 if no answer came. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlation: string;
  readonly retryAfterSeconds: number | undefined;
  constructor(fault: {
    service: string;
    status: number;
    code: string;
    detail: string;
    correlation: string;
    retryAfterSeconds?: number | undefined;
    cause?: unknown;
  }) {
    super(`${fault.service} answered ${fault.status} ${fault.code}`, { cause: fault.cause });
    this.service = fault.service;
    this.status = fault.status;
    // Faults are kept in rows, whose size is limited.
    this.code = fault.code.slice(0, 200);
    this.detail = fault.detail.slice(0, 2000);
    this.correlation = fault.correlation.slice(0, 200);
    this.retryAfterSeconds = fault.retryAfterSeconds;
  }
}

/** A platform refused a message. */
export class DeliveryRefused extends Error {
  override readonly name: string = "DeliveryRefused";
  /**
   * `closed`: never on this route, try the next; `gone`: the message to edit no longer exists; `limited`: too many at once, which is
   * no failure; `passing`: it failed but may work next time; `unwell`: the platform accepts nothing from the bot at all.
   */
  readonly kind: "closed" | "gone" | "limited" | "passing" | "unwell";
  /** How long the platform asked to wait. */
  readonly retryAfterSeconds: number | undefined;
  constructor(kind: DeliveryRefused["kind"], message: string, retryAfterSeconds?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * A platform accepts nothing from the bot, for anyone: it doesn't know the bot's token, or its settings are wrong. That isn't the
 * message's fault: it stays owed, and the attempt doesn't count.
 */
export class PlatformUnwell extends DeliveryRefused {
  override readonly name = "PlatformUnwell";
  /** @param why what someone has to fix; @param retryAfterSeconds when to try again */
  constructor(why: string, retryAfterSeconds?: number) {
    super("unwell", why, retryAfterSeconds);
  }
}

/** No answer came in time, or the connection was lost: what was sent may still arrive. */
export class NoAnswer extends DeliveryRefused {
  override readonly name = "NoAnswer";
  constructor(message: string) {
    super("passing", message);
  }
}

/** Why something failed: one plain sentence for the member, Azure's own words for an admin. */
export const faultShape = z.strictObject({ code: z.string(), detail: z.string(), correlation: z.string() });
export type Fault = Of<typeof faultShape>;
