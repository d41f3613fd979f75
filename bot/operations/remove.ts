import { leaverCard } from "../core/cards/leaverCard.ts";
import { answered } from "../core/cards/operationCards.ts";
import { instanceDeployment } from "../core/names.ts";
import type { Operation } from "../core/operation.ts";

/**
 * Takes away what somebody who left the roster could still use: the running VM (which ends their sessions),
 * the network, the roles. It is never given up: each look tries again.
 */
export const remove: Operation = {
  name: "remove",
  exclusive: true,
  deadlineSeconds: Number.POSITIVE_INFINITY,
  forLeavers: true,
  quiet: true,
  look: (operation, { member }) => ({
    parts: ["vm", "network", "disks", "logins"],
    deployment: operation.input.supersedes && instanceDeployment(member.key, operation.input.supersedes),
  }),
  next(view) {
    const { truth, operation, instance, now, member, settings } = view;
    const seenAt = now.toISOString();
    if (view.fault)
      return {
        waitSeconds: 60,
        phase: "blocked",
        notes: { blocked: view.fault.code },
        instance: { fault: view.fault },
      };
    const phase = "removing";
    // A build that goes on would grant the roles again.
    if (truth.deployment?.state === "running") {
      if (operation.notes["cancelSent"]) return { waitSeconds: 3, phase };
      return {
        act: { do: "cancelDeployment", deployment: truth.deployment.name },
        againInSeconds: 1,
        phase,
        notes: { cancelSent: seenAt },
      };
    }
    const power = truth.vm?.power;
    const cut = operation.notes["cut"];
    // A VM that Azure is still making or changing refuses to be deallocated: close the network and roles first then.
    if (
      !cut &&
      truth.vm &&
      power !== "deallocated" &&
      power !== "deallocating" &&
      truth.vm.provisioning !== "deleting"
    )
      return { act: { do: "deallocate" }, againInSeconds: 1, phase, notes: { cut: seenAt } };
    if ((truth.networkSecurityGroup?.sshFrom.length ?? 0) > 0)
      return { act: { do: "allowSsh", from: [] }, againInSeconds: 1, phase, instance: { access: [] } };
    if ((truth.logins?.length ?? 0) > 0) return { act: { do: "revokeLogins" }, againInSeconds: 1, phase };
    if (truth.vm && power !== "deallocated") {
      if (power === "deallocating") return { waitSeconds: 3, phase };
      return { act: { do: "deallocate" }, againInSeconds: 5, phase };
    }
    const left = truth.vm ?? truth.homeDisk;
    return {
      finish: "succeeded",
      phase: "removed",
      instance: {
        state: truth.vm ? "stopped" : "absent",
        seenAt,
        access: [],
        ...(truth.vm ? {} : { generation: undefined }),
      },
      tellAdmins: left ? leaverCard(member, instance, truth, settings, now) : undefined,
    };
  },
  card: (view) =>
    answered(view, {
      running: `${view.member.name} is off the roster. Closing their access now.`,
      succeeded: `${view.member.name} is off the roster: stopped, closed, and their roles revoked.`,
      failed: `${view.member.name} is off the roster, but Azure refuses to close their access.`,
    }),
};
