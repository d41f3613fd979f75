import { minuteMs } from "../../core/clock.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { isUnderWay, runOf } from "../../steps/ask.ts";
import { checkOrConfig } from "../../steps/configured.ts";
import { checkGateway } from "../../steps/gateway.ts";
import { overdue } from "../../steps/overdue.ts";
import {
  answering,
  answerSeconds,
  bootSeconds,
  givenUp,
  isAnswering,
  opening,
  rising,
} from "../../steps/running.ts";
import { nextLook } from "../../steps/waiting.ts";
import { connectCard } from "./connectCard.ts";

/** How long a new role may take to work (Microsoft Learn, "Troubleshoot Azure RBAC", 2026). */
const roleMinutes = 10;

/** Audits a repair. A check that finds everything right leaves no entry. */
const putRight = (step: Step): Step =>
  "act" in step ? { ...step, audit: "connected to their VM, which was started or repaired for that" } : step;

/** Checks that the command to sign in will work, starts the VM if needed, and then shows the command. */
export const connect: Operation = {
  name: "connect",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    rolesOf: member.objectId,
    run: checkOrConfig(operation, runOf(operation, "gateway")),
  }),
  next(view) {
    if (isAnswering(view)) return putRight(checked(view).ready);
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(connect, view)) return givenUp(view);
    const mending = isUnderWay(view) ? undefined : (rising(view) ?? opening(view) ?? signIn(view));
    if (!mending) return check(view);
    return putRight(mending);
  },
  card: connectCard,
};

/** The sign-in with Entra on the VM: sets it up once more if that failed. */
function signIn(view: View): Step | undefined {
  const { truth, operation, now } = view;
  const phase = "signIn";
  const { signIn = "failed" } = truth.vm ?? {};
  if (signIn === "installing") return { waitSeconds: nextLook(view, phase), phase };
  if (signIn === "ready") return undefined;
  if (!operation.notes["repaired"])
    return {
      act: { do: "repairSignIn", tag: operation.id },
      againInSeconds: 5,
      phase,
      notes: { repaired: now.toISOString() },
    };
  const fault = {
    code: "VMExtensionProvisioningError",
    detail: "the extension AADSSHLoginForLinux has failed twice",
    correlation: operation.id,
  };
  return { finish: "failed", fault };
}

/** Succeeds even if OpenClaw does not answer, so that its owner can sign in to find out why; fails if this operation started the VM. */
function checked(view: View): { ready: Step; degraded: Step } {
  const { ready, degraded } = answering(view);
  const notes = roleNotes(view);
  const finish = hasStarted(view) ? "failed" : "succeeded";
  return {
    ready: { ...ready, notes: { ...ready.notes, ...notes } },
    degraded: { ...degraded, notes, finish },
  };
}

const check = (view: View): Step =>
  checkGateway(view, hasStarted(view) ? bootSeconds : answerSeconds, () => checked(view));

const hasStarted = ({ operation }: View): boolean => operation.notes["started"] !== undefined;

/** When the right to sign in takes effect, if it may not have yet. */
function roleNotes({ truth, now }: View): Readonly<Record<string, string>> {
  const at = truth.roles?.logins.map((login) => Date.parse(login.at ?? "1970-01-01")) ?? [];
  const effective = Math.max(0, ...at) + roleMinutes * minuteMs;
  return effective > now.getTime() ? { roleBy: new Date(effective).toISOString() } : {};
}
