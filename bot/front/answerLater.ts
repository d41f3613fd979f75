import { type Card, type Reply, toKeep } from "../core/card.ts";
import { knownName } from "../core/command.ts";
import { owed, renewed } from "../core/delivery.ts";
import { DeliveryRefused } from "../core/errors.ts";
import { accountPartition, callDelivery } from "../core/names.ts";
import { answerRoutes, privateRoutes, type Route, type UnreadCall } from "../core/platform.ts";
import type { DeferredCall, Delivery } from "../core/records.ts";
import { type Change, mostTries, type WorkMessage } from "../core/store.ts";
import { deliver } from "../engine/deliver.ts";
import { decidedAnew, dueSoon, enter, wakeUp } from "../engine/outbox.ts";
import { stateOfMessage } from "../engine/task.ts";
import type { Parts, Task } from "../parts.ts";
import { followedBy } from "./claims.ts";
import { runDeferred } from "./receive.ts";
import { cardOf } from "./replies.ts";

/**
 * Answers a deferred call, in the worker or in the process that took it, whichever comes first. It is one message, however often
 * this runs.
 * @param reply the answer, if the process that took the call already has it
 * @param isLastTry whether there is no further attempt: then a failure is answered instead of thrown
 */
export async function answerLater(
  message: WorkMessage,
  { reply, isLastTry = false }: { readonly reply?: Reply; readonly isLastTry?: boolean },
  parts: Parts,
): Promise<void> {
  const { store } = parts;
  const row = await store.get(message.partition, "call", message.id);
  if (!row) return;
  const id = callDelivery(message.id);
  if (row.value.done) return deliver(message.partition, id, parts, reply && onceOf(reply));
  const call = row.value;
  const said = reply ?? (await runDeferred(call, isLastTry, parts));
  const followed = await tellFirst(call, parts);
  await finish(message, followed ? undefined : said, parts);
  if (followed) return deliver(followed.partition, followed.id, parts);
  await deliver(message.partition, id, parts, onceOf(said));
}

/**
 * Marks a call as done and stores its answer; undefined: it already has a message. If someone else was faster, their answer counts,
 * and this process shows in its place only what is shown once, if it had the effect.
 */
const finish = ({ partition, id }: WorkMessage, reply: Reply | undefined, parts: Parts): Promise<void> =>
  decidedAnew(async () => {
    const row = await parts.store.get(partition, "call", id);
    if (!row || row.value.done) return;
    const routes = row.value.late ? privateRoutes : answerRoutes;
    const answer = reply && (await answerTo(row.value, reply, routes, parts));
    const done = { kind: "call", id, value: asDone(row.value, parts.commands), etag: row.etag } as const;
    await enter({ partition, changes: [done, ...(answer ? [answer] : [])] }, parts);
  });

/** The answer as its one message. If a message is already owed, it now says this. Undefined: it already does. */
async function answerTo(
  call: Pick<UnreadCall, "id" | "account" | "replyTo">,
  reply: Reply,
  routes: readonly Route[],
  parts: Parts,
): Promise<Change | undefined> {
  const value = answerOwed(call, reply, routes, parts);
  const { id } = value;
  const found = await parts.store.get(accountPartition(call.account), "delivery", id);
  if (!found) return { kind: "delivery", id, value };
  const newer = renewed(found.value, value.card);
  return newer && { kind: "delivery", id, value: newer, etag: found.etag };
}

/** Clears what was typed, which may be a secret even in place of a command, and the addresses of files, which open them. */
const asDone = (
  { line, files: _files, ...call }: DeferredCall,
  commands: Parts["commands"],
): DeferredCall => ({
  ...call,
  line: { ...line, command: knownName(line.command, commands), options: {} },
  done: true,
});

/** The card that is shown once and not stored. */
const onceOf = (reply: Reply): Card | undefined =>
  "card" in reply && reply.kept !== undefined ? reply.card : undefined;

/** Answers a call that couldn't be stored, through `tell`. If an operation that it started has a message, that is the answer. */
export async function tellOnce(
  call: Pick<UnreadCall, "id" | "account" | "replyTo">,
  reply: Reply,
  tell: (card: Card) => Promise<void>,
  parts: Parts,
): Promise<void> {
  const followed = await tellFirst(call, parts).catch((error: unknown) => {
    // The storage can't be reached: better said twice than not at all.
    parts.log.error("what follows an answer could not be looked up", error, { call: call.id });
    return undefined;
  });
  if (followed) return deliver(followed.partition, followed.id, parts);
  await tell(cardOf(reply)).catch((error: unknown) => {
    if (!(error instanceof DeliveryRefused)) throw error;
    return owe(call, reply, parts);
  });
}

/** Owes an answer that couldn't be given at once. Given again, it is the same message. */
export async function owe(
  call: Pick<UnreadCall, "id" | "account" | "replyTo">,
  reply: Reply,
  parts: Parts,
): Promise<void> {
  const followed = await tellFirst(call, parts);
  if (followed) return wakeUp({ kind: "delivery", partition: followed.partition, id: followed.id }, 0, parts);
  const partition = accountPartition(call.account);
  const id = callDelivery(call.id);
  const message = { kind: "delivery", partition, id } as const;
  await decidedAnew(async () => {
    // Not to the admins: it may only be a stranger's refusal.
    const answer = await answerTo(call, reply, privateRoutes, parts);
    await enter({ partition, changes: answer ? [answer] : [], wake: [message] }, parts);
  });
}

const answerOwed = (
  { id, replyTo }: Pick<UnreadCall, "id" | "replyTo">,
  reply: Reply,
  routes: readonly Route[],
  { clock }: Parts,
): Delivery => owed(callDelivery(id), replyTo, routes, cardOf(toKeep(reply)), clock.now());

/**
 * If an operation reports in the answer's place, the answer becomes its first report: as a message of its own, it could arrive after
 * a newer report and overwrite it. No two owed messages use the same answer.
 */
async function tellFirst(
  call: Pick<DeferredCall, "id" | "account">,
  parts: Parts,
): Promise<{ readonly partition: string; readonly id: string } | undefined> {
  const place = await followedBy(call, parts);
  if (!place) return undefined;
  const { partition, id, reply } = place;
  return decidedAnew(async () => {
    const row = await parts.store.get(partition, "delivery", id);
    if (!row) return undefined;
    // Unless the operation has moved on and reports something newer.
    const first = row.value.revision === 0 && { card: cardOf(reply), revision: 1 };
    if (!first && row.value.answerBy === undefined) return place;
    const value: Delivery = { ...row.value, ...first, answerBy: undefined };
    const changes = [{ kind: "delivery", id, value, etag: row.etag }] as const;
    // After a crash here, nothing else would send it: a step without news doesn't look at it.
    const later = [dueSoon({ kind: "delivery", partition, id }, parts.clock.now())];
    await enter({ partition, changes, later }, parts);
    return place;
  });
}

/** A call that is answered later. */
export const callTask: Task = {
  kind: "call",
  owes: callDelivery,
  run: (message, parts, tries) => answerLater(message, { isLastTry: tries >= mostTries }, parts),
  async state(message, parts) {
    const found = await parts.store.get(message.partition, "call", message.id);
    return found && !found.value.done ? "overdue" : stateOfMessage(message, parts);
  },
};
