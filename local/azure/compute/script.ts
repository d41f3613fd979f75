import type { Resource } from "../state.ts";
import type { World } from "../world.ts";
import { type HelperAnswer, helperAnswer, keyStatus } from "./helpers.ts";

/** What a script on a VM will have printed by when, and how it ends; worked out when it starts. */
export interface Run {
  readonly startedAt: number;
  endsAt: number;
  exitCode: number;
  timedOut: boolean;
  readonly lines: readonly { readonly at: number; readonly text: string }[];
  readonly error: string;
}

/** How the present boot of a VM goes; simulated times, ms. */
export interface Boot {
  /** When the VM began to run. */
  readonly since: number;
  /** When cloud-init is through. */
  readonly done: number;
  /** When the gateway answers. */
  readonly gateway: number;
  /** What cloud-init exits with: 0, 1 crash, 2 recovered; 11 to 14 and 16: what ready.sh finds missing or wrong; 124: it never ends. */
  readonly exitCode: number;
}

/**
 * The outcome of a script, from the state of the VM. Those of `cloud-init` that the bot runs are known by what they say: `ready.sh`,
 * which waits for the boot and the gateway, and the helpers. Any other runs for two seconds, prints nothing and exits with 0.
 */
export function runScript(world: World, script: string, machine: Resource, timeoutSeconds: number): Run {
  const { now } = world;
  const run = script.includes("cloud-init status --wait")
    ? ready(world, machine)
    : plain(now, helperAnswer(world, script, machine) ?? { lines: [], exitCode: 0 });
  const limit = now + timeoutSeconds * 1000;
  if (run.endsAt <= limit) return run;
  return {
    ...run,
    endsAt: limit,
    exitCode: -1,
    timedOut: true,
    lines: run.lines.filter((line) => line.at < limit),
  };
}

function plain(now: number, { lines, exitCode, seconds = 2 }: HelperAnswer): Run {
  const endsAt = now + seconds * 1000;
  return {
    startedAt: now,
    endsAt,
    exitCode,
    timedOut: false,
    lines: lines.map((text) => ({ at: endsAt, text })),
    error: "",
  };
}

function ready(world: World, machine: Resource): Run {
  const { now } = world;
  const boot = machine.hidden["boot"] as Boot;
  const start = { at: now, text: line({ step: "booting" }) };
  const ends = (at: number, exitCode: number, texts: readonly string[], before: Run["lines"] = []): Run => ({
    startedAt: now,
    endsAt: Math.max(now + 1000, at),
    exitCode,
    timedOut: false,
    lines: [start, ...before, ...texts.map((text) => ({ at: Math.max(now + 1000, at), text }))],
    error: "",
  });
  const warnings = boot.exitCode === 2 ? ["first-boot-recovered"] : [];
  // ready.sh gives cloud-init 900 seconds, then the gateway 100 tries of 3 seconds.
  const fails = (at: number, exitCode: number, error: string, detail: string, before?: Run["lines"]): Run =>
    ends(at, exitCode, [line({ ready: false, warnings, error, detail })], before);
  if (boot.exitCode === 124) return fails(now + 900_000, 15, "first-boot-slow", "status: running");
  if (boot.exitCode === 1) return fails(boot.done, 10, "first-boot", "status: error");
  if (boot.exitCode === 11) return fails(boot.done, 11, "home-disk", "");
  if (boot.exitCode === 13) return fails(boot.done, 13, "checksum", "status: error");
  const booted = Math.max(now, boot.done);
  const checking = [{ at: booted, text: line({ step: "checking" }) }];
  if (boot.exitCode === 12)
    return fails(booted + 300_000, 12, "gateway", "openclaw.service: failed", checking);
  if (boot.exitCode === 14)
    return fails(booted + 300_000, 14, "key-vault", "openclaw.service: inactive", checking);
  if (boot.exitCode === 16)
    return fails(booted + 300_000, 16, "secret-not-json", "openclaw.service: inactive", checking);
  return ends(boot.gateway, 0, [line({ ready: true, warnings, ...keyStatus(world, machine) })], checking);
}

const line = (value: object): string => JSON.stringify(value);

/** The last 4 KB of what it has printed so far. */
export const outputOf = (run: Run, now: number) =>
  run.lines
    .filter((line) => line.at <= now)
    .map((line) => `${line.text}\n`)
    .join("")
    .slice(-4096);
