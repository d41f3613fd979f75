import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/*
 * How runs end on Azure's run command handler for Linux, as two lists of cases. Those in `../shared/samples/run-command`, where that folder
 * is, were recorded from Microsoft's program; what is to be read from each stands here, from its README and from what each script does, not
 * from what our code makes of it. Ten more, in our own words, are for every machine.
 */

export interface Ended {
  readonly state: "succeeded" | "failed" | "unknown";
  readonly exitCode: number;
  /** The code of the fault, where the script was the gate of a build. */
  readonly reason?: string;
  /** A part of the only words that say why, where the handler could not start the script. */
  readonly refusal?: string;
}

const well: Ended = { state: "succeeded", exitCode: 0 };
const badly = (exitCode: number, reason = "RunCommandFailed"): Ended => ({
  state: "failed",
  exitCode,
  reason,
});

/** By the case's name: how the last run that the handler started has ended. */
export const expected: Readonly<Record<string, Ended>> = {
  "again-higher": well,
  // The second number was not higher, so that nothing ran and nothing was written.
  "again-lower": well,
  "again-same": well,
  "again-while-running": well,
  "bad-bytes": well,
  // 128 and the signal: the shell's word for a child that was killed.
  "child-killed-treat": badly(137),
  // No such interpreter as `/bin/sh\r`.
  crlf: badly(127),
  "delete-ended": well,
  "delete-running": well,
  "delete-then-same-number": well,
  "exit1-no-output": badly(1),
  "exit10-treat": badly(10, "FirstBootFailed"),
  exit10: badly(10, "FirstBootFailed"),
  "exit11-treat": badly(11, "HomeDiskMissing"),
  "exit12-treat": badly(12, "GatewaySilent"),
  "exit13-treat": badly(13, "InstallFailed"),
  "exit14-async-treat": badly(14, "KeyVaultRefused"),
  "exit14-async": badly(14, "KeyVaultRefused"),
  "exit14-says-other-code": badly(14, "KeyVaultRefused"),
  "exit14-treat": badly(14, "KeyVaultRefused"),
  exit14: badly(14, "KeyVaultRefused"),
  "exit15-treat": badly(15, "FirstBootSlow"),
  "exit16-treat": badly(16, "SecretNotJson"),
  "exit20-treat": badly(20),
  exit20: badly(20),
  "killed-9-treat": badly(-1),
  "killed-term": badly(-1),
  "long-async": well,
  "long-sync": well,
  "no-interpreter": badly(127),
  "no-script-treat": { ...badly(-202, "ScriptNotRun"), refusal: "'source.scriptUri' has to be specified" },
  "no-shebang": badly(3),
  "no-such-command": badly(127),
  "no-such-user-treat": { ...badly(-102, "ScriptNotRun"), refusal: "Looks like user does not exist" },
  "ok-async": well,
  "ok-sync-treat": well,
  "ok-sync": well,
  "over-4k-multibyte": well,
  "over-4k-stderr-exit10-treat": badly(10, "FirstBootFailed"),
  "over-4k": well,
  parameters: well,
  "ready-sh-10": badly(10, "FirstBootFailed"),
  "ready-sh-14": badly(14, "KeyVaultRefused"),
  "stderr-exit0": well,
  "stderr-exit1": badly(1),
  "stderr-json": well,
  // Failed and -1, never TimedOut.
  "timeout-async": badly(-1),
  "timeout-treat": badly(-1),
  timeout: badly(-1),
  "unicode-json": well,
  "updated-without-status": { state: "unknown", exitCode: 0 },
};

