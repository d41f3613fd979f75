import { iso } from "../world.ts";
import type { Printed, Run } from "./script.ts";

/**
 * What Azure's run command handler for Linux writes about a run (Azure/run-command-handler-linux 1.3.28, commands `enable` and
 * `disable`, 2026), word for word. What Azure's own side makes of it is elsewhere.
 */
export interface InstanceView {
  readonly executionState: "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly executionMessage: string;
  readonly output: string;
  readonly error: string;
  /** 0 while it runs. */
  readonly exitCode: number;
  readonly startTime: string;
  /** Empty while it runs. */
  readonly endTime: string;
}

/** `success` means that there was a run, whatever its result; `error` fails a deployment. */
export interface Status {
  readonly status: "transitioning" | "success" | "error";
  readonly view: InstanceView;
}

interface Settings {
  readonly asyncExecution?: unknown;
  readonly treatFailureAsDeploymentFailure?: unknown;
}

const partialMs = 15_000;
const mostBytes = 4096;
/** Its exit code if it can't read its settings. */
const unreadable = -202;

/** The last status that the handler wrote before this time. */
export function statusAt(run: Run, settings: Settings, now: number): Status {
  const view = viewAt(run, now);
  if (run.endsAt > now)
    return { status: settings.asyncExecution === true ? "success" : "transitioning", view };
  const fails = settings.treatFailureAsDeploymentFailure === true && run.exitCode !== 0;
  // The handler reads the settings again at the end: if it can't, nothing says that a failure counts.
  const known = run.exitCode !== unreadable && !isSpoiled(run, run.endsAt);
  return { status: fails && known ? "error" : "success", view };
}

export function viewAt(run: Run, now: number): InstanceView {
  if (run.endsAt > now)
    return {
      executionState: "Running",
      executionMessage: "Execution in progress",
      ...printedBy(run, run.startedAt + Math.floor((now - run.startedAt) / partialMs) * partialMs),
      exitCode: 0,
      startTime: time(run.startedAt),
      endTime: "",
    };
  if (run.forgotten)
    return {
      executionState: "Unknown",
      executionMessage:
        "The script has been executed. However, the instanceView's execution state, output, error are unknown.",
      output: "Unknown",
      error: "Unknown",
      exitCode: 0,
      startTime: time(run.endsAt),
      endTime: time(run.endsAt),
    };
  return {
    ...endOf(run),
    ...printedBy(run, run.endsAt),
    exitCode: run.exitCode,
    startTime: time(run.startedAt),
    endTime: time(run.endsAt),
  };
}

function endOf({ exitCode, refusal }: Run): Pick<InstanceView, "executionState" | "executionMessage"> {
  if (exitCode === 0) return { executionState: "Succeeded", executionMessage: "Execution completed" };
  const reason = refusal ?? `failed to execute command: command terminated with exit status=${exitCode}`;
  return { executionState: "Failed", executionMessage: `Execution failed: ${reason}` };
}

const isSpoiled = ({ spoiledAt }: Run, at: number) => spoiledAt !== undefined && spoiledAt <= at;

/** The handler reads nothing in the first 15 seconds, and nothing once the folder is deleted. */
function printedBy(run: Run, at: number): Pick<InstanceView, "output" | "error"> {
  if (at === run.startedAt || isSpoiled(run, at)) return { output: "", error: "" };
  return { output: tail(run.output, at), error: tail(run.errors, at) };
}

/** The last 4,096 bytes; a truncated character becomes one � for each of its remaining bytes. */
function tail(printed: readonly Printed[], at: number): string {
  const text = printed
    .filter((part) => part.at <= at)
    .map((part) => part.text)
    .join("");
  return Buffer.from(text).subarray(-mostBytes).toString();
}

const time = (ms: number) => iso(ms).replace(/\.\d+Z$/, "Z");

/** The view as text, as Go writes JSON. */
export const messageOf = (view: InstanceView): string =>
  JSON.stringify(view).replaceAll(
    /[<>&\u2028\u2029\ufffd]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The status file that the VM's agent reads. */
export const statusFile = (name: string, { status, view }: Status, at: number) => [
  {
    version: 1,
    timestampUTC: time(at),
    status: {
      name,
      operation: "Enable",
      status,
      formattedMessage: { lang: "en", message: messageOf(view) },
    },
  },
];
