import type { RunTruth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import type { OperationRecord, View } from "../core/operation.ts";
import { gateFault } from "./gateFault.ts";

/** How often a build was started again. */
const attempt = ({ notes }: OperationRecord): number =>
  Number(notes["again"] ?? 0) + (notes["login"] === "again" ? 1 : 0);

/**
 * The run command in the template that waits until OpenClaw answers. Each attempt has its own name: the last one's may still run, and Azure
 * runs nothing twice under one name.
 */
export function gateOf(operation: OperationRecord): string {
  const first = operation.pins?.gate;
  // Pinned by an earlier version of the bot, whose template used this name.
  if (first === undefined) return "ready";
  return attempt(operation) > 0 ? `${first}-${attempt(operation)}` : first;
}

/** The gate of this attempt, once it has ended. */
export function gateEnd({ operation, truth: { run } }: View): RunTruth | undefined {
  if (run?.name !== gateOf(operation) || run.state === "pending" || run.state === "running") return undefined;
  return run;
}

/** Why OpenClaw does not answer, if the gate failed. Undefined: the gate never started, and Azure says why. */
export function gateSays(view: View): Fault | undefined {
  const { deployment } = view.truth;
  const { code = "", correlation = view.operation.id } = deployment?.fault ?? {};
  const end = gateEnd(view);
  if (end && end.state !== "succeeded") return gateFault(end, "RunCommandFailed", correlation);
  if (deployment?.exitCode === undefined && !code.startsWith("VM")) return undefined;
  return gateFault({ exitCode: deployment?.exitCode, output: "" }, "RunCommandFailed", correlation);
}
