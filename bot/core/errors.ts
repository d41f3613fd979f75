import * as z from "zod";
import type { Button } from "./card.ts";
import type { Of } from "./shape.ts";
import { asItStands, joined, type Words, write } from "./text.ts";

/** The caller can mend it: the message is shown to them as written, and nothing was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** What the message speaks of: not everywhere can a command be typed. */
  readonly buttons: readonly Button[];
  /** The message as it is shown. */
  readonly words: Words;
  /** Without “Nothing was changed.”: where this is one thing of many, others were. */
  readonly why: string;
  /** @param why the message; @param after what is said after it */
  constructor(why: Words, buttons: readonly Button[] = [], after?: string) {
    const words = joined([why, after], " ");
    super(write(words, asItStands));
    this.words = words;
    this.why = write(why, asItStands);
    this.buttons = buttons;
  }
}

/** A refusal that says after its reason that nothing was changed. */
export const nothingChanged = (why: Words, buttons?: readonly Button[]): Refusal =>
  new Refusal(why, buttons, "Nothing was changed.");

/** Whoever calls is neither on the roster nor an admin. */
export class Stranger extends Refusal {
  constructor() {
    super("You are not on this team's roster. Ask an admin to add you.");
  }
}

/** Somebody else wrote the row first; read again and decide again. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** Somebody asks more than they may. */
export class TooMany extends Error {
  override readonly name = "TooMany";
  /** After how many there is room for one more. */
  readonly seconds: number;
  /** Whether they are told in words, which they are now and then. */
  readonly tells: boolean;
  constructor(seconds: number, tells: boolean) {
    super(`too many calls: wait ${seconds} s`);
    this.seconds = seconds;
    this.tells = tells;
  }
}

/** The account belongs to another member already. */
export class AccountTaken extends Error {
  override readonly name = "AccountTaken";
}

/** Azure said no. `code` is Azure's innermost error code, `detail` its own words, for an admin. */
export class AzureFault extends Error {
  override readonly name = "AzureFault";
  readonly service: string;
  /** HTTP status; 0 when no answer came. */
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
    // They are kept in rows, whose size is limited.
    this.code = fault.code.slice(0, 200);
    this.detail = fault.detail.slice(0, 2000);
    this.correlation = fault.correlation.slice(0, 200);
    this.retryAfterSeconds = fault.retryAfterSeconds;
  }
}

/** A platform would not take a message. */
export class DeliveryRefused extends Error {
  override readonly name: string = "DeliveryRefused";
  /**
   * `closed`: never on this route, try the next; `gone`: the message to edit no longer exists; `limited`: too much at once, which is
   * no failure; `passing`: it failed and may not the next time; `unwell`: the platform takes nothing from the bot at all.
   */
  readonly kind: "closed" | "gone" | "limited" | "passing" | "unwell";
  /** What the platform has asked for. */
  readonly retryAfterSeconds: number | undefined;
  constructor(kind: DeliveryRefused["kind"], message: string, retryAfterSeconds?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * A platform takes nothing from the bot, whoever it is for: it has no token that is known there, or its settings are wrong. That
 * says nothing of the message: it stays owed, and no try is counted.
 */
export class PlatformUnwell extends DeliveryRefused {
  override readonly name = "PlatformUnwell";
  /** @param why what somebody has to mend; @param retryAfterSeconds from when on it may be different */
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

/** Why something failed: for the member one plain sentence, for an admin Azure's own words. */
export const faultShape = z.strictObject({ code: z.string(), detail: z.string(), correlation: z.string() });
export type Fault = Of<typeof faultShape>;
