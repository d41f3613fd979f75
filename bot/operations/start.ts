import { instanceCard } from "../core/cards/operationCards.ts";
import { namesOf } from "../core/names.ts";
import type { Operation, Step, View } from "../core/operation.ts";
import { checkGateway, gatewayRun } from "./gateway.ts";
import { deadlinePassed, overdue } from "./overdue.ts";

export const start: Operation = {
  name: "start",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  look: (operation) => ({ parts: ["vm", "network", "logins"], run: gatewayRun(operation.id) }),
  next(view) {
    const { truth, operation, now, member } = view;
    if (view.fault) return { finish: "failed", fault: view.fault, instance: { fault: view.fault } };
    if (overdue(start, view)) return { finish: "failed", fault: deadlinePassed(view) };
    if (!truth.vm) return vanished(view);
    const instance = { state: "starting", seenAt: now.toISOString() } as const;
    switch (truth.vm.power) {
      case "deallocated":
      case "stopped":
        // Accepted, and refused later: sending it again would hide why until the deadline.
        if (operation.notes["started"] && truth.vm.fault)
          return {
            finish: "failed",
            fault: truth.vm.fault,
            instance: { state: "stopped", fault: truth.vm.fault },
          };
        return {
          act: { do: "start" },
          againInSeconds: 3,
          phase: "starting",
          instance,
          notes: { started: now.toISOString() },
        };
      case "starting":
      case "stopping":
      case "deallocating":
      case "unknown":
        return { waitSeconds: 3, phase: "starting", instance };
      case "running":
        // Somebody who had left the roster has come back.
        if (truth.logins?.length === 0)
          return { act: { do: "grantLogins", owner: member }, againInSeconds: 1, phase: "starting" };
        return checkGateway(view, answering(view));
    }
  },
  card: (view) =>
    instanceCard(view, {
      running: "Starting your OpenClaw",
      succeeded: "Your OpenClaw is ready",
      failed: "Your OpenClaw did not start",
    }),
};

/** How an operation ends that leaves the VM running. */
export function answering({ operation, truth, now }: View): { ready: Step; degraded: Step } {
  const seenAt = now.toISOString();
  const fault = {
    code: "GatewaySilent",
    detail: truth.run?.output.slice(-500) ?? "the readiness check failed",
    correlation: operation.id,
  };
  const publicIp = truth.publicIp ? { publicIp: truth.publicIp.address } : {};
  return {
    ready: {
      finish: "succeeded",
      phase: "ready",
      instance: { state: "ready", seenAt, fault: undefined, ...publicIp },
    },
    degraded: { finish: "failed", fault, instance: { state: "degraded", seenAt, fault, ...publicIp } },
  };
}

/** The record says that there is an instance, Azure says that there is none. */
export function vanished({ member, operation, now }: View): Step {
  const fault = {
    code: "Vanished",
    detail: `the VM ${namesOf(member.key).vm} does not exist in Azure`,
    correlation: operation.id,
  };
  return { finish: "failed", fault, instance: { state: "broken", seenAt: now.toISOString(), fault } };
}
