import { isDeepStrictEqual } from "node:util";
import type { Card } from "./card.ts";
import { dayMs, minuteMs } from "./clock.ts";
import { type DeliveryRefused, NoAnswer } from "./errors.ts";
import type { ReplyAddress, Route } from "./platform.ts";
import type { Delivery } from "./records.ts";
import { brief, mostReason } from "./text.ts";

/** What a refusal makes of a message that is owed, and after how many seconds it is tried again. */
export interface AfterRefusal {
  readonly delivery: Delivery;
  /** Undefined: at once, on the next route or in place of the message that is gone. */
  readonly waitSeconds: number | undefined;
  /** It has waited for so long that it goes on without its route, or without any. */
  readonly givenUp: boolean;
}

/** A message that was refused for so long takes its next route, so that none waits for ever. In milliseconds. */
const patienceMs = dayMs;
/** From then on somebody ought to look. In milliseconds. */
const longMs = 10 * minuteMs;

/** For so long a platform that takes nothing from the bot is left alone where it has not said more; little enough to go on two minutes after it was mended. In seconds. */
const restSeconds = 45;
const mostRestSeconds = 60;

/**
 * What follows from a refusal.
 * @param jitter from 0 to 1, so that what was refused together does not come back together
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
  // An edit that is under way yet could replace the next one: that is left until it can't be any more.
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

/** Another one of these takes the place of the first; a new message is known again by its nonce. */
const isEdit = ({ ref, routes }: Delivery): boolean => ref !== undefined || routes[0] === "answer";

const atOnce = (delivery: Delivery): AfterRefusal => ({ delivery, waitSeconds: undefined, givenUp: false });

/** As if nothing had been tried yet. */
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
  // As long as it says: more is late, and less is refused again. At least a second, which some platforms don't say.
  if (kind === "limited") return Math.max(told ?? 1, 1) + jitter;
  if (kind === "unwell") return Math.min(told ?? restSeconds * (1 + jitter / 3), mostRestSeconds);
  return told === undefined
    ? Math.min(5 * 2 ** Math.min(failures - 1, 6), 300) * (1 - jitter / 4)
    : told + jitter;
}

/**
 * What a platform knows this message by, at most 25 characters ("Create Message", 2026-01). One that stands in for a
 * message that somebody deleted has its own: the former would give the deleted one again.
 */
export const nonceOf = ({ id, replaced }: Pick<Delivery, "id" | "replaced">): string =>
  replaced === undefined ? id : `${id.slice(0, 20)}-${replaced % 10_000}`;

/** The message with this card from now on; undefined: it says just that already. */
export const renewed = (delivery: Delivery, card: Card): Delivery | undefined =>
  delivery.revision > 0 && isDeepStrictEqual(plain(delivery.card), plain(card))
    ? undefined
    : { ...delivery, card, revision: delivery.revision + 1 };

/** As it is read back from its row. */
const plain = (card: Card): unknown => JSON.parse(JSON.stringify(card));

/** Whether its reader has not seen its newest card. */
export const isOwed = ({ status, sent, revision }: Delivery): boolean => status === "open" && sent < revision;

/** One try at a time: whoever else comes meanwhile leaves it to the one that is queued. */
export const mustWait = ({ nextTryAt }: Delivery, now: Date): boolean =>
  nextTryAt !== undefined && Date.parse(nextTryAt) - now.getTime() > 1000;

/** Why it is still owed. */
export const whyOwed = ({ why }: Delivery): string =>
  why ?? "not sent yet, or waiting for an earlier message";

export const isOwedForLong = (delivery: Delivery, now: Date): boolean =>
  isOwed(delivery) &&
  delivery.owedSince !== undefined &&
  now.getTime() - Date.parse(delivery.owedSince) >= longMs;

/** A message that nobody has tried to send yet. */
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
