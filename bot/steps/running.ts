import type { Action, Login, Truth, VmTruth } from "../core/cloud.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";
import type { Step, View } from "../core/operation.ts";
import { onceMore } from "./again.ts";
import { isUnderWay } from "./ask.ts";
import { configured, hasAnswered } from "./configured.ts";
import { gateFault } from "./gateFault.ts";
import { checkGateway } from "./gateway.ts";
import { deadlinePassed } from "./overdue.ts";
import { widest } from "./ranges.ts";
import { sameSet, sshWanted } from "./ssh.ts";
import { keysIn, keysSince } from "./vmAnswers.ts";
import { firstLook, nextLook } from "./waiting.ts";

/** How often a stop is tried that Azure accepts and that fails later. */
export const stopAttempts = 3;

/** How long a VM that has just started may take until OpenClaw answers; the rest of the deadline is for Azure. */
export const bootSeconds = 10 * 60;

/** How long a gateway may take that nothing has just started: it answers at once, or the VM is still booting. */
export const answerSeconds = 60;

export const isOff = (vm: VmTruth | undefined): boolean =>
  vm?.power === "deallocated" || vm?.power === "stopped";

/** Starts a VM that is off and waits for it; undefined when it runs. */
export function rising(view: View): Step | undefined {
  const { vm } = view.truth;
  if (!vm) return vanished(view);
  if (vm.provisioning === "deleting") return { waitSeconds: nextLook(view, "starting"), phase: "starting" };
  switch (vm.power) {
    case "deallocated":
    case "stopped":
      return startVm(view);
    case "starting":
    case "stopping":
    case "deallocating":
    case "unknown":
      return {
        waitSeconds: nextLook(view, "starting"),
        phase: "starting",
        instance: { state: "starting", seenAt: view.now.toISOString() },
      };
    case "running":
      return undefined;
  }
}

/**
 * Starts a VM that is off. A start that Azure accepted and later refused is repeated only if the cause passes by itself: otherwise the
 * repeats would hide the cause until the deadline.
 */
export function startVm(view: View): Step {
  const { operation, truth, now } = view;
  const seenAt = now.toISOString();
  const fault = truth.vm?.fault;
  const step: Step = {
    act: { do: "start" },
    againInSeconds: firstLook(view),
    phase: "starting",
    instance: { state: "starting", seenAt },
    notes: { started: seenAt },
  };
  if (!operation.notes["started"] || !fault) return step;
  return (
    onceMore(view, fault, step) ?? {
      finish: "failed",
      fault,
      instance: { state: "stopped", seenAt, fault },
    }
  );
}

/** Repairs a running VM after changes made in Azure: who may sign in, and which addresses may reach SSH. */
export function opening(view: View): Step | undefined {
  const { truth, member, instance } = view;
  const phase = "starting";
  // Someone who had left the roster has come back.
  if (truth.roles && lacksLogin(truth.roles.logins, member))
    return { act: { do: "grantLogins", owner: member }, againInSeconds: 2, phase };
  const { sshFrom: found = [], changing } = truth.networkSecurityGroup ?? {};
  // Addresses whose time is over stay here: closing them is another operation, which also ends their sessions.
  const over = instance.access.map(({ address }) => address).filter((address) => found.includes(address));
  const from = widest([...sshWanted(view), ...over]);
  if (changing) return { waitSeconds: 2, phase };
  return truth.networkSecurityGroup && !sameSet(from, found)
    ? { act: { do: "allowSsh", from, found }, againInSeconds: 2, phase }
    : undefined;
}

/** Lets nobody reach SSH. */
export const closingSsh = ({ truth }: View): Action => ({
  do: "allowSsh",
  from: [],
  found: truth.networkSecurityGroup?.sshFrom ?? [],
});

/** One on the VM, one on its network card, one on its address. */
const loginScopes = 3;

/** Whether someone lacks the role of their roster entry in any of the scopes. */
export const lacksLogin = (logins: readonly Login[], { loginRole }: Pick<Member, "loginRole">): boolean =>
  new Set(logins.filter(({ role }) => role === loginRole).map(({ scope }) => scope)).size < loginScopes;

/** Ends an operation that took too long. The VM may still run and cost money. */
export function givenUp(view: View): Step {
  const state = stateOf(view.truth);
  return {
    finish: "failed",
    fault: { ...deadlinePassed(view), code: "PowerDeadlinePassed" },
    instance: state ? { state, seenAt: view.now.toISOString() } : {},
  };
}

function stateOf({ vm }: Truth): "stopped" | "degraded" | undefined {
  if (vm?.power === "running") return "degraded";
  return vm?.power === "stopped" || vm?.power === "deallocated" ? "stopped" : undefined;
}

/** Whether OpenClaw has answered on a VM that, as far as Azure can be read, still runs: only its configuration is left. */
export const isAnswering = (view: View): boolean =>
  hasAnswered(view.operation) && (view.blind || isUnderWay(view) || view.truth.vm?.power === "running");

/** The ends of an operation that leaves the VM running: through `end` if OpenClaw answers. */
export function answering(view: View, end = configured): { ready: Step; degraded: Step } {
  const { operation, truth, instance, now } = view;
  const seenAt = now.toISOString();
  const fault = gateFault(truth.run ?? { output: "" }, "GatewaySilent", operation.id);
  const found = {
    ...(!instance.publicIp && truth.publicIp ? { publicIp: truth.publicIp.address } : {}),
    ...(truth.vm ? { size: truth.vm.size } : {}),
  };
  const ready = {
    finish: "succeeded",
    phase: "ready",
    instance: { state: "ready", seenAt, fault: undefined, ...found, ...keysSeen(view) },
  } as const;
  return {
    ready: end(view, ready),
    degraded: { finish: "failed", fault, instance: { state: "degraded", seenAt, fault, ...found } },
  };
}

/** Checks whether OpenClaw answers on a started VM, then ends the operation. */
export const untilAnswer = (view: View): Step => checkGateway(view, bootSeconds, () => answering(view));

/** The keys that the check reports. */
export function keysSeen({ truth, instance, now }: View): Pick<Instance, "keys"> {
  const keys = keysIn(truth.run?.output ?? "");
  return keys ? { keys: keysSince(instance.keys, keys, now) } : {};
}

/** There is an instance on record, but none in Azure. */
export function vanished({ member, operation, now }: View): Step {
  const fault = {
    code: "Vanished",
    detail: `the VM ${namesOf(member.key).vm} does not exist in Azure`,
    correlation: operation.id,
  };
  return { finish: "failed", fault, instance: { state: "broken", seenAt: now.toISOString(), fault } };
}
