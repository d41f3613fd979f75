import { begin } from "./core/begin.ts";
import { openNow } from "./core/cards/connect.ts";
import { Conflict } from "./core/errors.ts";
import type { WorkMessage } from "./core/store.ts";
import type { Parts } from "./parts.ts";

/** The time of an opened address is over: the network rule is brought up to date. */
export async function accessEnded(message: WorkMessage, parts: Parts): Promise<void> {
  const { member, instance } = await parts.store.person(message.member);
  const now = parts.clock.now();
  if (!member || !instance || openNow(instance.value, now).length === instance.value.access.length) return;
  const begun = begin({
    operation: parts.operations.access,
    cause: `access ${message.member} ${message.id}`,
    member: member.value,
    instance,
    now,
    settings: parts.settings,
    instancePatch: () => ({ access: openNow(instance.value, now) }),
  });
  await commence(message.member, begun, parts);
}

/** A leaver's instance has been kept for long enough. */
export async function keepEnded(message: WorkMessage, parts: Parts): Promise<void> {
  const { member, instance } = await parts.store.person(message.member);
  if (
    member?.value.status !== "left" ||
    instance?.value.generation !== message.id ||
    instance.value.operation
  )
    return;
  const begun = begin({
    operation: parts.operations.teardown,
    input: { deleteHomeDisk: "unmounted" },
    cause: `keep ${message.member} ${message.id}`,
    member: member.value,
    instance,
    now: parts.clock.now(),
    settings: parts.settings,
  });
  await commence(message.member, begun, parts);
}

async function commence(
  key: string,
  begun: ReturnType<typeof begin>,
  { store, queue }: Parts,
): Promise<void> {
  for (const due of begun.due) await store.addDue(due);
  try {
    await store.commit(key, begun.changes);
  } catch (error) {
    // Somebody else was faster; if it was not this that they did, the reminder comes back.
    if (!(error instanceof Conflict)) throw error;
    return;
  }
  for (const message of begun.enqueue) await queue.send(message, 0);
}
