import type { Card } from "./core/card.ts";
import { Conflict, DeliveryRefused, PlatformUnwell } from "./core/errors.ts";
import type { MessageRef, Platform, Route } from "./core/platform.ts";
import type { Delivery } from "./core/records.ts";
import type { Row } from "./core/store.ts";
import { words } from "./core/words.ts";
import type { Parts } from "./parts.ts";

/**
 * Sends a message that is owed, or brings it up to date. Marked as sent after it was sent; a repeat finds the first.
 * A route that is closed gives way to the next one; when none is left, the message stays as undeliverable.
 * @param shown in the place of the card that is written down, which lacks what may be shown once only
 */
export async function deliver(partition: string, id: string, parts: Parts, shown?: Card): Promise<void> {
  const { store, platforms, log, queue, clock } = parts;
  let unsure = false;
  for (;;) {
    const row = await store.get(partition, "delivery", id);
    if (row?.value.status !== "open" || mustWait(row.value, clock.now())) return;
    if (row.value.sent >= row.value.revision && !unsure) return;
    unsure = false;
    const delivery = row.value;
    const [route] = delivery.routes;
    const platform = platforms[delivery.to.platform];
    try {
      if (!route || !platform) {
        log.error("a message can't be delivered", undefined, { partition, delivery: id });
        const nextTryAt = new Date(clock.now().getTime() + countedMs).toISOString();
        await save(partition, row, { status: "undeliverable", nextTryAt }, parts);
        continue;
      }
      if (delivery.ref) {
        await send(partition, row, delivery.card, route, platform, false, parts);
        continue;
      }
      const wait = secondsUntil(delivery.heldUntil, clock.now());
      if (wait > 0) {
        // Whoever holds it goes on to the newest card; this is for the case that they have died.
        await queue.send({ kind: "delivery", member: partition, id }, wait + 1);
        return;
      }
      // Whether an earlier try got through is known only if each try is written down before it is made.
      const heldUntil = new Date(clock.now().getTime() + holdSeconds * 1000).toISOString();
      await save(partition, row, { tries: delivery.tries + 1, heldUntil }, parts);
      const held = await store.get(partition, "delivery", id);
      const card = shown ?? held?.value.card;
      if (held && card) await send(partition, held, card, route, platform, delivery.tries > 0, parts);
    } catch (error) {
      // Somebody else sends it too, or the card has changed. Which of two was shown last nobody knows: the newest once more.
      if (error instanceof Conflict) {
        unsure = true;
        continue;
      }
      if (!(error instanceof DeliveryRefused)) throw error;
      log.info("a message must wait", { partition, delivery: id, route, why: error.message });
      const seconds =
        error instanceof PlatformUnwell
          ? await rest(partition, delivery, error, parts)
          : await postpone(partition, id, error.retryAfterSeconds ?? 0, parts);
      await queue.send({ kind: "delivery", member: partition, id }, seconds);
      return;
    }
  }
}

/** For so long admins are told of a message that nobody got. */
const countedMs = 7 * 24 * 3600_000;

/** Longer than a platform's client waits for an answer. */
const holdSeconds = 45;

const secondsUntil = (at: string | undefined, now: Date): number =>
  at === undefined ? 0 : Math.ceil((Date.parse(at) - now.getTime()) / 1000);

/** One try at a time: whoever else comes meanwhile leaves it to the one that is queued. */
export const mustWait = ({ nextTryAt }: Delivery, now: Date): boolean =>
  nextTryAt !== undefined && Date.parse(nextTryAt) - now.getTime() > 1000;

/** Waits longer after each try in vain, up to five minutes. Answers for how many seconds. */
async function postpone(partition: string, id: string, least: number, parts: Parts): Promise<number> {
  const row = await parts.store.get(partition, "delivery", id);
  const tries = (row?.value.tries ?? 0) + 1;
  const seconds = Math.min(Math.max(least, 5 * 2 ** Math.min(tries - 1, 6)), 300);
  const nextTryAt = new Date(parts.clock.now().getTime() + seconds * 1000).toISOString();
  if (row) await save(partition, row, { tries, nextTryAt, heldUntil: undefined }, parts);
  return seconds;
}

/** Waits as long as the platform is unwell, as if nothing had been tried: no message of the bot's leaves then. Answers for how many seconds. */
async function rest(
  partition: string,
  { id, tries }: Delivery,
  { retryAfterSeconds: seconds }: PlatformUnwell,
  parts: Parts,
): Promise<number> {
  const row = await parts.store.get(partition, "delivery", id);
  const nextTryAt = new Date(parts.clock.now().getTime() + seconds * 1000).toISOString();
  if (row) await save(partition, row, { tries, nextTryAt, heldUntil: undefined }, parts);
  return seconds;
}

async function send(
  partition: string,
  row: Row<Delivery>,
  card: Card,
  route: Route,
  platform: Platform,
  maybeSent: boolean,
  parts: Parts,
): Promise<void> {
  const delivery = row.value;
  try {
    const ref = await platform.send({
      route,
      to: delivery.to,
      card: addressed(card, delivery, route),
      nonce: delivery.id,
      edit: delivery.ref,
      maybeSent,
    });
    await markSent(partition, delivery, ref, parts);
  } catch (error) {
    if (!(error instanceof DeliveryRefused) || error.kind === "later") throw error;
    parts.log.info("a route is closed", { partition, delivery: delivery.id, route, why: error.message });
    const routes = error.kind === "closed" ? delivery.routes.slice(1) : delivery.routes;
    await save(partition, row, { routes, ref: undefined, tries: 0, heldUntil: undefined }, parts);
  }
}

/** What was sent is marked, whatever has become of the row meanwhile: a reference that is lost means a second message. */
async function markSent(partition: string, sent: Delivery, ref: MessageRef, parts: Parts): Promise<void> {
  for (;;) {
    const row = await parts.store.get(partition, "delivery", sent.id);
    if (!row) return;
    const patch = { ref, sent: Math.max(row.value.sent, sent.revision), tries: 1 };
    try {
      return await save(partition, row, { ...patch, nextTryAt: undefined, heldUntil: undefined }, parts);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

const save = (
  partition: string,
  row: Row<Delivery>,
  patch: Partial<Delivery>,
  { store }: Parts,
): Promise<void> =>
  store.commit(partition, [
    { kind: "delivery", id: row.value.id, value: { ...row.value, ...patch }, etag: row.etag },
  ]);

/** What reaches the admins because somebody else could not be reached says so, and carries no buttons of theirs. */
function addressed(card: Card, { to }: Delivery, route: Route): Card {
  if (route !== "admins" || to.account === "") return card;
  return {
    ...card,
    title: words`Could not be delivered to its reader: ${card.title}`,
    buttons: [],
    footer: [card.footer, `for ${to.account}`].filter(Boolean).join(" · "),
  };
}
