import type { Reply } from "./core/card.ts";
import { accountPartition } from "./core/partition.ts";
import { personOf } from "./core/people.ts";
import type { Claim, DeferredCall } from "./core/records.ts";
import type { Store } from "./core/store.ts";
import type { Parts } from "./parts.ts";

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

/** What a call that was answered before is answered again, whatever has become of it since. */
export const firstAnswer = async (
  partition: string,
  call: string,
  store: Store,
): Promise<Reply | undefined> => (await claimOf(partition, call, store))?.claim.reply;

/** Answers so again if the same call comes again. @throws Conflict when it was answered meanwhile */
export async function remembered(
  call: { readonly id: string },
  { partition }: { readonly partition: string },
  reply: Reply,
  { store, clock }: Parts,
): Promise<Reply> {
  const value = { at: clock.now().toISOString(), reply };
  // One that points to an effect which never came, since somebody else was faster, gives way.
  const vain = await store.get(partition, "claim", call.id);
  const etag = vain?.value.effectIn === undefined ? undefined : vain.etag;
  await store.commit(partition, [{ kind: "claim", id: call.id, value, etag }]);
  return reply;
}

/** The message that goes on in the answer's place, where a call has begun something that is told there. */
export async function followedBy(
  call: Pick<DeferredCall, "id" | "account">,
  { store }: Parts,
): Promise<{ readonly partition: string; readonly id: string } | undefined> {
  const { member } = await personOf(call.account, store);
  const own = member?.value.status === "active" ? member.value.key : accountPartition(call.account);
  const found = await claimOf(own, call.id, store);
  return found?.claim.follows === undefined
    ? undefined
    : { partition: found.partition, id: found.claim.follows };
}
