import { crowdedCard } from "../cards/botCards.ts";
import { AzureFault } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import { operationId } from "../core/names.ts";
import { hasEnded, operationOf } from "../core/runs.ts";
import type { Parts } from "../parts.ts";
import { acting } from "./hold.ts";
import { tellAdmins } from "./tell.ts";

/** Azure keeps 25 run commands on a VM; from this many on, the admins hear of it. */
const crowd = 20;

/** A VM's owner and place. */
interface Machine {
  readonly key: string;
  readonly instance: Instance;
}

/**
 * After an operation that ran a script on a VM: deletes the bot's run commands there that have ended and that nothing waits for, such
 * as those of an operation that was given up. Leaves running ones: their script would continue anyway and spoil a later run command
 * of the same name. If Azure refuses, nothing waits. `own`: the operation.
 */
export async function makeRoom(machine: Machine, own: string, parts: Parts): Promise<void> {
  const { key, instance } = machine;
  const names = await listed(machine, parts);
  if (!names) return;
  const left: string[] = [];
  for (const name of names) if (await isLeft(machine, name, own, parts)) left.push(name);
  // And the one that the next operation has run; this one's goes.
  const others = names.filter((name) => operationOf(name, instance.generation) !== own);
  const count = others.length - (await clearRuns(machine, left, parts)) + 1;
  if (count < crowd) return;
  // Once a day.
  const id = operationId(`run commands ${key} ${parts.clock.now().toISOString().slice(0, 10)}`);
  await tellAdmins(id, crowdedCard(key, instance.place, count), parts);
}

/**
 * Deletes what a finished operation left on a VM because the process died first: its queue message comes once more.
 */
export async function clearAfterwards(machine: Machine, own: string, parts: Parts): Promise<void> {
  const names = await listed(machine, parts);
  const left: string[] = [];
  for (const name of names ?? [])
    if (operationOf(name, machine.instance.generation) === own && (await isLeft(machine, name, "", parts)))
      left.push(name);
  await clearRuns(machine, left, parts);
}

const listed = (machine: Machine, parts: Parts) =>
  patiently("the run commands can't be listed", machine, parts, () =>
    parts.cloud.runs(machine.key, machine.instance.place),
  );

async function isLeft(machine: Machine, name: string, own: string, parts: Parts): Promise<boolean> {
  const { key, instance } = machine;
  const operation = operationOf(name, instance.generation);
  if (operation === undefined || operation === own) return false;
  if ((await parts.store.get(key, "op", operation))?.value.status === "running") return false;
  const truth = await patiently("a run command can't be looked at", machine, parts, () =>
    parts.cloud.look(key, instance.place, { parts: ["run"], run: name }),
  );
  return truth?.run !== undefined && hasEnded(truth.run, parts.clock.now());
}

/** Deletes run commands that have ended and returns how many. What Azure refuses is left to the next operation. */
export async function clearRuns(
  { key, instance: { place } }: Machine,
  runs: readonly string[],
  parts: Parts,
): Promise<number> {
  let gone = 0;
  for (const run of runs)
    await patiently("a run command can't be deleted", { key, run }, parts, async () => {
      await acting(key, place, { do: "deleteRun", run }, parts);
      gone += 1;
    });
  return gone;
}

/** Undefined if Azure refuses. */
async function patiently<T>(
  what: string,
  { key, ...more }: { readonly key: string; readonly run?: string },
  { log }: Parts,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    log.info(what, { member: key, run: more.run, code: error.code, detail: error.detail });
    return undefined;
  }
}
