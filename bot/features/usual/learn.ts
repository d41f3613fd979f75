import { Conflict } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { botPartition } from "../../core/names.ts";
import type { OperationRecord } from "../../core/operation.ts";
import { enter } from "../../engine/outbox.ts";
import type { Known, Parts } from "../../parts.ts";
import { mostSamples, usualOf, usualSeconds } from "../../steps/usual.ts";

/** How long an operation of this kind usually takes on a VM of this size. Read once, when it starts. */
export async function knownTimes(
  { name, input, usual }: OperationRecord,
  { size }: Instance,
  { store, settings }: Parts,
): Promise<Known> {
  if (usual) return {};
  const of = `${name}-${input.size ?? size ?? settings.size}`;
  const samples = (await store.get(botPartition, "usual", of))?.value.seconds ?? {};
  const phases = Object.keys(usualSeconds).flatMap((phase) => {
    const seconds = usualOf(phase, samples[phase] ?? []);
    return seconds === undefined ? [] : [[phase, seconds] as const];
  });
  return { usual: { of, seconds: Object.fromEntries(phases) } };
}

/** Remembers how long each phase of a successful operation took. If another worker writes at the same time, its write wins. */
export async function learn(
  { status, usual, times = {} }: OperationRecord,
  parts: Parts,
): Promise<undefined> {
  const { store, clock, settings } = parts;
  const took = durations(times, clock.now(), settings.azurePace);
  if (status !== "succeeded" || !usual || took.length === 0) return;
  const row = await store.get(botPartition, "usual", usual.of);
  const seconds = { ...row?.value.seconds };
  for (const [phase, one] of took) seconds[phase] = [...(seconds[phase] ?? []), one].slice(-mostSamples);
  const value = { ...row?.value, seconds };
  const changes = [{ kind: "usual", id: usual.of, value, etag: row?.etag }] as const;
  await enter({ partition: botPartition, changes }, parts).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
}

/** How long each phase took in which people wait for Azure, in seconds of an Azure at its usual speed. */
function durations(
  times: NonNullable<OperationRecord["times"]>,
  end: Date,
  pace: number,
): readonly (readonly [phase: string, seconds: number])[] {
  const begun = Object.entries(times).toSorted(([, a], [, b]) => a.localeCompare(b));
  return begun
    .map(([phase, at], i) => {
      const until = begun[i + 1]?.[1] ?? end.toISOString();
      return [phase, Math.round(((Date.parse(until) - Date.parse(at)) / 1000) * pace)] as const;
    })
    .filter(([phase]) => phase in usualSeconds);
}
