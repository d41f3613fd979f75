import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { Conflict } from "./core/errors.ts";
import { botPartition } from "./core/partition.ts";
import type { ReplyAddress, Route } from "./core/platform.ts";
import type { Delivery } from "./core/records.ts";
import type { Due } from "./core/store.ts";
import type { Parts } from "./parts.ts";

/** The messages that carry a card to each admin channel. */
export const noticesOf = (
  card: Card,
  id: string,
  { adminPlatforms, clock }: Pick<Parts, "adminPlatforms" | "clock">,
): readonly Delivery[] =>
  adminPlatforms.map((platform) =>
    owed(
      `${id}-${platform}`.slice(0, 25),
      { platform, account: "", data: {} },
      ["admins"],
      card,
      clock.now(),
    ),
  );

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

/** What makes the sweep send them if nobody else does. */
export const remindersOf = (notices: readonly Delivery[], partition: string, now: Date): readonly Due[] =>
  notices.map(({ id }) => ({
    at: new Date(now.getTime() + overdueSeconds * 1000),
    message: { kind: "delivery", member: partition, id },
  }));

/** Writes messages down, each once; sending them is another matter. */
export async function writeDown(
  partition: string,
  messages: readonly Delivery[],
  { store, clock }: Parts,
): Promise<void> {
  for (const due of remindersOf(messages, partition, clock.now())) await store.addDue(due);
  for (const value of messages) {
    try {
      await store.commit(partition, [{ kind: "delivery", id: value.id, value }]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** Has the worker tell the admins on these platforms, once for each id. */
export async function queueForAdmins(
  id: string,
  card: Card,
  adminPlatforms: readonly string[],
  parts: Parts,
): Promise<void> {
  const notices = noticesOf(card, id, { ...parts, adminPlatforms });
  await writeDown(botPartition, notices, parts);
  for (const notice of notices)
    await parts.queue.send({ kind: "delivery", member: botPartition, id: notice.id }, 0);
}
