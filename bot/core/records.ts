import * as z from "zod";
import { cardShape, keptShape, lineShape } from "./card.ts";
import { accountShape } from "./member.ts";
import { fileShape, refShape, replyToShape, routeShape } from "./platform.ts";
import type { Of } from "./shape.ts";
import { entryShape } from "./team.ts";

/** A message that is owed to somebody. It is marked sent after it was sent. */
export const deliveryShape = z.strictObject({
  id: z.string(),
  /** ISO 8601: when it was written down. */
  at: z.string().optional(),
  to: replyToShape,
  /** Tried in this order. */
  routes: z.array(routeShape),
  card: cardShape,
  /** Counts the card's changes; the message is up to date when `sent` equals it. */
  revision: z.number(),
  sent: z.number(),
  ref: refShape.optional(),
  /** How many tries may have got through unseen. */
  tries: z.number(),
  /** How often in a row its platform failed. */
  failures: z.number().optional(),
  /** ISO 8601: since when its newest card waits, once it had to. */
  owedSince: z.string().optional(),
  /** Why it was refused the last time. */
  why: z.string().optional(),
  /** How many of its messages somebody has deleted. */
  replaced: z.number().optional(),
  /** ISO 8601: until then somebody is about to send it or bring it up to date, and everybody else leaves it to them. */
  heldUntil: z.string().optional(),
  /** ISO 8601: it takes the place of an answer that is being given. Until then that may not be there yet; after it, nobody gives it any more. */
  answerBy: z.string().optional(),
  /** ISO 8601: not before then, after a platform has asked to wait. Of one that nobody got: until then it is counted. */
  nextTryAt: z.string().optional(),
  status: z.enum(["open", "closed", "undeliverable"]),
});
export type Delivery = Of<typeof deliveryShape>;

/** How somebody is reached on a platform. */
export const inboxShape = z.strictObject({
  /** The channel between them and the bot alone. */
  direct: z.string().optional(),
  /** Their messages that had to wait, in the order in which they go out. */
  line: z.array(z.strictObject({ partition: z.string(), id: z.string() })),
});
export type Inbox = Of<typeof inboxShape>;

/** Since when (ISO 8601), and why. */
const troubleShape = z.strictObject({ since: z.string(), why: z.string() });
/** How a platform treats the bot; written when that turns. */
export const platformStateShape = z.strictObject({
  /** It takes nothing from the bot. */
  unwell: troubleShape.optional(),
  /** Messages are owed there for longer than they should be: since when that is known, and why one of them is. */
  late: troubleShape.optional(),
});
export type PlatformState = Of<typeof platformStateShape>;

/** One use of the bot, so that a repeat gets the first answer again and has no second effect. */
export const claimShape = z.strictObject({
  at: z.string(),
  reply: keptShape,
  /** The partition that was changed, if another one: this claim counts only if there is one too. */
  effectIn: z.string().optional(),
  /** The message that takes this answer's place when there is more to tell. */
  follows: z.string().optional(),
});
export type Claim = Of<typeof claimShape>;

/** A call that is answered later, because it has to ask somebody who may be slow, or because its answer was not there in time. */
export const callShape = z.strictObject({
  id: z.string(),
  account: accountShape,
  line: lineShape,
  replyTo: replyToShape,
  people: z.record(z.string(), accountShape),
  files: z.record(z.string(), fileShape).optional(),
  at: z.string(),
  done: z.boolean(),
  /** Its answer was not there in time. */
  late: z.literal(true).optional(),
});
export type DeferredCall = Of<typeof callShape>;

/** A question that waits for a click: single use, for one person, for ten minutes. */
export const confirmationShape = z.strictObject({
  id: z.string(),
  account: accountShape,
  line: lineShape,
  expiresAt: z.string(),
  used: z.boolean(),
  /** What a yes does, where the button can't hold it. */
  wish: entryShape.optional(),
});

export const auditShape = z.strictObject({
  at: z.string(),
  /** Who did it: `<platform>:<id>`, or `bot`. */
  by: z.string(),
  /** The key of the member whose account that is. */
  byMember: z.string().optional(),
  /** What was asked for; how an operation that came of it has ended is read from its record. */
  what: z.string(),
  about: z.string(),
  /** Whose audit has a copy of it, beside that one's. */
  alsoAbout: z.array(z.string()).optional(),
  call: z.string(),
});
export type AuditEntry = Of<typeof auditShape>;

/** A link that was given to a member: whoever opens it can propose one address to them, no more. Its id is kept as a hash alone. */
const linkShape = z.strictObject({
  /** SHA-256 of the id, in hexadecimal digits. */
  hash: z.string(),
  /** Who asked for it: they alone may say yes to what is proposed. */
  account: accountShape,
  replyTo: replyToShape,
  /** The instance that it was asked for. */
  generation: z.string(),
  /** ISO 8601. */
  expiresAt: z.string(),
  used: z.boolean(),
});
export type AccessLink = Of<typeof linkShape>;

/** A member's links of the last minutes, in one row, so that there are never more than a few. */
export const accessLinksShape = z.strictObject({
  given: z.array(linkShape),
});
export type AccessLinks = Of<typeof accessLinksShape>;
