import { connectCard } from "../core/cards/connectCard.ts";
import type { Operation, Step, View } from "../core/operation.ts";
import { checkGateway, gatewayRun } from "./gateway.ts";
import { overdue } from "./overdue.ts";
import { answering, answerSeconds, bootSeconds, givenUp, opening, rising } from "./start.ts";

/** How long a new role may take to work (Microsoft Learn, "Troubleshoot Azure RBAC", 2026). */
const roleMinutes = 10;

/** Makes sure that the command to log in will work, starting the VM if need be, and then hands it out. */
export const connect: Operation = {
  name: "connect",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  look: () => ({ parts: ["vm", "network", "logins", "signIn"], run: gatewayRun("connect") }),
  next(view) {
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(connect, view)) return givenUp(view);
    return rising(view) ?? opening(view) ?? signIn(view) ?? checked(view);
  },
  card: connectCard,
};

/** The sign-in with Entra on the VM: where it was not set up, that is tried once more. */
function signIn({ truth, operation, now }: View): Step | undefined {
  const phase = "signIn";
  if (truth.signIn === "installing") return { waitSeconds: 5, phase };
  if (truth.signIn !== "failed") return undefined;
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

/** One can log in where OpenClaw does not answer as well, to find out why; if it never did since the start, that has failed. */
function checked(view: View): Step {
  const started = view.operation.notes["started"] !== undefined;
  const ends = answering(view);
  const young = roleNote(view);
  return checkGateway(view, started ? bootSeconds : answerSeconds, {
    ready: { ...ends.ready, ...young },
    degraded: { ...ends.degraded, ...young, ...(started ? {} : { finish: "succeeded" }) },
  });
}

/** When the right to log in will have taken effect, if that may still be ahead. */
function roleNote({ truth, now }: View): Pick<Step, "notes"> {
  const effective = Date.parse(truth.loginsAt ?? "") + roleMinutes * 60_000;
  return effective > now.getTime() ? { notes: { roleBy: new Date(effective).toISOString() } } : {};
}
