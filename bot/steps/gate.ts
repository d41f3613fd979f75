import type { RunTruth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import type { OperationRecord, View } from "../core/operation.ts";
import { gateFault } from "./gateFault.ts";

/** How often a build was begun once more. */
const attempt = ({ notes }: OperationRecord): number =>
  Number(notes["again"] ?? 0) + (notes["login"] === "again" ? 1 : 0);

/**
 * The run command in the template that waits until OpenClaw answers. Another one for each attempt: that of the last may still run, and what
 * has run under a name does not run again.
 */
export function gateOf(operation: OperationRecord): string {
  const first = operation.pins?.gate;
  // Pinned by an earlier version of the bot, whose template named it so.
  if (first === undefined) return "ready";
  return attempt(operation) > 0 ? `${first}-${attempt(operation)}` : first;
}

/** The gate of this attempt, once it has ended. */
export function gateEnd({ operation, truth: { run } }: View): RunTruth | undefined {
  if (run?.name !== gateOf(operation) || run.state === "pending" || run.state === "running") return undefined;
  return run;
}

/** Why OpenClaw does not answer, where it was the gate that failed. Undefined: it was never begun, and Azure says why. */
export function gateSays(view: View): Fault | undefined {
  const { deployment } = view.truth;
  const { code = "", correlation = view.operation.id } = deployment?.fault ?? {};
  const end = gateEnd(view);
  if (end && end.state !== "succeeded") return gateFault(end, "RunCommandFailed", correlation);
  if (deployment?.exitCode === undefined && !code.startsWith("VM")) return undefined;
  return gateFault({ exitCode: deployment?.exitCode, output: "" }, "RunCommandFailed", correlation);
}
