import { type RunTruth, type ScriptName, scriptNames } from "./cloud.ts";
import { operationNames } from "./operation.ts";

/** What an operation has run on a VM. `ready` is the gate of a build, `gateway` the same question later on. */
export type RunKind = "ready" | "gateway" | "sessions" | ScriptName;
const kinds: readonly RunKind[] = ["ready", "gateway", "sessions", ...scriptNames];

/** A run command's name: no two operations share one, nor do two attempts of one operation. */
export const runName = (kind: RunKind, operation: string, attempt = 0): string =>
  `${kind}-${operation}${attempt > 0 ? `-${attempt}` : ""}`;

const ours = /^([a-z-]+)-([a-z2-7]{12})(?:-\d+)?$/;
/** As earlier versions of the bot named them; each was used again and again. */
const former = new Set<string>([
  "ready",
  "sessions",
  "quiesce",
  ...operationNames.flatMap((name) => ["gateway", ...scriptNames].map((kind) => `${kind}-${name}`)),
]);

/**
 * The operation that had this run command put on a VM. "nobody": an earlier version of the bot did, and none waits for it any more.
 * Undefined: somebody else did. `generation`: the operation that has built the VM.
 */
export function operationOf(run: string, generation: string | undefined): string | undefined {
  const [, kind, operation] = ours.exec(run) ?? [];
  if (operation !== undefined && kinds.some((known) => known === kind)) return operation;
  if (!former.has(run)) return undefined;
  return (run === "ready" ? generation : undefined) ?? "nobody";
}

/** How long a run command may take to begin, beyond the time that its script is given. */
export const graceSeconds = 600;

/** Whether its script has ended: it says so, or its time was over long ago, as where the VM was stopped under it. */
export const hasEnded = (run: RunTruth, now: Date): boolean =>
  (run.state !== "pending" && run.state !== "running") || Date.parse(run.until ?? "") < now.getTime();
