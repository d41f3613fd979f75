import { lateCard, unwellCard, wellCard } from "../cards/botCards.ts";
import type { Card } from "../core/card.ts";
import { isOwed, isOwedForLong, whyOwed } from "../core/delivery.ts";
import { Conflict, DeliveryRefused } from "../core/errors.ts";
import { first } from "../core/first.ts";
import { botPartition, operationId } from "../core/names.ts";
import type { Check } from "../core/platform.ts";
import type { PlatformState } from "../core/records.ts";
import { sweepAfterSeconds, type WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { noticesOf } from "./notices.ts";
import { decidedAnew, enter } from "./outbox.ts";
import { deliveryOf, mostCounted, taskFor } from "./task.ts";

/** How a platform treats the bot. An empty state if nothing was ever wrong. */
export const stateOf = async (platform: string, { store }: Pick<Parts, "store">): Promise<PlatformState> =>
  (await store.get(botPartition, "platform", platform))?.value ?? {};

/** What is wrong with each unwell platform, in a sentence. Reads only what was written when that changed. */
export async function complaints(
  parts: Pick<Parts, "store" | "platformNames">,
): Promise<Record<string, string>> {
  const found = await Promise.all(
    parts.platformNames.map(async (name) => [name, complaint(await stateOf(name, parts))] as const),
  );
  return Object.fromEntries(found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why]])));
}

function complaint({ unwell, late }: PlatformState): string | undefined {
  if (unwell) return `has accepted nothing since ${unwell.since}: ${unwell.why}`;
  if (late)
    return `has had messages waiting for more than ten minutes, first seen ${late.since}: ${late.why}`;
  return undefined;
}

/** A platform accepts nothing from the bot; the admins hear that on every other one. */
export const foundUnwell = (platform: string, why: string, parts: Parts): Promise<PlatformState> =>
  turn(platform, parts, ({ unwell, ...rest }, now) => {
    if (unwell?.why === why) return undefined;
    const since = unwell?.since ?? now;
    const state = { ...rest, unwell: { since, why } };
    return unwell ? { state } : { state, cause: `unwell ${since}`, card: unwellCard(platform, why) };
  });

/** A platform accepted something from the bot. */
export const foundWell = (platform: string, parts: Parts): Promise<PlatformState> =>
  turn(
    platform,
    parts,
    ({ unwell, ...state }) =>
      unwell && { state, cause: `well ${unwell.since}`, card: wellCard(platform, unwell.since) },
  );

/** What is owed on a platform: why one message has been waiting for long, or undefined if none has. */
type Owed = ReadonlyMap<string, string | undefined>;

/**
 * A message whose due row has come is owed since then at the latest, whether or not it was tried: otherwise, no one would hear of a
 * worker that does nothing.
 */
export async function noteOwed(message: WorkMessage, parts: Parts): Promise<void> {
  const { store, clock } = parts;
  const id = taskFor(message, parts)?.owes?.(message.id);
  const row = id === undefined ? undefined : await store.get(message.partition, "delivery", id);
  if (!row || !isOwed(row.value) || row.value.owedSince !== undefined) return;
  const value = { ...row.value, owedSince: clock.now().toISOString() };
  try {
    const changes = [{ kind: "delivery", id: value.id, value, etag: row.etag }] as const;
    await enter({ partition: message.partition, changes }, parts);
  } catch (error) {
    // Another worker is at it.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** Where messages are owed. Each owed message has a due row, which returns every minute. */
async function owedNow(parts: Parts): Promise<Owed> {
  const { store, clock } = parts;
  const now = clock.now();
  const dues = await first(mostCounted, store.dueBy(new Date(now.getTime() + 2 * sweepAfterSeconds * 1000)));
  const owed = new Map<string, string | undefined>();
  for (const { message } of dues) {
    const delivery = await deliveryOf(message, parts);
    if (!delivery || !isOwed(delivery)) continue;
    const { platform } = delivery.to;
    owed.set(platform, isOwedForLong(delivery, now) ? whyOwed(delivery) : owed.get(platform));
  }
  return owed;
}

/**
 * Checks each platform that can be checked, and whether messages have been owed there for too long. Logs what is wrong each time,
 * because alerts look for it (infra/modules/monitoring.bicep).
 */
export async function watchPlatforms(parts: Parts): Promise<void> {
  const owed = await owedNow(parts);
  for (const name of parts.platformNames) {
    const platform = parts.platforms[name];
    await lookAt(name, platform?.check, owed.has(name), parts);
    if (!platform && !owed.has(name)) await forget(name, parts);
    const state = await foundLate(name, owed.get(name), parts);
    if (state.unwell) parts.log.info("a platform refuses the bot", { platform: name, ...state.unwell });
    if (state.late) parts.log.info("a message is owed for long", { platform: name, ...state.late });
  }
}

/**
 * Checks how a platform treats the bot. While something is owed there, its delivery says more: it is tried within two minutes, and a
 * platform can know the bot and still accept nothing from it.
 */
async function lookAt(name: string, check: Check | undefined, isOwing: boolean, parts: Parts): Promise<void> {
  if (!check || (check.when === "unwell" && (isOwing || !(await stateOf(name, parts)).unwell))) return;
  try {
    await check.ask();
    if (!isOwing) await foundWell(name, parts);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    if (error.kind === "unwell") await foundUnwell(name, error.message, parts);
  }
}

/** The bot has no settings for a platform, and nothing is owed there any longer, so no one has to hear of it. */
const forget = (platform: string, parts: Parts): Promise<PlatformState> =>
  turn(platform, parts, ({ unwell, ...state }) => unwell && { state });

/** @param why undefined: nothing has been owed for long */
const foundLate = (platform: string, why: string | undefined, parts: Parts): Promise<PlatformState> =>
  turn(platform, parts, ({ late, ...rest }, since) => {
    if ((late === undefined) === (why === undefined)) return undefined;
    if (why === undefined) return { state: rest };
    const state = { ...rest, late: { since, why } };
    // The admins already heard why the platform is unwell.
    return rest.unwell ? { state } : { state, cause: `late ${since}`, card: lateCard(platform, why) };
  });

/** The new state of a platform, and what the admins elsewhere hear of it. */
interface Turn {
  readonly state: PlatformState;
  /** Unique to this change, so that they hear it once. */
  readonly cause?: string;
  readonly card?: Card;
}

/**
 * Writes a platform's state together with the messages to admins about it. `change` returns nothing if nothing has changed.
 * @returns the state after that
 */
async function turn(
  platform: string,
  parts: Parts,
  change: (state: PlatformState, now: string) => Turn | undefined,
): Promise<PlatformState> {
  const { store, clock } = parts;
  const adminPlatforms = parts.adminPlatforms.filter((name) => name !== platform);
  return decidedAnew(async () => {
    const row = await store.get(botPartition, "platform", platform);
    const before = row?.value ?? {};
    const next = change(before, clock.now().toISOString());
    if (!next) return before;
    const { state: value, cause, card } = next;
    const notices = card
      ? noticesOf(card, operationId(`${platform} ${cause}`), { clock, adminPlatforms })
      : [];
    const changes = [
      { kind: "platform", id: platform, value, etag: row?.etag } as const,
      ...notices.map((notice) => ({ kind: "delivery", id: notice.id, value: notice }) as const),
    ];
    const wake = notices.map(({ id }) => ({ kind: "delivery", partition: botPartition, id }) as const);
    await enter({ partition: botPartition, changes, wake }, parts);
    return value;
  });
}
