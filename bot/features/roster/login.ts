import { answered } from "../../cards/operationCards.ts";
import type { Operation } from "../../core/operation.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { lacksLogin } from "../../steps/running.ts";

/** Sets the role assignments on a VM to the login role of its owner: user, or administrator. */
export const login: Operation = {
  name: "login",
  exclusive: false,
  deadlineSeconds: 60 * 60,
  forLeavers: false,
  quiet: true,
  look: (_operation, { member }) => ({ rolesOf: member.objectId }),
  next(view) {
    const { truth, member, instance } = view;
    const phase = "logins";
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(login, view)) return { finish: "failed", fault: deadlinePassed(view) };
    // Nothing to change: the next build grants the role that the roster names then.
    if (!truth.vm) return { finish: "succeeded" };
    // The operation in progress may still grant the role that held when it started.
    if (instance.operation) return { waitSeconds: 10, phase };
    const logins = truth.roles?.logins ?? [];
    const others = logins.filter(({ role }) => role !== member.loginRole);
    if (others.length > 0)
      return { act: { do: "revoke", roles: others.map(({ id }) => id) }, againInSeconds: 1, phase };
    if (lacksLogin(logins, member))
      return { act: { do: "grantLogins", owner: member }, againInSeconds: 2, phase };
    return { finish: "succeeded" };
  },
  card: (view) => {
    const { name, loginRole } = view.member;
    return answered(view, {
      running: `Making ${name} ${loginRole} on their VM.`,
      succeeded: `${name} is ${loginRole} on their VM from their next login on.`,
      failed: `${name} is ${loginRole} on the roster, but not on their VM yet. Type the same command again.`,
    });
  },
};
