import { addressed, givenUpCard } from "../cards/botCards.ts";
import type { Card } from "../core/card.ts";
import { dayMs } from "../core/clock.ts";
import { afterRefusal, isOwed, mustWait, nonceOf } from "../core/delivery.ts";
import { Conflict, DeliveryRefused, PlatformUnwell } from "../core/errors.ts";
import { operationId } from "../core/names.ts";
import { type MessageRef, type Platform, privateRoutes, type Route } from "../core/platform.ts";
import type { Delivery } from "../core/records.ts";
import type { Row } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { leaveLine, turnOf } from "./inbox.ts";
import { queueForAdmins } from "./notices.ts";
import { decidedAnew, enter, wakeUp } from "./outbox.ts";
import { foundUnwell, foundWell } from "./platformState.ts";

/**
 * Sends a message that is owed, or brings it up to date. One process at a time: it is written down that it is about to, and marked as sent
 * after it was. Of two at once the older card could arrive last; and one who died may have got through, so that a repeat finds the first.
 * A route that is closed gives way to the next one; when none is left, the message stays as undeliverable.
 * @param once shown in the place of the card that is written down, which lacks what may be shown once only. It is for the person alone,
 * and shown to them although somebody else has sent the other one already
 */
export async function deliver(partition: string, id: string, parts: Parts, once?: Card): Promise<void> {
  const { store, platforms, clock } = parts;
  for (;;) {
    const row = await store.get(partition, "delivery", id);
    if (row?.value.status !== "open" || mustWait(row.value, clock.now())) return;
    const delivery = row.value;
    const [route] = delivery.routes;
    const shown = route && privateRoutes.includes(route) ? once : undefined;
    if (!isOwed(delivery) && !shown) return;
    const wait = secondsUntil(delivery.heldUntil, clock.now());
    if (wait > 0 && shown) {
      // It is with this process only, and the other one is through in a moment.
      await parts.wait(1000, new AbortController().signal);
      continue;
    }
    // Whoever holds it goes on to the newest card; this is for the case that they have died.
    if (wait > 0) return wakeUp({ kind: "delivery", member: partition, id }, wait + 1, parts);
    let tried = delivery;
    try {
      if (!route) return await giveUp(partition, row, parts);
      const platform = platforms[delivery.to.platform];
      // Its settings are gone, all of them at once: as likely a mistake as a farewell.
      if (!platform) throw new PlatformUnwell("the bot has no settings for it", 60);
      const isNew = !delivery.ref;
      const turn = isNew ? await turnOf(partition, delivery, parts) : { isFirst: true, direct: undefined };
      if (!turn.isFirst) return await waitInLine(partition, row, parts);
      const heldUntil = new Date(clock.now().getTime() + holdSeconds * 1000).toISOString();
      tried = await save(partition, row, { tries: delivery.tries + 1, heldUntil }, parts);
      const how = { maybeSent: isNew && delivery.tries > 0, direct: turn.direct };
      const marked = await send(partition, tried, shown ?? tried.card, route, platform, how, parts);
      if (isNew) await leaveLine(delivery, route === "dm" ? marked?.ref?.channel : undefined, parts);
      if (!marked || !isOwed(marked)) return;
    } catch (error) {
      // Somebody else sends it too, or the card has changed.
      if (error instanceof Conflict) continue;
      if (!(error instanceof DeliveryRefused)) throw error;
      const seconds = await refused(partition, tried, delivery.tries, error, parts);
      if (seconds !== undefined)
        return await wakeUp({ kind: "delivery", member: partition, id }, seconds, parts);
      // The card that stands there says that it was shown: whoever did not see it asks for another.
      if (!isOwed(delivery)) return;
      continue;
    }
    once = undefined;
  }
}

