import { type RunTruth, type ScriptName, scriptNames } from "./cloud.ts";
import { operationNames } from "./operation.ts";

/** What an operation runs on a VM. `ready` is the readiness check of a build, `gateway` the same check later. */
export type RunKind = "ready" | "gateway" | "sessions" | ScriptName;
const kinds: readonly RunKind[] = ["ready", "gateway", "sessions", ...scriptNames];

/** A run command's name. Neither two operations nor two attempts of one share a name. */
export const runName = (kind: RunKind, operation: string, attempt = 0): string =>
  `${kind}-${operation}${attempt > 0 ? `-${attempt}` : ""}`;

const ours = /^([a-z-]+)-([a-z2-7]{12})(?:-\d+)?$/;
/** The names in earlier versions of the bot, which reused each of them. */
const former = new Set<string>([
  "ready",
  "sessions",
  "quiesce",
  ...operationNames.flatMap((name) => ["gateway", ...scriptNames].map((kind) => `${kind}-${name}`)),
]);

/**
 * The operation that created this run command on a VM. "nobody": an earlier version of the bot did, and nothing waits for it.
 * Undefined: someone else did. `generation`: the operation that built the VM.
 */
export function operationOf(run: string, generation: string | undefined): string | undefined {
  const [, kind, operation] = ours.exec(run) ?? [];
  if (operation !== undefined && kinds.some((known) => known === kind)) return operation;
  if (!former.has(run)) return undefined;
  return (run === "ready" ? generation : undefined) ?? "nobody";
}

/** How long a run command may take to start, beyond the time allowed for its script. */
export const graceSeconds = 600;

/** Whether its script has ended: it says so, or its time ended long ago, as when the VM was stopped underneath it. */
export const hasEnded = (run: RunTruth, now: Date): boolean =>
  (run.state !== "pending" && run.state !== "running") || Date.parse(run.until ?? "") < now.getTime();
