import type { Card } from "../core/card.ts";
import { owed } from "../core/delivery.ts";
import { Conflict } from "../core/errors.ts";
import { botPartition } from "../core/names.ts";
import type { Delivery } from "../core/records.ts";
import type { Due } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { dueSoon, enter, wakeUp } from "./outbox.ts";

/** The messages that carry a card to each admin channel. */
export const noticesOf = (
  card: Card,
  id: string,
  { adminPlatforms, clock }: Pick<Parts, "adminPlatforms" | "clock">,
): readonly Delivery[] =>
  adminPlatforms.map((platform) => {
    const to = { platform, account: "", data: {} };
    return owed(`${id}-${platform}`.slice(0, 25), to, ["admins"], card, clock.now());
  });

/** The due rows that make the sweep send them if nothing else does. */
export const dueRowsOf = (notices: readonly Delivery[], partition: string, now: Date): readonly Due[] =>
  notices.map(({ id }) => dueSoon({ kind: "delivery", partition, id }, now));

/** Writes messages, each once; sending them is a separate step. @throws Conflict if one was refused and isn't there */
export async function writeDown(
  partition: string,
  messages: readonly Delivery[],
  parts: Parts,
): Promise<void> {
  for (const value of messages) {
    const later = dueRowsOf([value], partition, parts.clock.now());
    try {
      await enter({ partition, changes: [{ kind: "delivery", id: value.id, value }], later }, parts);
    } catch (error) {
      if (!(error instanceof Conflict) || !(await parts.store.get(partition, "delivery", value.id)))
        throw error;
    }
  }
}

/** Makes the worker tell the admins on these platforms, once for each id. */
export async function queueForAdmins(
  id: string,
  card: Card,
  adminPlatforms: readonly string[],
  parts: Parts,
): Promise<void> {
  const notices = noticesOf(card, id, { ...parts, adminPlatforms });
  await writeDown(botPartition, notices, parts);
  for (const { id } of notices) await wakeUp({ kind: "delivery", partition: botPartition, id }, 0, parts);
}
