import type { Fault } from "../../core/errors.ts";
import { identityDeployment, instanceDeployment } from "../../core/names.ts";
import type { Operation, OperationRecord, Step, View } from "../../core/operation.ts";
import { onceMore } from "../../steps/again.ts";
import { clearing, runOf } from "../../steps/ask.ts";
import { checkOrConfig, configured } from "../../steps/configured.ts";
import { gateEnd, gateOf, gateSays } from "../../steps/gate.ts";
import { overdue } from "../../steps/overdue.ts";
import { isAnswering, isOff, vanished } from "../../steps/running.ts";
import { asItWas } from "../../steps/snapshot.ts";
import { stepIn } from "../../steps/vmAnswers.ts";
import { firstLook, handlerSeconds, nextLook } from "../../steps/waiting.ts";
import { failed, ready } from "./buildEnds.ts";
import { giveUp } from "./giveUpBuild.ts";
import { isUntouched, prepare } from "./prepareBuild.ts";
import { requestCard } from "./requestCard.ts";

/** Builds an instance, from nothing or over what an earlier try left. */
export const request: Operation = {
  name: "request",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: false,
  builds: true,
  withoutVm: ["identity", "deploying", "deleting", "cancelling"],
  look: (operation, { member }) => ({
    deployment: operation.pins
      ? instanceDeployment(member.key, operation.id)
      : identityDeployment(member.key, operation.id),
    run: operation.pins ? checkOrConfig(operation, gateOf(operation)) : runOf(operation, "quiesce"),
  }),
  next(view) {
    const { operation, truth } = view;
    if (isAnswering(view) && !operation.cancelledAt) return configured(view, ready(view));
    if (view.fault) return isUntouched(view) ? asItWas(view, view.fault) : failed(view, view.fault);
    if (operation.cancelledAt || overdue(request, view)) return giveUp(view);
    const waits = stillBuilding(view);
    if (waits) return waits;
    const missing = operation.pins && truth.deployment ? undefined : prepare(view);
    if (missing) return missing;
    switch (truth.deployment?.state) {
      case undefined:
        return deploy(view);
      case "running":
        return {
          waitSeconds: 5,
          refusal: operation.refusal,
          notes: gateEnd(view) ? { gated: "yes" } : {},
        };
      case "succeeded":
        return heard(view, built(view));
      case "failed":
      case "canceled":
        return heard(view, unfinished(view, truth.deployment.fault ?? canceledOutside(view)));
    }
  },
  card: requestCard,
};

function deploy(view: View): Step {
  const { operation, truth, member, now } = view;
  if (!operation.pins || !truth.identity) return { waitSeconds: 2 };
  return {
    act: {
      do: "deployInstance",
      deployment: instanceDeployment(member.key, operation.id),
      generation: operation.id,
      gate: gateOf(operation),
      pins: operation.pins,
      identity: truth.identity,
      owner: { objectId: member.objectId, name: member.name, loginRole: member.loginRole },
    },
    againInSeconds: firstLook(view),
    phase: "deploying",
    notes: { deployed: now.toISOString(), made: "", gated: "", gone: "", vmGoes: "" },
    instance: {
      state: "deploying",
      seenAt: now.toISOString(),
      generation: operation.id,
      bornAt: operation.startedAt,
      size: operation.pins.size,
      // The template replaces the network rules, and the new OpenClaw has no configuration yet.
      access: [],
      networkPolicy: undefined,
      configured: undefined,
    },
  };
}

/** Every this many looks, the deployment itself is read: only it says that it has ended. */
const deploymentEach = 4;

/**
 * Follows a running deployment with one call a look: its operations until the VM is made, then the gate on the VM. Undefined: it may have
 * ended.
 */
function stillBuilding(view: View): Step | undefined {
  const { operation, truth, now } = view;
  const { deployed, made, gated, paused, login } = operation.notes;
  // Known to have ended and about to start again.
  const isOver = gated || paused || login === "removed";
  if (!deployed || isOver) return undefined;
  const at = operation.phase === "checking" ? "checking" : "booting";
  const wait = {
    waitSeconds: made ? nextLook(view, at, handlerSeconds) : nextLook(view, "deploying"),
    refusal: operation.refusal,
  };
  if (operation.looks % deploymentEach === 0) return truth.deployment?.state === "running" ? wait : undefined;
  const seenAt = now.toISOString();
  const booting = { state: "booting", seenAt } as const;
  if (!made) {
    const { building } = truth;
    if (!building || building.failed) return undefined;
    return building.vm
      ? { ...wait, phase: "booting", notes: { made: seenAt }, instance: booting }
      : { ...wait, phase: "deploying", instance: { state: "deploying", seenAt } };
  }
  if (gateEnd(view)) return undefined;
  const phase = stepIn(truth.run?.output ?? "") === "checking" ? "checking" : "booting";
  return { ...wait, phase, instance: booting };
}

/** Deletes the gate's run command once the gate has ended. */
const heard = (view: View, step: Step): Step =>
  clearing(step, ...(gateEnd(view) ? [gateOf(view.operation)] : []));

/** Azure reports success even if it could not start the gate: someone may have stopped or deleted the VM in the meantime. */
function built(view: View): Step {
  const { vm } = view.truth;
  if (!vm) return vanished(view);
  if (vm.provisioning === "deleting" || (vm.power !== "running" && !isOff(vm))) return { waitSeconds: 5 };
  if (isOff(vm))
    return {
      finish: "failed",
      fault: stoppedSince(view),
      instance: { ...ready(view).instance, state: "stopped" },
    };
  const fault = gateEnd(view)?.state === "failed" ? gateSays(view) : undefined;
  return fault ? failed(view, fault) : configured(view, ready(view));
}

const stoppedSince = ({ operation }: View): Fault => ({
  code: "StoppedSince",
  detail: "the VM was stopped while it was built",
  correlation: operation.id,
});

/** Cancelled by someone with rights in Azure: the bot itself cancels a deployment only to give it up. */
const canceledOutside = ({ operation }: View): Fault => ({
  code: "DeploymentCanceled",
  detail: "the deployment was cancelled in Azure",
  correlation: operation.id,
});

/** Deploying the same again continues where it failed. */
function unfinished(view: View, fault: Fault): Step {
  const part = view.truth.deployment?.failed;
  const why = part === "gate" ? gateSays(view) : undefined;
  if (why) return failed(view, why);
  const mending = part === "signIn" ? loginAgain(view) : undefined;
  if (mending) return mending;
  const tries = Number(view.operation.notes["again"] ?? 0);
  return onceMore(view, fault, deployAgain(view, { again: `${tries + 1}` })) ?? failed(view, fault);
}

/** The notes hold the number of the attempt, which is part of the gate's name. */
function deployAgain(view: View, notes: OperationRecord["notes"]): Step {
  const operation = { ...view.operation, notes: { ...view.operation.notes, ...notes } };
  const step = deploy({ ...view, operation });
  return { ...step, notes: { ...step.notes, ...notes } };
}

/**
 * The extension for sign-in usually fails because the package manager was busy (azure-linux-extensions, issue 1318).
 * Another deployment does not repair a failed one, so it is removed from the VM and installed again.
 */
function loginAgain(view: View): Step | undefined {
  const { operation, truth } = view;
  const phase = "booting";
  if (truth.vm?.signIn && operation.notes["login"] !== "again")
    return { act: { do: "deleteEntraLogin" }, againInSeconds: 10, phase, notes: { login: "removed" } };
  return operation.notes["login"] === "removed" ? deployAgain(view, { login: "again" }) : undefined;
}
