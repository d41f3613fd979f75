import { isKept, isSomething, type Person } from "../../core/instance.ts";
import type { Due } from "../../core/store.ts";
import { begin } from "../../engine/begin.ts";
import { beginUnasked } from "../../engine/beginUnasked.ts";
import type { Task } from "../../parts.ts";

/** Tears down a former member's instance once its retention has ended. */
export const keepEnds: Task = {
  kind: "keep",
  async state({ partition, id }, { store }) {
    const { member, instance } = await store.person(partition);
    const kept = instance && member?.value.status === "left" && isKept(instance.value, id);
    if (!kept) return "done";
    return instance.value.operation ? "pending" : "overdue";
  },
  async run(message, parts) {
    const { member, instance } = await parts.store.person(message.partition);
    if (member?.value.status !== "left" || !instance || !isKept(instance.value, message.id)) return;
    if (instance.value.operation) return;
    const begun = begin({
      operation: parts.operations.teardown,
      input: { homeDisk: "snapshot", force: true },
      // Retry daily until it succeeds.
      cause: `keep ${message.partition} ${message.id} ${parts.clock.now().toISOString().slice(0, 10)}`,
      member: member.value,
      instance,
      now: parts.clock.now(),
      settings: parts.settings,
    });
    await beginUnasked(message.partition, "started the teardown of what a former member left", begun, parts);
  },
};

/** When to tear down what a former member left. */
export const keepDue = ({ member, instance }: Person): readonly Due[] =>
  instance?.removal !== undefined && instance.keptUntil !== undefined && isSomething(instance)
    ? [
        {
          at: new Date(instance.keptUntil),
          message: { kind: "keep", partition: member.key, id: instance.removal },
        },
      ]
    : [];
