import { instanceCard } from "../../cards/operationCards.ts";
import type { Operation } from "../../core/operation.ts";
import { isUnderWay, runOf } from "../../steps/ask.ts";
import { checkOrConfig } from "../../steps/configured.ts";
import { overdue } from "../../steps/overdue.ts";
import {
  answering,
  givenUp,
  isAnswering,
  opening,
  startVm,
  untilAnswer,
  vanished,
} from "../../steps/running.ts";
import { firstLook, nextLook } from "../../steps/waiting.ts";

export const restart: Operation = {
  name: "restart",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    rolesOf: member.objectId,
    run: checkOrConfig(operation, runOf(operation, "gateway")),
  }),
  next(view) {
    const { truth, operation, now } = view;
    if (isAnswering(view)) return answering(view).ready;
    if (view.fault) return { finish: "failed", fault: view.fault, instance: { fault: view.fault } };
    if (overdue(restart, view)) return givenUp(view);
    if (isUnderWay(view)) return untilAnswer(view);
    if (!truth.vm) return vanished(view);
    const instance = { state: "starting", seenAt: now.toISOString() } as const;
    switch (truth.vm.power) {
      case "deallocated":
      case "stopped":
        return startVm(view);
      case "starting":
      case "stopping":
      case "deallocating":
      case "unknown":
        return { waitSeconds: nextLook(view, "restarting"), phase: "restarting", instance };
      case "running":
        if (truth.vm.provisioning === "updating" || truth.vm.provisioning === "deleting")
          return { waitSeconds: nextLook(view, "restarting"), phase: "restarting", instance };
        // Sent again if the note was lost: a second restart does no harm.
        if (!operation.notes["restarted"] && !operation.notes["started"])
          return {
            act: { do: "restart" },
            againInSeconds: firstLook(view),
            phase: "restarting",
            instance,
            notes: { restarted: now.toISOString() },
          };
        return opening(view) ?? untilAnswer(view);
    }
  },
  card: (view) =>
    instanceCard(view, {
      running: "Restarting your OpenClaw",
      succeeded: "Your OpenClaw is ready",
      failed: "Your OpenClaw is not ready",
    }),
};
