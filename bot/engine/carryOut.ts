import { type Reply, toKeep } from "../core/card.ts";
import type { Bot, Write } from "../core/command.ts";
import { Conflict } from "../core/errors.ts";
import { type Account, accountKey } from "../core/member.ts";
import { accountPartition, botPartition } from "../core/names.ts";
import { isVouched, type ReplyAddress } from "../core/platform.ts";
import type { Claim } from "../core/records.ts";
import type { Change } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { healthOf } from "./health.ts";
import { enter } from "./outbox.ts";
import { changesOf } from "./writeStep.ts";

/**
 * Lets a repeat find the first answer in the asker's partition. It counts once the effect is there.
 * @throws Conflict if the call was answered in the meantime
 */
async function pointTo(
  effectIn: string,
  { id, partition, claim }: { readonly id: string; readonly partition: string; readonly claim: Claim },
  parts: Parts,
): Promise<void> {
  const value = { ...claim, effectIn };
  try {
    await enter({ partition, changes: [{ kind: "claim", id, value }] }, parts);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const found = await parts.store.get(partition, "claim", id);
    if (found?.value.effectIn === undefined) throw error;
    // By an earlier attempt, or one in progress at the same time.
    if (found.value.effectIn !== effectIn)
      await enter({ partition, changes: [{ kind: "claim", id, value, etag: found.etag }] }, parts);
  }
}

/** What a command may use, as of now. */
export const botOf = (parts: Parts): Bot => ({
  now: parts.clock.now(),
  settings: parts.settings,
  store: parts.store,
  directory: parts.directory,
  cloud: parts.cloud,
  health: () => healthOf(parts),
  randomBytes: (count) => parts.randomBytes(count),
  price: (size) => parts.prices.known(size),
  text: async (source) => (typeof source === "string" ? source : parts.fetchText(source)),
  unfit: async ({ platform, id }) => parts.platforms[platform]?.unfit?.(id),
  platforms: Object.values(parts.platforms),
  adminPlatforms: parts.adminPlatforms,
  vouched: isVouched(parts.platforms),
  commands: parts.commands,
  operations: parts.operations,
  ended: async (operation, member, instance) =>
    (await changesOf({ operation, member, instance }, operation.value, {}, parts)).changes,
});

/** On whose behalf something is written. */
export interface Cause {
  /** Takes effect once per id. */
  readonly id: string;
  readonly account: Account;
  /** The key of the member with that account. */
  readonly member: string | undefined;
  /** Where a repeat looks for the first answer. */
  readonly partition: string;
  readonly reply: Reply;
  /** Where the answer goes. Absent if no one waits for one. */
  readonly replyTo?: ReplyAddress | undefined;
  /** The caller gives the answer right after this. */
  readonly answersNext?: true | undefined;
}

/**
 * Writes what a command decided, in this order: first what other partitions and indexes have to hold, then one transaction with the
 * claim and the audit entry.
 * @returns whether an owed message will replace the answer
 * @throws Conflict
 */
export async function carryOut(
  { audit, changesNothing, alsoAbout, before, link, unlink, admins, ...rest }: Write,
  { id, account, member, partition: asking, reply, replyTo, answersNext }: Cause,
  parts: Parts,
): Promise<boolean> {
  const { store, clock } = parts;
  const { partition, changes } = rest;
  const at = clock.now().toISOString();
  for (const old of unlink ?? []) if (old.member !== partition) await store.unlink(old.account, old.member);
  for (const each of link ?? []) await store.link(each, partition);
  if (admins) await store.changeAdmins(admins);
  if (before) await enter({ partition: botPartition, changes: [before] }, parts);
  const kept = toKeep(reply);
  const follows = replyTo && inPlaceOf(replyTo, changes);
  const claim: Change = { kind: "claim", id, value: { at, reply: kept, follows } };
  const entry: Change = {
    kind: "audit",
    id: `${at}-${id}`,
    value: {
      at,
      by: accountKey(account),
      byMember: member,
      what: audit,
      about: partition,
      alsoAbout,
      call: id,
    },
  };
  const leavesEntry = !changesNothing || partition !== asking;
  // An account that this unlinks belongs to no one afterwards, so their own partition is no longer found.
  const isTaken = unlink?.some((old) => accountKey(old.account) === accountKey(account));
  for (const lookedIn of isTaken ? [accountPartition(account), asking] : [asking])
    if (partition !== lookedIn)
      await pointTo(partition, { id, partition: lookedIn, claim: { at, reply: kept } }, parts);
  const written = answersNext ? changes.map((change) => afterAnswer(change, follows, clock.now())) : changes;
  await enter({ ...rest, changes: [...written, claim, ...(leavesEntry ? [entry] : [])] }, parts);
  await unlinkOwn(unlink ?? [], partition, parts);
  return follows !== undefined;
}

/**
 * Runs after the transaction: a retry still finds the caller by the link, and a leftover link counts for nothing. The other way round, the
 * record would have an account that nobody finds.
 */
async function unlinkOwn(
  unlink: NonNullable<Write["unlink"]>,
  partition: string,
  { store, log }: Parts,
): Promise<void> {
  for (const { account, member } of unlink.filter((old) => old.member === partition))
    await store.unlink(account, member).catch((error: unknown) => {
      log.error("an account was not unlinked", error, { member });
    });
}

/** The longest that any platform waits for an answer. In milliseconds. */
const answerMs = 15_000;

/** What starts now may be finished before its answer has arrived. */
function afterAnswer(change: Change, follows: string | undefined, now: Date): Change {
  if (change.kind !== "delivery" || change.id !== follows) return change;
  const answerBy = new Date(now.getTime() + answerMs).toISOString();
  return { ...change, value: { ...change.value, answerBy } };
}

/** The message that will replace the answer once there is more to say. */
const inPlaceOf = (answer: ReplyAddress, changes: readonly Change[]): string | undefined =>
  changes.find(({ kind, value }) => {
    if (kind !== "delivery" || value.routes[0] !== "answer") return false;
    return value.to === answer;
  })?.id;
