import type { Answer, Reply } from "../core/card.ts";
import type { Account, Member } from "../core/member.ts";
import { accountPartition } from "../core/names.ts";
import { personOf } from "../core/people.ts";
import type { Claim, DeferredCall } from "../core/records.ts";
import type { Row, Store } from "../core/store.ts";
import { enter } from "../engine/outbox.ts";
import type { Parts } from "../parts.ts";

/** The claim of a call that has had its effect, and where that is. */
async function claimOf(
  partition: string,
  call: string,
  store: Store,
): Promise<{ readonly partition: string; readonly claim: Claim } | undefined> {
  const claim = (await store.get(partition, "claim", call))?.value;
  if (!claim?.effectIn) return claim && { partition, claim };
  const effect = (await store.get(claim.effectIn, "claim", call))?.value;
  return effect && { partition: claim.effectIn, claim: effect };
}

/**
 * The partitions that can hold the claim of somebody's call: who was put on the roster, or taken off it, between the call and its answer
 * had another one then. Not least by that call.
 * @param member as the roster has them now, whether they have left or not
 */
export const claimPlaces = (
  account: Account,
  member: Pick<Row<Member>, "value"> | undefined,
): readonly string[] => [...(member ? [member.value.key] : []), accountPartition(account)];

/** What a call that was answered before is answered again, whatever has become of it, and of whoever asked, since. */
export async function firstAnswer(
  places: readonly string[],
  call: string,
  store: Store,
): Promise<Answer | undefined> {
  const found = await Promise.all(places.map((place) => claimOf(place, call, store)));
  const claim = found.find((each) => each !== undefined)?.claim;
  return claim && answerFrom(claim.reply, claim.follows !== undefined);
}

/** @param followed whether a message that is owed goes on in its place */
export const answerFrom = (reply: Reply, followed: boolean): Answer =>
  followed ? { ...reply, followed } : reply;

/** Answers so again if the same call comes again. @throws Conflict when it was answered meanwhile */
export async function remembered(
  call: { readonly id: string },
  { partition, places }: { readonly partition: string; readonly places: readonly string[] },
  reply: Reply,
  parts: Parts,
): Promise<Reply> {
  const { store, clock } = parts;
  const value = { at: clock.now().toISOString(), reply };
  // Where an effect was to come, since somebody else was faster or still is at it: the answer takes its place, or it is there already.
  const found = await Promise.all(places.map((place) => store.get(place, "claim", call.id)));
  const effectIn = found.flatMap((pointer) => pointer?.value.effectIn ?? [])[0];
  await enter({ partition: effectIn ?? partition, changes: [{ kind: "claim", id: call.id, value }] }, parts);
  return reply;
}

/** The message that goes on in the answer's place, and the answer that is its first card. */
interface Following {
  readonly partition: string;
  readonly id: string;
  readonly reply: Reply;
}

/** The message of an operation that a call has begun: it takes the answer's place. */
export async function followedBy(
  call: Pick<DeferredCall, "id" | "account">,
  { store }: Parts,
): Promise<Following | undefined> {
  const { member } = await personOf(call.account, store);
  for (const place of claimPlaces(call.account, member)) {
    const found = await claimOf(place, call.id, store);
    if (found?.claim.follows !== undefined)
      return { partition: found.partition, id: found.claim.follows, reply: found.claim.reply };
  }
  return undefined;
}
