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
 * Sends an owed message, or updates it. One process at a time: it first writes that it is about to send, and marks the message as sent
 * afterwards. Otherwise, the older of two cards could arrive last; and after a crash, a repeat finds the first message.
 * If a route is closed, the next one is used; if none is left, the message stays as undeliverable.
 * @param once shown instead of the stored card, which lacks what may be shown only once. For this person alone, even if another
 * process has already sent the stored card
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
      // Only this process has it, and the other one is finished in a moment.
      await parts.wait(1000, new AbortController().signal);
      continue;
    }
    // Whoever holds it also sends the newest card; this is for the case that they died.
    if (wait > 0) return wakeUp({ kind: "delivery", partition, id }, wait + 1, parts);
    let tried = delivery;
    try {
      if (!route) return await giveUp(partition, row, parts);
      const platform = platforms[delivery.to.platform];
      // All its settings are missing, which may as well be a mistake as intended.
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
      // Someone else is sending it too, or the card has changed.
      if (error instanceof Conflict) continue;
      if (!(error instanceof DeliveryRefused)) throw error;
      const seconds = await refused(partition, tried, delivery.tries, error, parts);
      if (seconds !== undefined) return await wakeUp({ kind: "delivery", partition, id }, seconds, parts);
      // The card says that it was shown: anyone who didn't see it asks for another.
      if (!isOwed(delivery)) return;
      continue;
    }
    once = undefined;
  }
}

/** How long the admins see a message that reached no one in the health check. */
const countedMs = 7 * dayMs;

/** Longer than a platform's client waits for an answer. */
const holdSeconds = 45;

const secondsUntil = (at: string | undefined, now: Date): number =>
  at === undefined ? 0 : Math.ceil((Date.parse(at) - now.getTime()) / 1000);

/** Gives up a message that can't be delivered to anyone. */
async function giveUp(partition: string, row: Row<Delivery>, parts: Parts): Promise<void> {
  const { log, clock } = parts;
  log.error("a message can't be delivered", undefined, { partition, delivery: row.value.id });
  const nextTryAt = new Date(clock.now().getTime() + countedMs).toISOString();
  await save(partition, row, { status: "undeliverable", nextTryAt }, parts);
  await leaveLine(row.value, undefined, parts);
}

/** The messages before it wake it, or the sweep does. */
async function waitInLine(partition: string, row: Row<Delivery>, parts: Parts): Promise<void> {
  const owedSince = row.value.owedSince ?? parts.clock.now().toISOString();
  await save(partition, row, { owedSince }, parts);
}

/**
 * Writes what follows from a refusal, unless someone else has tried in the meantime.
 * @param before how many attempts before this one may have got through
 * @returns how many seconds to wait; undefined: not at all
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
    // Only a failed attempt can have got through unnoticed.
    const mayBeThere = error.kind === "passing";
    const isOvertaken = mayBeThere && row.value.sent > tried.revision;
    if (!isOvertaken && (!isOwed(row.value) || !isSameTry(row.value, tried))) return undefined;
    // It may have replaced a newer card, which is then owed again.
    const found = isOvertaken ? { ...row.value, sent: tried.revision } : row.value;
    // Someone else may have taken it in the meantime.
    const { heldUntil } = row.value;
    const isTheirs = heldUntil !== tried.heldUntil;
    const tries = mayBeThere ? found.tries : before;
    const after = afterRefusal({ ...found, tries }, error, clock.now(), jitter / 255);
    // Tell the admins before writing, once however often it runs: in the other order, a crash in between would hide it from everyone.
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

/** @returns the message as marked */
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
    // Probably a bug. It must not block forever what else is owed to that person.
    parts.log.error("a message could not be sent", error, { partition, delivery: delivery.id });
    throw new DeliveryRefused("passing", "the bot couldn't send it: see its log");
  });
  const marked = await markSent(partition, delivery, ref, parts);
  if (route !== "answer" || !platform.answersAnybody) await foundWell(platform.name, parts);
  return marked;
}

/**
 * Marks what was sent, whatever happened to the row in the meantime: a lost reference would mean a second message. If a newer card
 * was sent in the meantime, this one may have replaced it: then the newest is owed again.
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
      // Someone else may have taken it in the meantime.
      heldUntil: heldUntil === sent.heldUntil ? undefined : heldUntil,
    };
    return save(partition, row, patch, parts);
  });
}

/** @returns the row as written */
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
