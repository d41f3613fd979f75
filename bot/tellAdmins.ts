import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { Conflict } from "./core/errors.ts";
import { botPartition } from "./core/partition.ts";
import type { Delivery } from "./core/records.ts";
import type { Due } from "./core/store.ts";
import { deliver } from "./deliver.ts";
import type { Parts } from "./parts.ts";

/** The messages that carry a card to each admin channel. */
export const noticesOf = (card: Card, id: string, { adminPlatforms }: Parts): readonly Delivery[] =>
  adminPlatforms.map((platform) => ({
    id: `${id}-${platform}`.slice(0, 25),
    to: { platform, account: "", data: {} },
    routes: ["admins"],
    card,
    revision: 1,
    sent: 0,
    tries: 0,
    status: "open",
  }));

/** What makes the sweep send them if nobody else does. */
export const remindersOf = (notices: readonly Delivery[], partition: string, now: Date): readonly Due[] =>
  notices.map(({ id }) => ({
    at: new Date(now.getTime() + overdueSeconds * 1000),
    message: { kind: "delivery", member: partition, id },
  }));

/** Tells every admin channel, once for each id. */
export async function tellAdmins(id: string, card: Card, parts: Parts): Promise<void> {
  const partition = botPartition;
  const notices = noticesOf(card, id, parts);
  for (const due of remindersOf(notices, partition, parts.clock.now())) await parts.store.addDue(due);
  for (const value of notices) {
    try {
      await parts.store.commit(partition, [{ kind: "delivery", id: value.id, value }]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
    await deliver(partition, value.id, parts);
  }
}
