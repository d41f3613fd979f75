import type { Fault } from "../../core/errors.ts";
import { identityDeployment, instanceDeployment } from "../../core/names.ts";
import type { Operation, OperationRecord, Progress, Step, View } from "../../core/operation.ts";
import { onceMore } from "../../steps/again.ts";
import { clearing, runOf } from "../../steps/ask.ts";
import { checkOrConfig, configured } from "../../steps/configured.ts";
import { gateEnd, gateOf, gateSays } from "../../steps/gate.ts";
import { overdue, patience, tookTooLong } from "../../steps/overdue.ts";
import { isAnswering } from "../../steps/running.ts";
import { asItWas } from "../../steps/snapshot.ts";
import { stepIn } from "../../steps/vmAnswers.ts";
import { failed, ready } from "./buildEnds.ts";
import { giveUp } from "./giveUpBuild.ts";
import { isUntouched, prepare } from "./prepareBuild.ts";
import { requestCard } from "./requestCard.ts";

/** Builds an instance, from nothing or over what an earlier try has left. */
export const request: Operation = {
  name: "request",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    parts: [
      ...(["vm", "network", "disks", "identity", "secret"] as const),
      // From which one the home disk is made is decided once.
      ...(operation.pins ? [] : (["snapshots"] as const)),
    ],
    loginsOf: member.objectId,
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
    const missing = operation.pins && truth.deployment ? undefined : prepare(view);
    if (missing) return missing;
    switch (truth.deployment?.state) {
      case undefined:
        return deploy(view);
      case "running":
        return {
          waitSeconds: patience(view),
          watch: truth.vm?.power === "running" ? ["run", "deployment", "vm"] : ["vm", "deployment"],
          ...building(view),
          refusal: operation.refusal,
        };
      case "succeeded":
        return heard(view, built(view));
      case "failed":
      case "canceled":
        return heard(view, unfinished(view, truth.deployment.fault ?? tookTooLong(view)));
    }
  },
  card: requestCard,
};

function deploy({ operation, truth, member, now }: View): Step {
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
    againInSeconds: 2,
    phase: "deploying",
    instance: {
      state: "deploying",
      seenAt: now.toISOString(),
      generation: operation.id,
      size: operation.pins.size,
      // The template's rules take the place of those that were, and a new OpenClaw that of the old one.
      access: [],
      networkPolicy: undefined,
      configured: undefined,
    },
  };
}

function building({ truth, now }: View): Progress {
  const phase =
    stepIn(truth.run?.output ?? "") === "checking"
      ? "checking"
      : truth.vm?.power === "running"
        ? "booting"
        : "deploying";
  return {
    phase,
    instance: { state: phase === "deploying" ? "deploying" : "booting", seenAt: now.toISOString() },
  };
}

/** The gate has ended, and its run command goes. */
const heard = (view: View, step: Step): Step =>
  clearing(step, ...(gateEnd(view) ? [gateOf(view.operation)] : []));

/** Azure calls a build a success whose gate it could not begin. */
function built(view: View): Step {
  const fault = gateEnd(view)?.state === "failed" ? gateSays(view) : undefined;
  return fault ? failed(view, fault) : configured(view, ready(view));
}

/** The same deployment again goes on where it failed. */
function unfinished(view: View, fault: Fault): Step {
  const part = view.truth.deployment?.failed;
  const why = part === "gate" ? gateSays(view) : undefined;
  if (why) return failed(view, why);
  const mending = part === "signIn" ? loginAgain(view) : undefined;
  if (mending) return mending;
  const tries = Number(view.operation.notes["again"] ?? 0);
  return onceMore(view, fault, deployAgain(view, { again: `${tries + 1}` })) ?? failed(view, fault);
}

/** The notes say which attempt this is, and with that the gate's name. */
function deployAgain(view: View, notes: OperationRecord["notes"]): Step {
  const operation = { ...view.operation, notes: { ...view.operation.notes, ...notes } };
  return { ...deploy({ ...view, operation }), notes };
}

/**
 * The extension for sign-in most often fails because the package manager was busy (azure-linux-extensions, issue 1318).
 * One that has failed stays so, whatever is deployed; so it is taken off the VM, and installed once more.
 */
function loginAgain(view: View): Step | undefined {
  const { operation, truth } = view;
  const phase = "booting";
  if (truth.vm?.entraLogin && operation.notes["login"] !== "again")
    return { act: { do: "deleteEntraLogin" }, againInSeconds: 10, phase, notes: { login: "removed" } };
  return operation.notes["login"] === "removed" ? deployAgain(view, { login: "again" }) : undefined;
}
