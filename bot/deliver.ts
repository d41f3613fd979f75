import type { Card } from "./core/card.ts";
import { afterRefusal, isOwed, mustWait, nonceOf } from "./core/delivery.ts";
import { Conflict, DeliveryRefused, PlatformUnwell } from "./core/errors.ts";
import { operationId } from "./core/identifiers.ts";
import type { MessageRef, Platform, Route } from "./core/platform.ts";
import type { Delivery } from "./core/records.ts";
import type { Row } from "./core/store.ts";
import { words } from "./core/words.ts";
import { leaveLine, turnOf } from "./inbox.ts";
import { queueForAdmins } from "./notices.ts";
import type { Parts } from "./parts.ts";
import { foundUnwell, foundWell } from "./platformState.ts";

/**
 * Sends a message that is owed, or brings it up to date. Marked as sent after it was sent; a repeat finds the first.
 * A route that is closed gives way to the next one; when none is left, the message stays as undeliverable.
 * @param shown in the place of the card that is written down, which lacks what may be shown once only
 */
export async function deliver(partition: string, id: string, parts: Parts, shown?: Card): Promise<void> {
  const { store, platforms, queue, clock } = parts;
  let unsure = false;
  for (;;) {
    const row = await store.get(partition, "delivery", id);
    if (row?.value.status !== "open" || mustWait(row.value, clock.now())) return;
    if (!isOwed(row.value) && !unsure) return;
    unsure = false;
    const delivery = row.value;
    let tried = delivery;
    const [route] = delivery.routes;
    const platform = platforms[delivery.to.platform];
    try {
      if (!route) return await giveUp(partition, row, parts);
      // Its settings are gone, all of them at once: as likely a mistake as a farewell.
      if (!platform) throw new PlatformUnwell("the bot has no settings for it", 60);
      if (delivery.ref) {
        await send(partition, row, delivery.card, route, platform, { maybeSent: false }, parts);
        continue;
      }
      const wait = secondsUntil(delivery.heldUntil, clock.now());
      if (wait > 0) {
        // Whoever holds it goes on to the newest card; this is for the case that they have died.
        await queue.send({ kind: "delivery", member: partition, id }, wait + 1);
        return;
      }
      const turn = await turnOf(partition, delivery, parts);
      if (!turn.isFirst) return await waitInLine(partition, row, parts);
      // Whether an earlier try got through is known only if each try is written down before it is made.
      const heldUntil = new Date(clock.now().getTime() + holdSeconds * 1000).toISOString();
      await save(partition, row, { tries: delivery.tries + 1, heldUntil }, parts);
      const held = await store.get(partition, "delivery", id);
      const card = shown ?? held?.value.card;
      if (!held || !card) return;
      tried = held.value;
      const how = { maybeSent: delivery.tries > 0, direct: turn.direct };
      const ref = await send(partition, held, card, route, platform, how, parts);
      await leaveLine(delivery, route === "dm" ? ref.channel : undefined, parts);
    } catch (error) {
      // Somebody else sends it too, or the card has changed. Which of two was shown last nobody knows: the newest once more.
      if (error instanceof Conflict) {
        unsure = true;
        continue;
      }
      if (!(error instanceof DeliveryRefused)) throw error;
      const seconds = await refused(partition, tried, delivery.tries, error, parts);
      if (seconds === undefined) continue;
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

/** Nobody can be given it. */
async function giveUp(partition: string, row: Row<Delivery>, parts: Parts): Promise<void> {
  const { log, clock } = parts;
  log.error("a message can't be delivered", undefined, { partition, delivery: row.value.id });
  const nextTryAt = new Date(clock.now().getTime() + countedMs).toISOString();
  await save(partition, row, { status: "undeliverable", nextTryAt }, parts);
  await leaveLine(row.value, undefined, parts);
}

/** Those before it wake it, or the sweep does. */
async function waitInLine(partition: string, row: Row<Delivery>, parts: Parts): Promise<void> {
  const owedSince = row.value.owedSince ?? parts.clock.now().toISOString();
  await save(partition, row, { owedSince }, parts);
}

/**
 * Writes down what follows from a refusal, unless somebody else has meanwhile tried too.
 * @param before how many tries may have got through before this one
 * @returns for how many seconds to wait; undefined: not at all
 */
async function refused(
  partition: string,
  tried: Delivery,
  before: number,
  error: DeliveryRefused,
  parts: Parts,
): Promise<number | undefined> {
  const { store, clock, randomBytes, log } = parts;
  const { id, to } = tried;
  log.info("a message was refused", {
    partition,
    delivery: id,
    route: tried.routes[0],
    kind: error.kind,
    why: error.message,
  });
  if (error.kind === "unwell") await foundUnwell(to.platform, error.message, parts);
  const [jitter = 0] = randomBytes(1);
  for (;;) {
    const row = await store.get(partition, "delivery", id);
    if (!row || !isOwed(row.value) || !isSameTry(row.value, tried)) return undefined;
    // Only what failed can have got through unseen.
    const tries = error.kind === "passing" ? row.value.tries : before;
    const after = afterRefusal({ ...row.value, tries }, error, clock.now(), jitter / 255);
    // Told before it is written down, and once however often: told after it, a death in between would keep it from everybody.
    if (after.givenUp && to.account !== "")
      await queueForAdmins(
        operationId(`given up ${partition} ${id}`),
        givenUpCard(tried, error),
        parts.adminPlatforms.filter((name) => error.kind !== "unwell" || name !== to.platform),
        parts,
      );
    try {
      await save(partition, row, after.delivery, parts);
    } catch (conflict) {
      if (!(conflict instanceof Conflict)) throw conflict;
      continue;
    }
    return after.waitSeconds;
  }
}

const isSameTry = (a: Delivery, b: Delivery): boolean =>
  a.heldUntil === b.heldUntil && a.routes.length === b.routes.length && a.ref?.message === b.ref?.message;

const givenUpCard = ({ to, card }: Delivery, { message }: DeliveryRefused): Card => ({
  title: "A message has waited for a day and could not be delivered",
  tone: "bad",
  facts: [
    ["For", `${to.account} in ${to.platform}`],
    ["Message", card.title],
    ["Why", message],
  ],
});

async function send(
  partition: string,
  row: Row<Delivery>,
  card: Card,
  route: Route,
  platform: Platform,
  how: { readonly maybeSent: boolean; readonly direct?: string | undefined },
  parts: Parts,
): Promise<MessageRef> {
  const delivery = row.value;
  const message = {
    route,
    to: delivery.to,
    card: addressed(card, delivery, route),
    nonce: nonceOf(delivery),
    edit: delivery.ref,
    ...how,
  };
  const ref = await platform.send(message).catch((error: unknown) => {
    if (error instanceof DeliveryRefused) throw error;
    // A fault of ours, as likely as not; it must not hold up for ever what is owed to that person after it.
    parts.log.error("a message could not be sent", error, { partition, delivery: delivery.id });
    throw new DeliveryRefused("passing", "the bot could not send it: its log says why");
  });
  await markSent(partition, delivery, ref, parts);
  if (route !== "answer" || !platform.answersAnybody) await foundWell(platform.name, parts);
  return ref;
}

/**
 * What was sent is marked, whatever has become of the row meanwhile: a reference that is lost means a second message. Where a newer
 * card was sent meanwhile, this one may have replaced it: then the newest is owed once more.
 */
async function markSent(partition: string, sent: Delivery, ref: MessageRef, parts: Parts): Promise<void> {
  for (;;) {
    const row = await parts.store.get(partition, "delivery", sent.id);
    if (!row) return;
    const patch = { ref, sent: sent.revision, tries: 1 };
    const waits = {
      failures: undefined,
      why: undefined,
      owedSince: undefined,
      nextTryAt: undefined,
      heldUntil: undefined,
    };
    try {
      return await save(partition, row, { ...patch, ...waits }, parts);
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
