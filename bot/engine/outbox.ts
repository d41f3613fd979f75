import { Conflict } from "../core/errors.ts";
import type { Person } from "../core/instance.ts";
import { type Again, type Change, type Due, sweepAfterSeconds, type WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";

/** What it takes to write something down. */
export type Needed = Pick<Parts, "clock" | "log" | "features" | "settings"> & {
  readonly store: Pick<Parts["store"], "commit" | "person">;
  readonly queue: Pick<Parts["queue"], "send">;
};

/** What is written down together, and what follows from it. */
interface Entry {
  readonly partition: string;
  readonly changes: readonly Change[];
  /** Whose rows these are, as they were read, where whoever writes has read them. */
  readonly person?: Person | undefined;
  /** What there is to do at once. */
  readonly wake?: readonly WorkMessage[] | undefined;
  /** The next look at something that has been due since it began. */
  readonly again?: Again | undefined;
  /** What there is to do at its time, beside what features say of a person (`dueTimes`). */
  readonly later?: readonly Due[] | undefined;
}

/**
 * The one way to write into a partition of the state: first what makes somebody look again, then the transaction, then the queue. Each may be done twice. What
 * is due and was never written finds nothing to do; what was written and not queued is found by the sweep.
 * @throws Conflict when somebody else was faster
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
  // None is due before the transaction can be there: a sweep would find nothing to do, and forget it.
  const ahead = timed.filter(({ at }) => at > now).map((due) => notBefore(due, now));
  await store.commit(partition, changes, [...atOnce.map((message) => dueSoon(message, now)), ...ahead]);
  await Promise.all(atOnce.map((message) => wakeUp(message, 0, parts)));
  if (again) await wakeUp(again.message, again.inSeconds, parts);
}

async function personIn(partition: string, store: Needed["store"]): Promise<Person | undefined> {
  const { member, instance } = await store.person(partition);
  return member && { member: member.value, instance: instance?.value };
}

/** Reads and writes again as long as somebody else was faster with one of the rows. */
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

/** The sweep looks at it in a while, in case nobody has by then. */
export const dueSoon = (message: WorkMessage, now: Date): Due => ({
  at: new Date(now.getTime() + sweepAfterSeconds * 1000),
  message,
});

/** Has the worker look at what is written down. A queue that fails is left to the sweep. */
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

/** When somebody wants to be looked at again, as each feature says. */
export const duesOf = (person: Person, { features, settings }: Asked): readonly Due[] =>
  features.flatMap(({ dueTimes }) => dueTimes?.(person, settings) ?? []);

/** Whether a transaction changes what due times follow from. */
const changesPerson = (changes: readonly Change[]): boolean =>
  changes.some(({ kind }) => kind === "member" || kind === "instance");

/** What is due for somebody once their rows are changed, and was not before. */
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
