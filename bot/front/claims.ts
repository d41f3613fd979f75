import type { Answer, Reply } from "../core/card.ts";
import type { Instance } from "../core/instance.ts";
import type { Account, Member } from "../core/member.ts";
import { accountPartition } from "../core/names.ts";
import { isListed, keyOf, personOf } from "../core/people.ts";
import type { Claim, DeferredCall } from "../core/records.ts";
import type { Row, Store } from "../core/store.ts";
import { enter } from "../engine/outbox.ts";
import type { Parts } from "../parts.ts";
import { repeatable } from "./limits.ts";

/** What one partition knows of a call: its claim, or where the claim was to be written. */
interface Known {
  readonly partition: string;
  readonly claim?: Claim | undefined;
  /** Where an effect was to be written: another worker is at it, or has died. */
  readonly effectIn?: string;
}

async function claimIn(partition: string, call: string, store: Store): Promise<Known> {
  const claim = (await store.get(partition, "claim", call))?.value;
  const { effectIn } = claim ?? {};
  if (effectIn === undefined) return { partition, claim };
  const effect = (await store.get(effectIn, "claim", call))?.value;
  return effect ? { partition: effectIn, claim: effect } : { partition, effectIn };
}

type Asked = Pick<Parts, "store" | "settings" | "clock">;

/**
 * Whether a call can also have its claim in the account's partition: a first admin may have called before they were on the roster,
 * and a former member had another partition when they called.
 */
const hasTwo = (account: Account, member: Member | undefined, { settings, clock }: Asked): boolean =>
  member?.status !== "active" ||
  (isListed([...settings.bootstrapAdmins, ...settings.recoveryAdmins], account, member) &&
    clock.now().getTime() - Date.parse(member.addedAt) < repeatable);

/** What is known of a call, even if the caller's standing has changed since. */
interface Earlier {
  /** The answer it got, which it gets again. */
  readonly answer?: Answer | undefined;
  readonly effectIn?: string | undefined;
}

/**
 * Who sent a call, and what is known of it. Looks for its claim in the member's partition while they are read: an effect is written
 * together with its claim, so a caller who sees one without the other meets it when writing their own.
 */
export async function askerOf(
  { id, account }: { readonly id: string; readonly account: Account },
  parts: Asked,
): Promise<{
  readonly member?: Row<Member>;
  readonly instance?: Row<Instance>;
  /** Looks only once. */
  earlier(): Promise<Earlier>;
}> {
  const { store } = parts;
  const key = await keyOf(account, store);
  const theirs = key === undefined ? undefined : claimIn(key, id, store);
  // It may be that nothing waits for it.
  theirs?.catch(() => undefined);
  const person: Awaited<ReturnType<typeof personOf>> =
    key === undefined ? {} : await personOf(account, store, key);
  const { member } = person;
  let looked: Promise<Earlier> | undefined;
  const look = async () => {
    const own = hasTwo(account, member?.value, parts)
      ? await claimIn(accountPartition(account), id, store)
      : undefined;
    return earlierFrom([member && (await theirs), own].filter((one) => one !== undefined));
  };
  return {
    ...person,
    earlier() {
      looked ??= look();
      return looked;
    },
  };
}

/** @param followed whether an owed message will replace it */
export const asAnswer = (reply: Reply, followed: boolean): Answer =>
  followed ? { ...reply, followed } : reply;

function earlierFrom(found: readonly Known[]): Earlier {
  const claim = found.find((one) => one.claim)?.claim;
  return {
    answer: claim && asAnswer(claim.reply, claim.follows !== undefined),
    effectIn: found.find(({ effectIn }) => effectIn)?.effectIn,
  };
}

/**
 * Stores an answer for repeats of the call. If someone else was faster with the effect or still works on it, the answer replaces
 * their claim, or is already there.
 * @throws Conflict if it was answered in the meantime
 */
export async function remembered(
  call: { readonly id: string },
  { partition, earlier }: { readonly partition: string; earlier(): Promise<Earlier> },
  reply: Reply,
  parts: Parts,
): Promise<Reply> {
  const value = { at: parts.clock.now().toISOString(), reply };
  const changes = [{ kind: "claim", id: call.id, value }] as const;
  const { effectIn } = await earlier();
  await enter({ partition: effectIn ?? partition, changes }, parts);
  return reply;
}

/** The message that will replace the answer; the answer is its first card. */
interface Following {
  readonly partition: string;
  readonly id: string;
  readonly reply: Reply;
}

/** The message of an operation that the call started: it replaces the answer. */
export async function followedBy(
  call: Pick<DeferredCall, "id" | "account">,
  parts: Parts,
): Promise<Following | undefined> {
  const { store } = parts;
  const { member } = await personOf(call.account, store);
  const own = hasTwo(call.account, member?.value, parts) ? [accountPartition(call.account)] : [];
  for (const place of [...(member ? [member.value.key] : []), ...own]) {
    const { partition, claim } = await claimIn(place, call.id, store);
    if (claim?.follows !== undefined) return { partition, id: claim.follows, reply: claim.reply };
  }
  return undefined;
}
