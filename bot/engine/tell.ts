import { unreachedCard } from "../cards/botCards.ts";
import type { Card } from "../core/card.ts";
import { owed } from "../core/delivery.ts";
import type { Account, Member } from "../core/member.ts";
import { botPartition } from "../core/names.ts";
import { holds } from "../core/people.ts";
import type { ReplyAddress } from "../core/platform.ts";
import type { Delivery } from "../core/records.ts";
import type { Parts } from "../parts.ts";
import { deliver } from "./deliver.ts";
import { noticesOf, writeDown } from "./notices.ts";

/** Tells every admin channel, once for each id. */
export const tellAdmins = (id: string, card: Card, parts: Parts): Promise<void> =>
  tell(botPartition, noticesOf(card, id, parts), parts);

/**
 * Tells a member, once for each id. The admins hear it if the message doesn't arrive, or if no platform has an account of theirs.
 */
export async function tellMember(member: Member, id: string, card: Card, parts: Parts): Promise<void> {
  const to = addressOf(member, undefined, parts);
  if (to) return tell(member.key, [owed(id, to, ["dm", "admins"], card, parts.clock.now())], parts);
  if (member.status === "active") await tellAdmins(id, unreachedCard(member.name, card), parts);
}

async function tell(partition: string, messages: readonly Delivery[], parts: Parts): Promise<void> {
  await writeDown(partition, messages, parts);
  for (const { id } of messages) await deliver(partition, id, parts);
}

/** Where a member gets messages that they didn't ask for: on the platform from which they requested their instance. */
export function addressOf(
  member: Member,
  asked: Account | undefined,
  { platforms }: Parts,
): ReplyAddress | undefined {
  // Former members get no messages.
  if (member.status !== "active") return undefined;
  const theirs = asked && (holds(member, asked) || asked.objectId?.toLowerCase() === member.objectId);
  const known = [...(theirs ? [asked] : []), ...member.accounts, ...vouchedFor(member, platforms)];
  const account = known.find(({ platform }) => platforms[platform]);
  return account && { platform: account.platform, account: account.id, data: {} };
}

/** On a platform that knows people by Entra, no one has to be linked. */
const vouchedFor = ({ objectId }: Member, platforms: Parts["platforms"]) =>
  Object.values(platforms)
    .filter(({ vouches }) => vouches)
    .map(({ name }) => ({ platform: name, id: objectId }));