const view = z.object({
  executionState: z.string(),
  executionMessage: z.string(),
  output: z.string(),
  error: z.string(),
  exitCode: z.number(),
  startTime: z.string(),
  endTime: z.string(),
});
export type View = z.infer<typeof view>;
const write = z.object({
  moment: z.enum(["begin", "accepted", "running", "end"]),
  /** As NAME.NUMBER.status, and what is in it, in the order in which it was written. */
  file: z.string(),
  status: z.unknown(),
  instanceView: view,
});
const sample = z.object({
  case: z.string(),
  settings: z
    .object({
      source: z.object({ script: z.string() }).partial().optional(),
      asyncExecution: z.boolean().optional(),
      treatFailureAsDeploymentFailure: z.boolean().optional(),
      timeoutInSeconds: z.number().optional(),
      runAsUser: z.string().optional(),
    })
    .loose()
    .nullable(),
  steps: z.array(z.object({ agent: z.string(), statusWrites: z.array(write).default([]) })),
});
export type Sample = z.infer<typeof sample>;

const folder = resolve(import.meta.dirname, "../../shared/samples/run-command");
const here = existsSync(folder);
if (!here) console.log("skipped: ../shared/samples/run-command is not on this machine");

/** None where the folder is not. */
export const samples: readonly Sample[] = here
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => sample.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))))
  : [];

/** What was written last. */
export const lastOf = ({ steps }: Sample) => {
  const last = steps.flatMap(({ statusWrites }) => statusWrites).at(-1);
  if (!last) throw new Error("nothing was written");
  return last;
};

const times = { startTime: "2026-11-22T10:00:00Z", endTime: "2026-11-22T10:02:00Z" };
const done = (more: Partial<View>): View => ({
  executionState: "Succeeded",
  executionMessage: "Execution completed",
  output: "",
  error: "",
  exitCode: 0,
  ...times,
  ...more,
});
const failed = (exitCode: number, more: Partial<View> = {}): View =>
  done({
    executionState: "Failed",
    executionMessage: `Execution failed: failed to execute command: command terminated with exit status=${exitCode}`,
    exitCode,
    ...more,
  });
const keys = '{"ready":true,"keys":["OPENAI_API_KEY"]}\n';

/** In our own words: what the handler says, and what is to be read from it. `answer`: what the script has answered. */
export const own: Readonly<
  Record<string, { readonly view: View; readonly ended: Ended; readonly answer?: string }>
> = {
  "all is well": { view: done({ output: keys }), ended: well, answer: keys },
  "all is well, and something warns in JSON": {
    view: done({ output: keys, error: '{"ready":false,"keys":[]}\n' }),
    ended: well,
    answer: keys,
  },
  "the vault refuses": {
    view: failed(14, { output: '{"ready":false,"error":"key-vault"}\n' }),
    ended: badly(14, "KeyVaultRefused"),
  },
  "the vault refuses, and what was printed names other codes": {
    view: failed(14, {
      output: 'unit: exit code 12, exit status=13, {"exitCode":11}\n',
      error: '"exitCode": 10, failed with exit code 10\n',
    }),
    ended: badly(14, "KeyVaultRefused"),
  },
  "its time is up": { view: failed(-1, { output: '{"step":"booting"}\n' }), ended: badly(-1) },
  "a code that the check does not know": { view: failed(3), ended: badly(3) },
  "the end of a long output": {
    view: failed(10, { output: `\ufffd\ufffd${"€".repeat(1300)}\n{"ready":false,"error":"first-boot"}\n` }),
    ended: badly(10, "FirstBootFailed"),
  },
  "settings that can't be read": {
    view: failed(-202, { executionMessage: "Execution failed: failed to get configuration: there is none" }),
    ended: { ...badly(-202, "ScriptNotRun"), refusal: "there is none" },
  },
  "a user who is not there": {
    view: failed(-102, {
      executionMessage: "Execution failed: failed to execute command: unknown user nobody",
    }),
    ended: { ...badly(-102, "ScriptNotRun"), refusal: "unknown user nobody" },
  },
  "the handler was updated": {
    view: done({
      executionState: "Unknown",
      executionMessage: "unknown",
      output: "Unknown",
      error: "Unknown",
    }),
    ended: { state: "unknown", exitCode: 0 },
    answer: "",
  },
};
