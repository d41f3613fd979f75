import type { Resource } from "../state.ts";
import { strike, type World } from "../world.ts";
import type { Boot } from "./boot.ts";
import { type HelperAnswer, helperAnswer, keyStatus } from "./helpers.ts";

/** Text that a script prints, with its line ends, and when (simulated time, ms). */
export interface Printed {
  readonly at: number;
  readonly text: string;
}

/** What a script on a VM prints and when, and how it ends; computed when it starts. Simulated times, ms. */
export interface Run {
  readonly startedAt: number;
  endsAt: number;
  /** Below -1: from the handler, which could not start it. */
  exitCode: number;
  readonly output: readonly Printed[];
  readonly errors: readonly Printed[];
  /** Why the handler could not start it. */
  readonly refusal?: string;
  /** When an earlier run of the same name ends, whose clean-up deletes this one's folder. */
  readonly spoiledAt?: number;
  /** The handler is updated while it runs, and afterwards doesn't know its result. */
  readonly forgotten?: true;
}

/**
 * The result of a script, from the state of the VM. The scripts of `cloud-init` that the bot runs are recognized by their text: `ready.sh`,
 * which waits for the boot and the gateway, and the helpers. Any other runs for two seconds, prints nothing and exits with 0. The fault
 * `prints` can change any of them. A script that runs out of time is killed, which the handler reports as -1, like every kill.
 */
export function runScript(world: World, script: string, machine: Resource, timeoutSeconds: number): Run {
  const { now } = world;
  const run = told(world, script) ?? ordinary(world, script, machine);
  const limit = now + timeoutSeconds * 1000;
  const forgotten = strike(world, "handler-update") ? ({ forgotten: true } as const) : {};
  if (run.endsAt <= limit) return { ...run, ...forgotten };
  const until = (printed: readonly Printed[]) => printed.filter(({ at }) => at < limit);
  return {
    ...run,
    ...forgotten,
    endsAt: limit,
    exitCode: -1,
    output: until(run.output),
    errors: until(run.errors),
  };
}

const ordinary = (world: World, script: string, machine: Resource): Run =>
  script.includes("cloud-init status --wait")
    ? ready(world, machine)
    : plain(world.now, helperAnswer(world, script, machine) ?? { lines: [], exitCode: 0 });

/** What the fault `prints` makes a script with its target print, all at once. */
function told(world: World, script: string): Run | undefined {
  const { now } = world;
  const fault = strike(world, "prints", ({ target = "" }) => script.includes(target));
  if (!fault) return undefined;
  const { output = "", error = "", exitCode = 0, seconds = 2 } = fault;
  const printed = (text: string) => (text === "" ? [] : [{ at: now, text }]);
  return {
    startedAt: now,
    endsAt: now + seconds * 1000,
    exitCode,
    output: printed(output),
    errors: printed(error),
  };
}

function plain(now: number, { lines, exitCode, seconds = 2 }: HelperAnswer): Run {
  const endsAt = now + seconds * 1000;
  return {
    startedAt: now,
    endsAt,
    exitCode,
    output: lines.map((text) => ({ at: endsAt, text: `${text}\n` })),
    errors: [],
  };
}

function ready(world: World, machine: Resource): Run {
  const { now } = world;
  const boot = machine.hidden["boot"] as Boot;
  const start = { at: now, text: line({ step: "booting" }) };
  const ends = (at: number, exitCode: number, last: string, before: Run["output"] = []): Run => ({
    startedAt: now,
    endsAt: Math.max(now + 1000, at),
    exitCode,
    output: [start, ...before, { at: Math.max(now + 1000, at), text: last }],
    errors: [],
  });
  const warnings = boot.exitCode === 2 ? ["first-boot-recovered"] : [];
  // ready.sh gives cloud-init 900 seconds, then the gateway 100 tries of 3 seconds.
  const fails = (at: number, exitCode: number, error: string, detail: string, before?: Run["output"]): Run =>
    ends(at, exitCode, line({ ready: false, warnings, error, detail }), before);
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
  return ends(boot.gateway, 0, line({ ready: true, warnings, ...keyStatus(world, machine) }), checking);
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
