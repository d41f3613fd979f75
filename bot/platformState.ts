import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { deliveryBehind, isOwedForLong } from "./core/delivery.ts";
import { Conflict, DeliveryRefused } from "./core/errors.ts";
import { operationId } from "./core/identifiers.ts";
import { botPartition } from "./core/partition.ts";
import type { PlatformState } from "./core/records.ts";
import { instant, words } from "./core/words.ts";
import { queueForAdmins } from "./notices.ts";
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
export async function foundUnwell(platform: string, why: string, parts: Parts): Promise<void> {
  const since = parts.clock.now().toISOString();
  const turned = await turn(
    platform,
    ({ unwell, ...rest }) => (unwell ? undefined : { ...rest, unwell: { since, why } }),
    parts,
  );
  if (!turned) return;
  await tellElsewhere(platform, `unwell ${since}`, unwellCard(platform, why), parts);
}

/** A platform took something from the bot. */
export async function foundWell(platform: string, parts: Parts): Promise<void> {
  let was: PlatformState["unwell"];
  const turned = await turn(
    platform,
    ({ unwell, ...rest }) => {
      was = unwell;
      return unwell && rest;
    },
    parts,
  );
  if (turned && was) await tellElsewhere(platform, `well ${was.since}`, wellCard(platform, was.since), parts);
}

/** More than that nobody counts. */
const most = 200;

/** Where messages are owed for long, and why one of them is. What is owed has a reminder, which comes back each minute. */
async function latePlatforms({ store, clock }: Parts): Promise<ReadonlyMap<string, string>> {
  const now = clock.now();
  const dues = await store.dueBy(new Date(now.getTime() + 2 * overdueSeconds * 1000), most);
  const late = new Map<string, string>();
  for (const { message } of dues) {
    const id = deliveryBehind(message);
    const delivery = id === undefined ? undefined : (await store.get(message.member, "delivery", id))?.value;
    if (delivery && isOwedForLong(delivery, now))
      late.set(delivery.to.platform, delivery.why ?? "it waits for an earlier one");
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
    const since = parts.clock.now().toISOString();
    const why = late.get(name);
    await turn(
      name,
      ({ late: was, ...rest }) =>
        (was === undefined) === (why === undefined)
          ? undefined
          : { ...rest, ...(why !== undefined && { late: { since, why } }) },
      parts,
    );
    const state = await stateOf(name, parts);
    if (state.unwell) parts.log.info("a platform refuses the bot", { platform: name, ...state.unwell });
    if (state.late) parts.log.info("a message is owed for long", { platform: name, ...state.late });
  }
}

/** Whether it turned. `change` gives nothing where there is nothing to turn. */
async function turn(
  platform: string,
  change: (state: PlatformState) => PlatformState | undefined,
  { store }: Parts,
): Promise<boolean> {
  for (;;) {
    const row = await store.get(botPartition, "platform", platform);
    const value = change(row?.value ?? {});
    if (!value) return false;
    try {
      await store.commit(botPartition, [{ kind: "platform", id: platform, value, etag: row?.etag }]);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

const tellElsewhere = (platform: string, cause: string, card: Card, parts: Parts): Promise<void> =>
  queueForAdmins(
    operationId(`${platform} ${cause}`),
    card,
    parts.adminPlatforms.filter((name) => name !== platform),
    parts,
  );

const unwellCard = (platform: string, why: string): Card => ({
  title: `${displayName(platform)} takes nothing from the bot`,
  tone: "bad",
  text: `${why}. Messages there stay owed and go out within two minutes of the mend; after a day they are given up.`,
});

const wellCard = (platform: string, since: string): Card => ({
  title: `${displayName(platform)} takes messages again`,
  tone: "good",
  text: words`What was owed since ${instant(since)} goes out now.`,
});

const displayName = (platform: string): string => platform.charAt(0).toUpperCase() + platform.slice(1);
