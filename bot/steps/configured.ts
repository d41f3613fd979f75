import type { Fault } from "../core/errors.ts";
import type { OperationRecord, Step, View } from "../core/operation.ts";
import { clearing, runOf } from "./ask.ts";
import { hasSaid, hear, type Script } from "./script.ts";
import { unconfiguredCard } from "./unconfiguredCard.ts";
import { appliedIn } from "./vmAnswers.ts";

/** Whether OpenClaw has answered, so that only its configuration is left. */
export const hasAnswered = (operation: OperationRecord): boolean => operation.notes["answered"] !== undefined;

/** The run command to look at: the check's, or the configuration's once OpenClaw has answered. */
export const checkOrConfig = (operation: OperationRecord, check: string): string =>
  hasAnswered(operation) ? runOf(operation, "apply-config") : check;

/** Applies the team's changes on a VM, or only tries others. */
export const applying = (view: View): Script => ({
  script: "apply-config",
  input() {
    const { dryRun } = view.operation.input;
    const config = view.config?.();
    const overrides = dryRun ?? config?.overrides ?? "{}";
    return {
      PATCH: btoa(String.fromCharCode(...new TextEncoder().encode(overrides))),
      HASH: config?.hash ?? "",
      ...(dryRun === undefined ? {} : { DRY_RUN: "yes" }),
    };
  },
  seconds: 240,
});

/**
 * Applies the team configuration to an OpenClaw that has just started to answer, if it has another, and then ends as `ready` says.
 * If that fails, the instance is ready anyway, with the configuration it had, and the admins get a message.
 */
export function configured(view: View, ready: Step): Step {
  const { instance, operation, now } = view;
  // The configuration on a kept home disk is unknown to a new instance.
  const has = ready.instance?.generation === operation.id ? undefined : instance.configured;
  if (!hasAnswered(operation)) {
    const config = view.config?.();
    if (!config || config.hash === has) return ready;
    const { keys } = ready.instance ?? {};
    return {
      waitSeconds: 0,
      phase: "configuring",
      notes: { answered: now.toISOString() },
      instance: keys && { keys },
    };
  }
  const heard = hear(view, applying(view));
  if (hasSaid(heard)) {
    const { applied, hash, reason } = appliedIn(heard.output);
    const step =
      applied && hash
        ? { ...ready, instance: { ...ready.instance, configured: hash } }
        : without(view, ready, { code: "ConfigurationRefused", detail: reason, correlation: operation.id });
    return clearing(step, runOf(operation, "apply-config"));
  }
  if ("finish" in heard) return clearing(without(view, ready, heard.fault), ...(heard.clear ?? []));
  return view.elapsedSeconds > mostSeconds
    ? without(view, ready, undefined)
    : { ...heard, phase: "configuring" };
}

/** Longer than any operation that includes this. */
const mostSeconds = 45 * 60;

const without = ({ member, operation }: View, ready: Step, fault: Fault | undefined): Step => ({
  ...ready,
  tellAdmins: unconfiguredCard(
    member,
    fault ?? { code: "DeadlinePassed", detail: "the script did not end", correlation: operation.id },
  ),
});
