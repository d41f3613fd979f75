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

/** How often a VM is asked to stop that accepts it and fails later. */
export const stopAttempts = 3;

/** How long a VM that has just started may take until OpenClaw answers; the rest of the deadline is for Azure. */
export const bootSeconds = 10 * 60;

/** How long a gateway may take that was not asked to start: it answers at once, or the boot is still under way. */
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

/** Starts a VM that is off. Accepted, and refused later: sending it again would hide why until the deadline, unless the cause passes. */
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

/** What has to be put right on a VM that runs: who may log in, and who may try, whatever somebody has done to it in Azure. */
export function opening(view: View): Step | undefined {
  const { truth, member, instance } = view;
  const phase = "starting";
  // Somebody who had left the roster has come back.
  if (truth.roles && lacksLogin(truth.roles.logins, member))
    return { act: { do: "grantLogins", owner: member }, againInSeconds: 2, phase };
  const { sshFrom: found = [], changing } = truth.networkSecurityGroup ?? {};
  // Whose time is over stays until that is closed by itself, which ends their sessions as well.
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

/** Whether somebody can't log in everywhere as what they are on the roster. */
export const lacksLogin = (logins: readonly Login[], { loginRole }: Pick<Member, "loginRole">): boolean =>
  new Set(logins.filter(({ role }) => role === loginRole).map(({ scope }) => scope)).size < loginScopes;

/** How an operation ends that took too long: the VM may run all the same, and cost what that costs. */
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

/** OpenClaw has answered already, on a VM that runs still: only its configuration is left. */
export const isAnswering = (view: View): boolean =>
  hasAnswered(view.operation) && (isUnderWay(view) || view.truth.vm?.power === "running");

/** How an operation ends that leaves the VM running: by `end` where OpenClaw answers. */
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

/** Finds out whether OpenClaw answers on a VM that has started, then ends the operation. */
export const untilAnswer = (view: View): Step => checkGateway(view, bootSeconds, () => answering(view));

/** The keys of which the check tells. */
export function keysSeen({ truth, instance, now }: View): Pick<Instance, "keys"> {
  const keys = keysIn(truth.run?.output ?? "");
  return keys ? { keys: keysSince(instance.keys, keys, now) } : {};
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
