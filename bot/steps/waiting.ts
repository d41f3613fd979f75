import type { Phase, View } from "../core/operation.ts";
import { usualOf } from "./usual.ts";

/** In seconds: most failures happen within this time. */
const early = 10;
/** In seconds: how often Azure is asked when the usual time is nearly over. */
const often = 5;
/** In seconds: a run command has news no more often than this (Azure/run-command-handler-linux, 2026: its handler writes every 15 seconds). */
export const handlerSeconds = 15;

/** Seconds until the first look at what Azure has just started. */
export const firstLook = ({ settings }: Pick<View, "settings">): number => atPace(early, settings);

/**
 * Seconds until the next look at whether a phase is over: early, because most failures are early; when it usually ends; then often; and
 * less often once it has taken twice as long.
 * @param each how often "often" is, in seconds
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
