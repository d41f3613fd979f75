import type { Account } from "./core/account.ts";
import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { Conflict } from "./core/errors.ts";
import type { Member } from "./core/member.ts";
import { botPartition } from "./core/partition.ts";
import { holds } from "./core/people.ts";
import type { ReplyAddress, Route } from "./core/platform.ts";
import type { Delivery } from "./core/records.ts";
import type { Due } from "./core/store.ts";
import { deliver } from "./deliver.ts";
import type { Parts } from "./parts.ts";

/** The messages that carry a card to each admin channel. */
export const noticesOf = (card: Card, id: string, { adminPlatforms }: Parts): readonly Delivery[] =>
  adminPlatforms.map((platform) =>
    message(`${id}-${platform}`.slice(0, 25), { platform, account: "", data: {} }, ["admins"], card),
  );

const message = (id: string, to: ReplyAddress, routes: readonly Route[], card: Card): Delivery => ({
  id,
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

/** Tells every admin channel, once for each id. */
export const tellAdmins = (id: string, card: Card, parts: Parts): Promise<void> =>
  tell(botPartition, noticesOf(card, id, parts), parts);

/** Tells a member, once for each id; who can't be reached, of them the admins hear. */
export async function tellMember(member: Member, id: string, card: Card, parts: Parts): Promise<void> {
  const to = addressOf(member, undefined, parts);
  if (to) await tell(member.key, [message(id, to, ["dm", "admins"], card)], parts);
}

async function tell(partition: string, messages: readonly Delivery[], parts: Parts): Promise<void> {
  for (const due of remindersOf(messages, partition, parts.clock.now())) await parts.store.addDue(due);
  for (const value of messages) {
    try {
      await parts.store.commit(partition, [{ kind: "delivery", id: value.id, value }]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
    await deliver(partition, value.id, parts);
  }
}

/** Where a member is told of what they have not asked for: on the platform from which they have asked for their instance. */
export function addressOf(
  member: Member,
  asked: Account | undefined,
  { platforms }: Parts,
): ReplyAddress | undefined {
  // Whoever has left is not written to.
  if (member.status !== "active") return undefined;
  const theirs = asked && (holds(member, asked) || asked.objectId?.toLowerCase() === member.objectId);
  const account = [...(theirs ? [asked] : []), ...member.accounts].find(
    ({ platform }) => platforms[platform],
  );
  return account && { platform: account.platform, account: account.id, data: {} };
}
