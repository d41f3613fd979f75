import { commence } from "./commence.ts";
import { begin } from "./core/begin.ts";
import { isKept, mustLock } from "./core/instance.ts";
import { openNow } from "./core/ssh.ts";
import type { WorkMessage } from "./core/store.ts";
import { isTimeFor } from "./isTimeFor.ts";
import { wakeUp } from "./outbox.ts";
import type { Parts } from "./parts.ts";

/** The time of an opened address is over: the network rule is brought up to date. */
export async function accessEnded(message: WorkMessage, parts: Parts): Promise<void> {
  const { member, instance } = await parts.store.person(message.member);
  const now = parts.clock.now();
  if (!member || !instance) return;
  const isOver = openNow(instance.value, now).length < instance.value.access.length;
  if (!isOver && !mustLock(instance.value, parts.settings)) return;
  const begun = begin({
    operation: parts.operations.access,
    cause: `access ${message.member} ${message.id} ${now.toISOString().slice(0, 16)}`,
    member: member.value,
    instance,
    now,
    settings: parts.settings,
    instancePatch: () => ({ access: openNow(instance.value, now) }),
  });
  await commence(
    message.member,
    isOver
      ? "began to close SSH, since its time was over"
      : "began to close SSH to any address, as the policy says",
    begun,
    parts,
  );
}

/** Once an hour: whatever is open to any address, and must not be since the environment says otherwise, is closed. */
export async function lockAll(parts: Parts): Promise<void> {
  const { store, settings, clock } = parts;
  if (!(await isTimeFor("locks", 3600_000, parts))) return;
  for (const { member, instance } of await store.people())
    if (instance && !instance.operation && mustLock(instance, settings))
      await wakeUp({ kind: "access", member: member.key, id: "lock" }, 0, parts);
  await store.cache("locks", {}, clock.now());
}

/** A leaver's instance has been kept for long enough. */
export async function keepEnded(message: WorkMessage, parts: Parts): Promise<void> {
  const { member, instance } = await parts.store.person(message.member);
  if (member?.value.status !== "left" || !instance || !isKept(instance.value, message.id)) return;
  if (instance.value.operation) return;
  const begun = begin({
    operation: parts.operations.teardown,
    input: { homeDisk: "snapshot", force: true },
    // Tried again every day, until it is done.
    cause: `keep ${message.member} ${message.id} ${parts.clock.now().toISOString().slice(0, 10)}`,
    member: member.value,
    instance,
    now: parts.clock.now(),
    settings: parts.settings,
  });
  await commence(message.member, "began to tear down what a leaver had left", begun, parts);
}
