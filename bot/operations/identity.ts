import { identityDeployment } from "../core/names.ts";
import type { Step, View } from "../core/operation.ts";

/**
 * What every VM needs before it exists: the member's secret, their identity, and its right to that secret.
 * Undefined when all of it is there.
 */
export function identityNext({ truth, member, operation }: View): Step | undefined {
  const phase = "identity";
  if (!truth.secret) return { act: { do: "createSecret" }, againInSeconds: 1, phase };
  if (!truth.identity) {
    if (truth.deployment?.state === "running") return { waitSeconds: 2, phase };
    if (truth.deployment?.state === "failed")
      return { finish: "failed", fault: truth.deployment.fault, phase };
    const deployment = identityDeployment(member.key, operation.id);
    return { act: { do: "deployIdentity", deployment, ownerName: member.name }, againInSeconds: 2, phase };
  }
  if (!truth.secret.granted)
    return { act: { do: "grantSecret", principalId: truth.identity.principalId }, againInSeconds: 1, phase };
  return undefined;
}
