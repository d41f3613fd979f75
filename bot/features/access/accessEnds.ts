import { hourMs } from "../../core/clock.ts";
import { type Instance, mustLock, type Person } from "../../core/instance.ts";
import { openNow } from "../../core/operation.ts";
import type { Settings } from "../../core/settings.ts";
import type { Due } from "../../core/store.ts";
import { begin } from "../../engine/begin.ts";
import { beginUnasked } from "../../engine/beginUnasked.ts";
import type { Effects, Parts, Stepped, Task } from "../../parts.ts";

/** Whether the time of an opened address is over. */
const isOver = (instance: Instance, now: Date): boolean =>
  openNow(instance, now).length < instance.access.length;

/** Whether SSH is open to someone for too long, or against the policy. */
const isTooOpen = (instance: Instance, { clock, settings }: Pick<Parts, "clock" | "settings">): boolean =>
  isOver(instance, clock.now()) || mustLock(instance, settings);

/** Whether a closing operation is running. It never gives up, and it tells the admins itself if Azure refuses. */
async function isClosing(member: string, { closing }: Instance, { store }: Parts): Promise<boolean> {
  const operation = closing === undefined ? undefined : await store.get(member, "op", closing);
  return operation?.value.status === "running";
}

/** Updates the network rule when the time of an opened address is over, or when none may be open any longer. */
export const accessEnds: Task = {
  kind: "access",
  async state({ partition }, parts) {
    const instance = (await parts.store.person(partition)).instance?.value;
    if (!instance || !isTooOpen(instance, parts)) return "done";
    return (await isClosing(partition, instance, parts)) ? "pending" : "overdue";
  },
  async run(message, parts) {
    const { member, instance } = await parts.store.person(message.partition);
    const now = parts.clock.now();
    if (!member || !instance || !isTooOpen(instance.value, parts)) return;
    if (await isClosing(message.partition, instance.value, parts)) return;
    const begun = begin({
      operation: parts.operations.access,
      cause: `access ${message.partition} ${message.id} ${now.toISOString().slice(0, 16)}`,
      member: member.value,
      instance,
      now,
      settings: parts.settings,
      instancePatch: (closing) => ({ access: openNow(instance.value, now), closing }),
    });
    const why = isOver(instance.value, now)
      ? "started to close SSH because its time was over"
      : "started to close SSH to any address, as the policy says";
    await beginUnasked(message.partition, why, begun, parts);
  },
};

/**
 * When an address has to be closed. At once, if SSH is open to any address against the policy. If the rule is unknown, because a build was
 * given up or ended by an admin, an hour later: until then someone may continue the build, and other looks may come first.
 */
export const accessDue = ({ member, instance }: Person, settings: Settings): readonly Due[] => {
  if (!instance) return [];
  const due = (at: Date, id: string): Due => ({ at, message: { kind: "access", partition: member.key, id } });
  const ends = instance.access.map(({ until }) => new Date(until));
  return [
    ...ends.map((end) => due(end, `${end.getTime()}`)),
    ...(mustLock(instance, settings) ? [due(lockAt(instance), "lock")] : []),
  ];
};

const lockAt = ({ networkPolicy, seenAt }: Instance): Date =>
  new Date(networkPolicy === "open" ? 0 : Date.parse(seenAt) + hourMs);

/** The operation that adjusts the network rule has ended. */
export function adjusted({ operation, instance }: Stepped): Effects {
  if (operation.status === "running") return {};
  return {
    instance: {
      ...(instance.adjusting?.operation === operation.id ? { adjusting: undefined } : {}),
      ...(instance.closing === operation.id ? { closing: undefined } : {}),
    },
  };
}
