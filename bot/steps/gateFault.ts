import type { RunTruth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import { gateSaid } from "./vmAnswers.ts";

/** What `cloud-init/ready.sh` found, by exit code. */
const reasons: Readonly<Record<number, string>> = {
  10: "FirstBootFailed",
  11: "HomeDiskMissing",
  12: "GatewaySilent",
  13: "InstallFailed",
  14: "KeyVaultRefused",
  15: "FirstBootSlow",
  16: "SecretNotJson",
};

/**
 * Why a VM is not ready, from the result of the readiness check. `otherwise`: the code if the result says nothing. Of the VM's output, only
 * our own words are passed on: admins read this, and the rest may contain a secret.
 */
export function gateFault(
  { exitCode, output, refusal }: Pick<RunTruth, "exitCode" | "output" | "refusal">,
  otherwise: string,
  correlation: string,
): Fault {
  if (refusal !== undefined) return notRun(refusal, correlation);
  const said = gateSaid(output) || "the readiness check failed";
  return {
    code: reasons[exitCode ?? 0] ?? otherwise,
    detail: exitCode === undefined ? said : `${said} (exit code ${exitCode})`,
    correlation,
  };
}

/** A script that Azure's handler on the VM could not start. */
export const notRun = (refusal: string, correlation: string): Fault => ({
  code: "ScriptNotRun",
  detail: refusal,
  correlation,
});
