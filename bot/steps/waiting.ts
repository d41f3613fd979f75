import type { Phase, View } from "../core/operation.ts";
import { usualOf } from "./usual.ts";

/** Most failures come early, in seconds. */
const early = 10;
/** How often Azure is asked when the usual time is nearly over, in seconds. */
const often = 5;
/** A run command tells something new no more often (Azure/run-command-handler-linux, 2026: its handler writes every 15 seconds). */
export const handlerSeconds = 15;

/** In how many seconds it is worth looking for the first time at what Azure has just begun. */
export const firstLook = ({ settings }: Pick<View, "settings">): number => atPace(early, settings);

/**
 * In how many seconds it is worth asking again whether a phase is over: early, since most failures are; when it usually ends; then often;
 * and seldom once it has taken twice as long.
 * @param each how often that is, in seconds
 */
export function nextLook({ operation, settings, now }: View, phase: Phase, each = often): number {
  const began = operation.phase === phase ? operation.times?.[phase] : undefined;
  const elapsed = began === undefined ? 0 : Math.max(0, (now.getTime() - Date.parse(began)) / 1000);
  const usual = (operation.usual?.seconds[phase] ?? usualOf(phase, []) ?? 0) / settings.azurePace;
  const first = early / settings.azurePace;
  const soon = 0.8 * usual;
  if (elapsed < first) return Math.ceil(first - elapsed);
  if (elapsed < soon) return Math.ceil(soon - elapsed);
  return atPace(elapsed < 2 * usual ? each : 3 * each, settings);
}

const atPace = (seconds: number, { azurePace }: View["settings"]): number => Math.ceil(seconds / azurePace);
