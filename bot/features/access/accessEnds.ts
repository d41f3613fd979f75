import { type Instance, mustLock } from "../../core/instance.ts";
import { openNow } from "../../core/ssh.ts";
import { begin } from "../../engine/begin.ts";
import { commence } from "../../engine/commence.ts";
import { isTimeFor } from "../../engine/isTimeFor.ts";
import { enter } from "../../engine/outbox.ts";
import type { Parts, Periodic, Task } from "../../parts.ts";

/** Whether the time of an opened address is over. */
const isOver = (instance: Instance, now: Date): boolean =>
  openNow(instance, now).length < instance.access.length;

/** The time of an opened address is over, or none may be open any more: the network rule is brought up to date. */
export const accessEnds: Task = {
  kind: "access",
  async state({ member }, { store, clock, settings }) {
    const instance = (await store.person(member)).instance?.value;
    return instance && (isOver(instance, clock.now()) || mustLock(instance, settings)) ? "overdue" : "done";
  },
  async run(message, parts) {
    const { member, instance } = await parts.store.person(message.member);
    const now = parts.clock.now();
    if (!member || !instance) return;
    const timeIsOver = isOver(instance.value, now);
    if (!timeIsOver && !mustLock(instance.value, parts.settings)) return;
    const begun = begin({
      operation: parts.operations.access,
      cause: `access ${message.member} ${message.id} ${now.toISOString().slice(0, 16)}`,
      member: member.value,
      instance,
      now,
      settings: parts.settings,
      instancePatch: () => ({ access: openNow(instance.value, now) }),
    });
    const why = timeIsOver
      ? "began to close SSH, since its time was over"
      : "began to close SSH to any address, as the policy says";
    await commence(message.member, why, begun, parts);
  },
};

/** Once an hour: whatever is open to any address, and must not be since the environment says otherwise, is closed. */
export const locking: Periodic = {
  name: "network rules",
  async run(parts: Parts) {
    const { store, settings, clock } = parts;
    if (!(await isTimeFor("locks", 3600_000, parts))) return;
    for (const { member, instance } of await store.people())
      if (instance && !instance.operation && mustLock(instance, settings))
        await enter(
          { partition: member.key, changes: [], wake: [{ kind: "access", member: member.key, id: "lock" }] },
          parts,
        );
    await store.cache("locks", {}, clock.now());
  },
};
