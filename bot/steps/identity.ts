import { identityDeployment } from "../core/names.ts";
import type { Step, View } from "../core/operation.ts";
import { onceMore } from "./again.ts";

/**
 * What every VM needs before it exists: the member's secret, their identity, and its right to that secret.
 * Undefined when all of it is there.
 */
export function identityNext(view: View): Step | undefined {
  const { truth, member, operation } = view;
  const phase = "identity";
  // Begun by this operation already: that alone tells whether it goes on.
  if (operation.notes["identity"] && truth.deployment?.state === "running")
    return { waitSeconds: 2, phase, refusal: operation.refusal };
  if (!truth.secret) return { act: { do: "createSecret" }, againInSeconds: 1, phase };
  if (!truth.identity) {
    if (truth.deployment?.state === "running") return { waitSeconds: 2, phase, refusal: operation.refusal };
    const deployment = identityDeployment(member.key, operation.id);
    const deploy = {
      act: { do: "deployIdentity", deployment, ownerName: member.name },
      againInSeconds: 2,
      phase,
      notes: { identity: "deployed" },
    } as const;
    if (truth.deployment?.state !== "failed") return deploy;
    const { fault } = truth.deployment;
    return (fault && onceMore(view, fault, deploy)) ?? { finish: "failed", fault, phase };
  }
  if (!truth.secret.granted)
    return { act: { do: "grantSecret", principalId: truth.identity.principalId }, againInSeconds: 1, phase };
  return undefined;
}