/** For so long admins are told of a message that nobody got. */
const countedMs = 7 * dayMs;

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
    if (!row) return undefined;
    // Only what failed can have got through unseen.
    const mayBeThere = error.kind === "passing";
    const isOvertaken = mayBeThere && row.value.sent > tried.revision;
    if (!isOvertaken && (!isOwed(row.value) || !isSameTry(row.value, tried))) return undefined;
    // It may have replaced a newer card, which is then owed once more.
    const found = isOvertaken ? { ...row.value, sent: tried.revision } : row.value;
    // Somebody else may have taken it meanwhile.
    const { heldUntil } = row.value;
    const isTheirs = heldUntil !== tried.heldUntil;
    const tries = mayBeThere ? found.tries : before;
    const after = afterRefusal({ ...found, tries }, error, clock.now(), jitter / 255);
    // Told before it is written down, and once however often: told after it, a death in between would keep it from everybody.
    if (after.givenUp && to.account !== "")
      await queueForAdmins(
        operationId(`given up ${partition} ${id}`),
        givenUpCard(tried, error),
        parts.adminPlatforms.filter((name) => error.kind !== "unwell" || name !== to.platform),
        parts,
      );
    try {
      await save(partition, row, isTheirs ? { ...after.delivery, heldUntil } : after.delivery, parts);
    } catch (conflict) {
      if (!(conflict instanceof Conflict)) throw conflict;
      continue;
    }
    return after.waitSeconds;
  }
}

const isSameTry = (a: Delivery, b: Delivery): boolean =>
  a.heldUntil === b.heldUntil && a.routes.length === b.routes.length && a.ref?.message === b.ref?.message;

/** @returns the message as it is marked */
async function send(
  partition: string,
  delivery: Delivery,
  card: Card,
  route: Route,
  platform: Platform,
  how: { readonly maybeSent: boolean; readonly direct?: string | undefined },
  parts: Parts,
): Promise<Delivery | undefined> {
  const message = {
    route,
    to: delivery.to,
    card: addressed(card, delivery, route),
    nonce: nonceOf(delivery),
    edit: delivery.ref,
    answerDue: route === "answer" && secondsUntil(delivery.answerBy, parts.clock.now()) > 0,
    ...how,
  };
  const ref = await platform.send(message).catch((error: unknown) => {
    if (error instanceof DeliveryRefused) throw error;
    // A fault of ours, as likely as not; it must not hold up for ever what is owed to that person after it.
    parts.log.error("a message could not be sent", error, { partition, delivery: delivery.id });
    throw new DeliveryRefused("passing", "the bot couldn't send it: see its log");
  });
  const marked = await markSent(partition, delivery, ref, parts);
  if (route !== "answer" || !platform.answersAnybody) await foundWell(platform.name, parts);
  return marked;
}

/**
 * What was sent is marked, whatever has become of the row meanwhile: a reference that is lost means a second message. Where a newer
 * card was sent meanwhile, this one may have replaced it: then the newest is owed once more.
 */
async function markSent(
  partition: string,
  sent: Delivery,
  ref: MessageRef,
  parts: Parts,
): Promise<Delivery | undefined> {
  return decidedAnew(async () => {
    const row = await parts.store.get(partition, "delivery", sent.id);
    if (!row) return undefined;
    const { heldUntil } = row.value;
    const patch = {
      ...{ ref, sent: sent.revision, tries: 1 },
      ...{ failures: undefined, why: undefined, owedSince: undefined, nextTryAt: undefined },
      // Somebody else may have taken it meanwhile.
      heldUntil: heldUntil === sent.heldUntil ? undefined : heldUntil,
    };
    return save(partition, row, patch, parts);
  });
}

/** @returns what is written down now */
async function save(
  partition: string,
  { value: before, etag }: Row<Delivery>,
  patch: Partial<Delivery>,
  parts: Parts,
): Promise<Delivery> {
  const value = { ...before, ...patch };
  await enter({ partition, changes: [{ kind: "delivery", id: value.id, value, etag }] }, parts);
  return value;
}
