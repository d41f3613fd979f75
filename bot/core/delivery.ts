import { isDeepStrictEqual } from "node:util";
import type { Card } from "./card.ts";
import { dayMs, minuteMs } from "./clock.ts";
import { type DeliveryRefused, NoAnswer } from "./errors.ts";
import type { ReplyAddress, Route } from "./platform.ts";
import type { Delivery } from "./records.ts";
import { brief, mostReason } from "./text.ts";

/** What a refusal does to an owed message, and when it is tried again. */
export interface AfterRefusal {
  readonly delivery: Delivery;
  /** Undefined: at once, on the next route or in place of the deleted message. */
  readonly waitSeconds: number | undefined;
  /** It has waited so long that it leaves its route, or is given up. */
  readonly givenUp: boolean;
}

/** A message that was refused for this long takes its next route, so that none waits for ever. In milliseconds. */
const patienceMs = dayMs;
/** After this time an admin should have a look. In milliseconds. */
const longMs = 10 * minuteMs;

/** How long a platform that accepts nothing from the bot is left alone if it doesn't say: short enough that messages flow two minutes after it is fixed. In seconds. */
const restSeconds = 45;
const mostRestSeconds = 60;

/**
 * What follows from a refusal.
 * @param jitter from 0 to 1, so that messages refused together aren't retried together
 */
export function afterRefusal(
  delivery: Delivery,
  error: Pick<DeliveryRefused, "kind" | "retryAfterSeconds" | "message">,
  now: Date,
  jitter: number,
): AfterRefusal {
  const { kind, retryAfterSeconds, message } = error;
  if (kind === "gone") return atOnce({ ...fresh(delivery), replaced: (delivery.replaced ?? 0) + 1 });
  if (kind === "closed") return atOnce(onNextRoute(delivery));
  const owedSince = delivery.owedSince ?? now.toISOString();
  if (now.getTime() - Date.parse(owedSince) >= patienceMs)
    return { ...atOnce({ ...onNextRoute(delivery), owedSince }), givenUp: true };
  const failures = kind === "passing" ? (delivery.failures ?? 0) + 1 : delivery.failures;
  const left = (Date.parse(owedSince) + patienceMs - now.getTime()) / 1000;
  // An edit still in flight could overwrite the next one, so wait until it no longer can.
  const until = error instanceof NoAnswer && isEdit(delivery) ? delivery.heldUntil : undefined;
  const held = until === undefined ? 0 : (Date.parse(until) - now.getTime()) / 1000;
  const wanted = Math.max(waitFor(kind, retryAfterSeconds, failures ?? 0, jitter), held);
  const seconds = Math.ceil(Math.min(wanted, left));
  const nextTryAt = new Date(now.getTime() + seconds * 1000).toISOString();
  return {
    delivery: {
      ...delivery,
      why: brief(message, mostReason),
      owedSince,
      failures,
      nextTryAt,
      heldUntil: undefined,
    },
    waitSeconds: seconds,
    givenUp: false,
  };
}

/** A later edit replaces an earlier one. A repeated new message is recognised by its nonce. */
const isEdit = ({ ref, routes }: Delivery): boolean => ref !== undefined || routes[0] === "answer";

const atOnce = (delivery: Delivery): AfterRefusal => ({ delivery, waitSeconds: undefined, givenUp: false });

/** As if nothing had been tried. */
const fresh = (delivery: Delivery): Delivery => ({
  ...delivery,
  ref: undefined,
  tries: 0,
  failures: undefined,
  nextTryAt: undefined,
  heldUntil: undefined,
});

const onNextRoute = (delivery: Delivery): Delivery => ({
  ...fresh(delivery),
  routes: delivery.routes.slice(1),
});

/** In seconds. */
function waitFor(
  kind: "limited" | "passing" | "unwell",
  told: number | undefined,
  failures: number,
  jitter: number,
): number {
  // As long as it says: longer is late, shorter is refused again. At least a second, for platforms that name none.
  if (kind === "limited") return Math.max(told ?? 1, 1) + jitter;
  if (kind === "unwell") return Math.min(told ?? restSeconds * (1 + jitter / 3), mostRestSeconds);
  return told === undefined
    ? Math.min(5 * 2 ** Math.min(failures - 1, 6), 300) * (1 - jitter / 4)
    : told + jitter;
}

/**
 * The id by which a platform recognises this message, at most 25 characters ("Create Message", 2026-01). A message that
 * replaces a deleted one has its own: with the former id, the platform would return the deleted message.
 */
export const nonceOf = ({ id, replaced }: Pick<Delivery, "id" | "replaced">): string =>
  replaced === undefined ? id : `${id.slice(0, 20)}-${replaced % 10_000}`;

/** The message with this card. Undefined if it already says exactly that. */
export const renewed = (delivery: Delivery, card: Card): Delivery | undefined =>
  delivery.revision > 0 && isDeepStrictEqual(plain(delivery.card), plain(card))
    ? undefined
    : { ...delivery, card, revision: delivery.revision + 1 };

/** As read back from its row. */
const plain = (card: Card): unknown => JSON.parse(JSON.stringify(card));

/** Whether its reader hasn't seen its newest card. */
export const isOwed = ({ status, sent, revision }: Delivery): boolean => status === "open" && sent < revision;

/** One attempt at a time: another worker leaves it to the queued one. */
export const mustWait = ({ nextTryAt }: Delivery, now: Date): boolean =>
  nextTryAt !== undefined && Date.parse(nextTryAt) - now.getTime() > 1000;

/** Why it is still owed. */
export const whyOwed = ({ why }: Delivery): string =>
  why ?? "not sent yet, or waiting for an earlier message";

export const isOwedForLong = (delivery: Delivery, now: Date): boolean =>
  isOwed(delivery) &&
  delivery.owedSince !== undefined &&
  now.getTime() - Date.parse(delivery.owedSince) >= longMs;

/** A message that wasn't tried yet. */
export const owed = (
  id: string,
  to: ReplyAddress,
  routes: readonly Route[],
  card: Card,
  now: Date,
): Delivery => ({
  id,
  at: now.toISOString(),
  to,
  routes,
  card,
  revision: 1,
  sent: 0,
  tries: 0,
  status: "open",
});
