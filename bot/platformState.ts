import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { deliveryBehind, isOwedForLong, whyOwed } from "./core/delivery.ts";
import { Conflict, DeliveryRefused } from "./core/errors.ts";
import { operationId } from "./core/identifiers.ts";
import { botPartition } from "./core/partition.ts";
import type { Delivery, PlatformState } from "./core/records.ts";
import type { WorkMessage } from "./core/store.ts";
import { instant, words } from "./core/words.ts";
import { noticesOf, remindersOf } from "./notices.ts";
import type { Parts } from "./parts.ts";

/** How a platform treats the bot; an empty state where nothing was ever wrong. */
export const stateOf = async (platform: string, { store }: Pick<Parts, "store">): Promise<PlatformState> =>
  (await store.get(botPartition, "platform", platform))?.value ?? {};

/** What is wrong with each platform where something is, in a sentence; reads nothing but what was written when it turned. */
export async function complaints(parts: Pick<Parts, "store" | "platforms">): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.keys(parts.platforms).map(async (name) => [name, complaint(await stateOf(name, parts))] as const),
  );
  return Object.fromEntries(found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why]])));
}

function complaint({ unwell, late }: PlatformState): string | undefined {
  if (unwell) return `takes nothing from the bot since ${unwell.since}: ${unwell.why}`;
  if (late)
    return `has messages that are owed for more than ten minutes, seen since ${late.since}: ${late.why}`;
  return undefined;
}

/** A platform takes nothing from the bot, which the admins hear on every other one. */
export const foundUnwell = (platform: string, why: string, parts: Parts): Promise<PlatformState> =>
  turn(platform, parts, ({ unwell, ...rest }, now) => {
    if (unwell?.why === why) return undefined;
    const since = unwell?.since ?? now;
    const state = { ...rest, unwell: { since, why } };
    return unwell ? { state } : { state, cause: `unwell ${since}`, card: unwellCard(platform, why) };
  });

/** A platform took something from the bot. */
export const foundWell = (platform: string, parts: Parts): Promise<PlatformState> =>
  turn(
    platform,
    parts,
    ({ unwell, ...state }) =>
      unwell && { state, cause: `well ${unwell.since}`, card: wellCard(platform, unwell.since) },
  );

/** More than that nobody counts. */
const most = 1000;

/** The delivery that a piece of work may owe. */
export async function deliveryOf(
  message: WorkMessage,
  { store }: Pick<Parts, "store">,
): Promise<Delivery | undefined> {
  const id = deliveryBehind(message);
  return id === undefined ? undefined : (await store.get(message.member, "delivery", id))?.value;
}

/** Where messages are owed for long, and why one of them is. What is owed has a reminder, which comes back each minute. */
async function latePlatforms({ store, clock }: Parts): Promise<ReadonlyMap<string, string>> {
  const now = clock.now();
  const dues = await store.dueBy(new Date(now.getTime() + 2 * overdueSeconds * 1000), most);
  const late = new Map<string, string>();
  for (const { message } of dues) {
    const delivery = await deliveryOf(message, { store });
    if (delivery && isOwedForLong(delivery, now)) late.set(delivery.to.platform, whyOwed(delivery));
  }
  return late;
}

/**
 * Asks each platform that can be asked, and looks whether messages are owed there for too long. What is wrong is logged each
 * time: alerts look for it (infra/modules/monitoring.bicep).
 */
export async function watchPlatforms(parts: Parts): Promise<void> {
  const late = await latePlatforms(parts);
  for (const platform of Object.values(parts.platforms)) {
    const { name } = platform;
    try {
      await platform.check?.();
      if (platform.check) await foundWell(name, parts);
    } catch (error) {
      if (!(error instanceof DeliveryRefused)) throw error;
      if (error.kind === "unwell") await foundUnwell(name, error.message, parts);
    }
    const state = await foundLate(name, late.get(name), parts);
    if (state.unwell) parts.log.info("a platform refuses the bot", { platform: name, ...state.unwell });
    if (state.late) parts.log.info("a message is owed for long", { platform: name, ...state.late });
  }
}

/** @param why undefined: nothing is owed for long any more */
const foundLate = (platform: string, why: string | undefined, parts: Parts): Promise<PlatformState> =>
  turn(platform, parts, ({ late, ...rest }, since) => {
    if ((late === undefined) === (why === undefined)) return undefined;
    if (why === undefined) return { state: rest };
    const state = { ...rest, late: { since, why } };
    // Why a platform is unwell they have heard.
    return rest.unwell ? { state } : { state, cause: `late ${since}`, card: lateCard(platform, why) };
  });

/** How a platform is from now on, and what the admins elsewhere hear of it. */
interface Turn {
  readonly state: PlatformState;
  /** Of this time, so that they hear it once. */
  readonly cause?: string;
  readonly card?: Card;
}

/**
 * Writes down how a platform is, together with what is owed to admins for it. `change` gives nothing where nothing has turned.
 * @returns how it is then
 */
async function turn(
  platform: string,
  parts: Parts,
  change: (state: PlatformState, now: string) => Turn | undefined,
): Promise<PlatformState> {
  const { store, queue, clock } = parts;
  const adminPlatforms = parts.adminPlatforms.filter((name) => name !== platform);
  for (;;) {
    const row = await store.get(botPartition, "platform", platform);
    const before = row?.value ?? {};
    const next = change(before, clock.now().toISOString());
    if (!next) return before;
    const { state: value, cause, card } = next;
    const notices = card
      ? noticesOf(card, operationId(`${platform} ${cause}`), { clock, adminPlatforms })
      : [];
    for (const due of remindersOf(notices, botPartition, clock.now())) await store.addDue(due);
    try {
      await store.commit(botPartition, [
        { kind: "platform", id: platform, value, etag: row?.etag },
        ...notices.map((notice) => ({ kind: "delivery", id: notice.id, value: notice }) as const),
      ]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      continue;
    }
    for (const { id } of notices) await queue.send({ kind: "delivery", member: botPartition, id }, 0);
    return value;
  }
}

const unwellCard = (platform: string, why: string): Card => ({
  title: `${displayName(platform)} takes nothing from the bot`,
  tone: "bad",
  text: `${why}. Messages there stay owed and go out within two minutes of the mend; after a day they are given up.`,
});

const lateCard = (platform: string, why: string): Card => ({
  title: `Messages in ${displayName(platform)} are late`,
  tone: "bad",
  text: `They have been owed for more than ten minutes: ${why}. They are tried for a day.`,
});

const wellCard = (platform: string, since: string): Card => ({
  title: `${displayName(platform)} takes messages again`,
  tone: "good",
  text: words`What was owed since ${instant(since)} goes out now.`,
});

const displayName = (platform: string): string => platform.charAt(0).toUpperCase() + platform.slice(1);
