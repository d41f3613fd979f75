import { Conflict } from "../core/errors.ts";
import type { Person } from "../core/instance.ts";
import { type Again, type Change, type Due, sweepAfterSeconds, type WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";

/** What writing needs. */
export type Needed = Pick<Parts, "clock" | "log" | "features" | "settings"> & {
  readonly store: Pick<Parts["store"], "commit" | "person">;
  readonly queue: Pick<Parts["queue"], "send">;
};

/** What is written together, and what follows from it. */
interface Entry {
  readonly partition: string;
  readonly changes: readonly Change[];
  /** The owner of these rows as they were read, if the caller has read them. */
  readonly person?: Person | undefined;
  /** The work to do at once. */
  readonly wake?: readonly WorkMessage[] | undefined;
  /** The next look at something that was already due when it started. */
  readonly again?: Again | undefined;
  /** The work to do later, besides what features say about a person (`dueTimes`). */
  readonly later?: readonly Due[] | undefined;
}

/**
 * The one way to write into a partition of the state. Due rows, transaction, queue, in this order; each may be repeated. A due row
 * without its effect finds nothing to do, and the sweep finds an effect that wasn't queued.
 * @throws Conflict if someone else was faster
 */
export async function enter(
  { partition, changes, person, wake = [], again, later = [] }: Entry,
  parts: Needed,
): Promise<void> {
  const { store, clock } = parts;
  const now = clock.now();
  const dues = changesPerson(changes)
    ? newlyDue(person ?? (await personIn(partition, store)), changes, parts)
    : [];
  const timed = [...later, ...dues];
  const atOnce = [...wake, ...timed.filter(({ at }) => at <= now).map(({ message }) => message)];
  // None is due before the transaction can be there: otherwise, a sweep would find nothing to do and forget it.
  const ahead = timed.filter(({ at }) => at > now).map((due) => notBefore(due, now));
  await store.commit(partition, changes, [...atOnce.map((message) => dueSoon(message, now)), ...ahead]);
  await Promise.all(atOnce.map((message) => wakeUp(message, 0, parts)));
  if (again) await wakeUp(again.message, again.inSeconds, parts);
}

async function personIn(partition: string, store: Needed["store"]): Promise<Person | undefined> {
  const { member, instance } = await store.person(partition);
  return member && { member: member.value, instance: instance?.value };
}

/** Reads and writes again as long as someone else was faster with one of the rows. */
export async function decidedAnew<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

const notBefore = ({ at, message }: Due, now: Date): Due => {
  const soon = dueSoon(message, now);
  return at > soon.at ? { at, message } : soon;
};

/** The sweep looks at it after a while, in case nothing else has. */
export const dueSoon = (message: WorkMessage, now: Date): Due => ({
  at: new Date(now.getTime() + sweepAfterSeconds * 1000),
  message,
});

/** Makes the worker look at what was written. If the queue fails, the sweep does it. */
export async function wakeUp(
  message: WorkMessage,
  inSeconds: number,
  { queue, log }: Pick<Needed, "queue" | "log">,
): Promise<void> {
  try {
    await queue.send(message, inSeconds);
  } catch (error) {
    log.error("a message was not queued", error, { ...message });
  }
}

type Asked = Pick<Parts, "features" | "settings">;

/** When a person is due for another look, as each feature says. */
export const duesOf = (person: Person, { features, settings }: Asked): readonly Due[] =>
  features.flatMap(({ dueTimes }) => dueTimes?.(person, settings) ?? []);

/** Whether a transaction changes what due times depend on. */
const changesPerson = (changes: readonly Change[]): boolean =>
  changes.some(({ kind }) => kind === "member" || kind === "instance");

/** What becomes due for a person through a change of their rows. */
export function newlyDue(
  before: Person | undefined,
  changes: readonly Change[],
  parts: Asked,
): readonly Due[] {
  const member = changes.find((change) => change.kind === "member")?.value ?? before?.member;
  const instance = changes.find((change) => change.kind === "instance")?.value ?? before?.instance;
  const named = new Set(before && duesOf(before, parts).map(nameOf));
  return member ? duesOf({ member, instance }, parts).filter((due) => !named.has(nameOf(due))) : [];
}

const nameOf = ({ at, message }: Due): string => `${at.getTime()} ${message.kind} ${message.id}`;
