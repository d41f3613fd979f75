import { identityDeployment } from "../core/names.ts";
import type { Step, View } from "../core/operation.ts";
import { onceMore } from "./again.ts";
import { straySeconds } from "./overdue.ts";
import { firstLook, nextLook } from "./waiting.ts";

/**
 * Creates what every VM needs before it exists: the member's secret, their identity, and its right to that secret.
 * Undefined when all of it exists.
 */
export function identityNext(view: View): Step | undefined {
  const { truth, member, operation } = view;
  const phase = "identity";
  // This operation already started the deployment: only that tells whether it still runs.
  if (operation.notes["identity"] === "deployed" && truth.deployment?.state === "running")
    return { waitSeconds: nextLook(view, phase), phase, refusal: operation.refusal };
  if (!truth.secret) return { act: { do: "createSecret" }, againInSeconds: 1, phase };
  if (!truth.identity) {
    if (truth.deployment?.state === "running")
      return { waitSeconds: nextLook(view, phase), phase, refusal: operation.refusal };
    // Resource Manager knows the identity before Entra does, and may rely on an old answer that it does not exist.
    if (truth.deployment?.state === "succeeded") {
      const slow = view.elapsedSeconds > straySeconds;
      const refusal = {
        code: "PrincipalNotFound",
        detail: "the identity does not show in Azure",
        correlation: operation.id,
      };
      return slow ? { finish: "failed", fault: refusal, phase } : { waitSeconds: 10, phase, refusal };
    }
    const deployment = identityDeployment(member.key, operation.id);
    const deploy = {
      act: { do: "deployIdentity", deployment, ownerName: member.name },
      againInSeconds: firstLook(view),
      phase,
      notes: { identity: "deployed" },
    } as const;
    if (truth.deployment?.state !== "failed") return deploy;
    const { fault } = truth.deployment;
    return (fault && onceMore(view, fault, deploy)) ?? { finish: "failed", fault, phase };
  }
  if (!truth.secret.granted)
    return {
      act: { do: "grantSecret", principalId: truth.identity.principalId },
      againInSeconds: 1,
      phase,
      notes: { identity: "made" },
    };
  return undefined;
}
