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
 * Answers a call that was put off, in the worker or in the process that took the call, whichever comes first. It is one message,
 * however often this runs.
 * @param reply given by the process that took the call, which has it already
 * @param isLastTry whether nobody tries it again: then what fails is answered instead of thrown
 */
export async function answerLater(
  message: WorkMessage,
  { reply, isLastTry = false }: { readonly reply?: Reply; readonly isLastTry?: boolean },
  parts: Parts,
): Promise<void> {
  const { store } = parts;
  const row = await store.get(message.member, "call", message.id);
  if (!row) return;
  const id = callDelivery(message.id);
  if (row.value.done) return deliver(message.member, id, parts, reply && onceOf(reply));
  const call = row.value;
  const said = reply ?? (await runDeferred(call, isLastTry, parts));
  const followed = await tellFirst(call, parts);
  await finish(message, followed ? undefined : said, parts);
  if (followed) return deliver(followed.partition, followed.id, parts);
  await deliver(message.member, id, parts, onceOf(said));
}

/**
 * Writes down that a call is done, and with it its answer; undefined: it has a message already. Where somebody else was faster it is theirs, and
 * this process shows in its place only what is shown once, if it had the effect.
 */
const finish = ({ member, id }: WorkMessage, reply: Reply | undefined, parts: Parts): Promise<void> =>
  decidedAnew(async () => {
    const row = await parts.store.get(member, "call", id);
    if (!row || row.value.done) return;
    const routes = row.value.late ? privateRoutes : answerRoutes;
    const answer = reply && (await answerTo(row.value, reply, routes, parts));
    const done = { kind: "call", id, value: asDone(row.value, parts.commands), etag: row.etag } as const;
    await enter({ partition: member, changes: [done, ...(answer ? [answer] : [])] }, parts);
  });

/** The answer as the one message that it is: where one is owed already, that one says this from now on. Undefined: it does. */
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

/** What was asked for has had its time: what was typed may be a secret, also in a command's place, and the address of a file opens it. */
const asDone = (
  { line, files: _files, ...call }: DeferredCall,
  commands: Parts["commands"],
): DeferredCall => ({
  ...call,
  line: { ...line, command: knownName(line.command, commands), options: {} },
  done: true,
});

/** What is shown once, and not written down. */
const onceOf = (reply: Reply): Card | undefined =>
  "card" in reply && reply.kept !== undefined ? reply.card : undefined;

/** Answers a call that could not be written down, by `tell`. Where an operation that it began has a message already, that one is the answer. */
export async function tellOnce(
  call: Pick<UnreadCall, "id" | "account" | "replyTo">,
  reply: Reply,
  tell: (card: Card) => Promise<void>,
  parts: Parts,
): Promise<void> {
  const followed = await tellFirst(call, parts).catch((error: unknown) => {
    // The storage is away: better said twice than not at all.
    parts.log.error("what follows an answer could not be looked up", error, { call: call.id });
    return undefined;
  });
  if (followed) return deliver(followed.partition, followed.id, parts);
  await tell(cardOf(reply)).catch((error: unknown) => {
    if (!(error instanceof DeliveryRefused)) throw error;
    return owe(call, reply, parts);
  });
}

/** An answer that could not be given at once is owed; given again, it is the same message. */
export async function owe(
  call: Pick<UnreadCall, "id" | "account" | "replyTo">,
  reply: Reply,
  parts: Parts,
): Promise<void> {
  const followed = await tellFirst(call, parts);
  if (followed) return wakeUp({ kind: "delivery", member: followed.partition, id: followed.id }, 0, parts);
  const partition = accountPartition(call.account);
  const id = callDelivery(call.id);
  const message = { kind: "delivery", member: partition, id } as const;
  await decidedAnew(async () => {
    // Not to the admins: it may be no more than a stranger's "no".
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
 * Where an operation reports in the answer's place, the answer becomes its first report: as a message of its own it could arrive
 * after a newer report and overwrite it. No two messages that are owed go by the same answer.
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
    // Unless it has got on meanwhile, and says something newer.
    const first = row.value.revision === 0 && { card: cardOf(reply), revision: 1 };
    if (!first && row.value.answerBy === undefined) return place;
    const value: Delivery = { ...row.value, ...first, answerBy: undefined };
    const changes = [{ kind: "delivery", id, value, etag: row.etag }] as const;
    // Whoever dies now has nobody else to send it: a step that has nothing new to tell doesn't look at it.
    const later = [dueSoon({ kind: "delivery", member: partition, id }, parts.clock.now())];
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
    const found = await parts.store.get(message.member, "call", message.id);
    return found && !found.value.done ? "overdue" : stateOfMessage(message, parts);
  },
};
