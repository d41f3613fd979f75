import * as z from "zod";
import { cardShape, keptShape, lineShape } from "./card.ts";
import { accountShape } from "./member.ts";
import { fileShape, refShape, replyToShape, routeShape } from "./platform.ts";
import type { Of } from "./shape.ts";
import { entryShape } from "./team.ts";

/** A message owed to someone. It is marked as sent after it was sent. */
export const deliveryShape = z.strictObject({
  id: z.string(),
  /** ISO 8601: when it was written. */
  at: z.string().optional(),
  to: replyToShape,
  /** Tried in this order. */
  routes: z.array(routeShape),
  card: cardShape,
  /** Counts the card's changes. The message is up to date when `sent` equals it. */
  revision: z.number(),
  sent: z.number(),
  ref: refShape.optional(),
  /** How many attempts may have got through unnoticed. */
  tries: z.number(),
  /** How many times in a row its platform failed. */
  failures: z.number().optional(),
  /** ISO 8601: since when its newest card has been waiting, if it had to. */
  owedSince: z.string().optional(),
  /** Why it was last refused. */
  why: z.string().optional(),
  /** How many of its messages were deleted by someone. */
  replaced: z.number().optional(),
  /** ISO 8601: a worker is about to send or update it; until then, every other worker leaves it alone. */
  heldUntil: z.string().optional(),
  /** ISO 8601: it replaces an answer that is being given. Before this time the answer may not be there yet; after it, it never will be. */
  answerBy: z.string().optional(),
  /** ISO 8601: not before this time, as a platform asked. For a message that reached no one: until when it counts. */
  nextTryAt: z.string().optional(),
  status: z.enum(["open", "closed", "undeliverable"]),
});
export type Delivery = Of<typeof deliveryShape>;

/** How to reach someone on a platform. */
export const inboxShape = z.strictObject({
  /** The channel with only them and the bot. */
  direct: z.string().optional(),
  /** Their waiting messages, in the order in which they are sent. */
  line: z.array(z.strictObject({ partition: z.string(), id: z.string() })),
});
export type Inbox = Of<typeof inboxShape>;

/** Since when (ISO 8601), and why. */
const troubleShape = z.strictObject({ since: z.string(), why: z.string() });
/** How a platform treats the bot. Written when that changes. */
export const platformStateShape = z.strictObject({
  /** It accepts nothing from the bot. */
  unwell: troubleShape.optional(),
  /** Messages there have been owed for longer than they should be: since when that is known, and why for one of them. */
  late: troubleShape.optional(),
});
export type PlatformState = Of<typeof platformStateShape>;

/** One use of the bot, so that a repeat gets the first answer again and has no second effect. */
export const claimShape = z.strictObject({
  at: z.string(),
  reply: keptShape,
  /** The partition that was changed, if it is another one: this claim counts only if that partition has one too. */
  effectIn: z.string().optional(),
  /** The message that replaces this answer if there is more to say. */
  follows: z.string().optional(),
});
export type Claim = Of<typeof claimShape>;

/** A call that is answered later, because it waits for a service that may be slow, or its answer wasn't ready in time. */
export const callShape = z.strictObject({
  id: z.string(),
  account: accountShape,
  line: lineShape,
  replyTo: replyToShape,
  people: z.record(z.string(), accountShape),
  files: z.record(z.string(), fileShape).optional(),
  at: z.string(),
  done: z.boolean(),
  /** Its answer wasn't ready in time. */
  late: z.literal(true).optional(),
});
export type DeferredCall = Of<typeof callShape>;

/** A question that waits for a click: works once, for one person, for ten minutes. */
export const confirmationShape = z.strictObject({
  id: z.string(),
  account: accountShape,
  line: lineShape,
  expiresAt: z.string(),
  used: z.boolean(),
  /** What the confirmation does, if the button can't hold it. */
  wish: entryShape.optional(),
});

export const auditShape = z.strictObject({
  at: z.string(),
  /** Who did it: `<platform>:<id>`, or `bot`. */
  by: z.string(),
  /** The key of the member with that account. */
  byMember: z.string().optional(),
  /** What was asked for. The result of an operation that followed is read from its own record. */
  what: z.string(),
  about: z.string(),
  /** Whose audit also has a copy of it. */
  alsoAbout: z.array(z.string()).optional(),
  call: z.string(),
});
export type AuditEntry = Of<typeof auditShape>;

/** A link for a member: anyone who opens it can propose one address to them, nothing more. Only the hash of its id is kept. */
const linkShape = z.strictObject({
  /** SHA-256 of the id, in hexadecimal digits. */
  hash: z.string(),
  /** Who asked for it. Only they may confirm what is proposed. */
  account: accountShape,
  replyTo: replyToShape,
  /** The instance it was created for. */
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
