import type { Stage } from "./stage.ts";

/** How thorough a run is: `quick` in the checks, `usual` by hand, `long` for what takes more than half an hour. */
export type Scale = "quick" | "usual" | "long";

/** One part of the report. */
export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly lines: readonly string[];
  /** The figures as they were measured. */
  readonly raw: unknown;
}

/** Undefined: this machine or this scale has no figures for it, and the last ones stand. */
export type Measure = (stage: Stage, scale: Scale) => Promise<Section | undefined>;

/** A table of Markdown. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);

/** In whole milliseconds. */
export const ms = (milliseconds: number): string => `${Math.round(milliseconds)} ms`;

/** How many times as much, and whether that is what we aim at. */
export const ratio = (value: number, reference: number, aim?: number): readonly [string, string] => [
  `${(value / reference).toFixed(2)} ×`,
  aim === undefined ? "" : `≤ ${aim} ×: ${value <= reference * aim ? "met" : "**not met**"}`,
];

/** What we aim at, and whether it is so. */
export const within = (value: number, aim: number, unit = ""): string =>
  `≤ ${aim}${unit}: ${value <= aim ? "met" : "**not met**"}`;

/** The one of a scale. */
export const by = <T>(scale: Scale, quick: T, usual: T, long: T = usual): T =>
  ({ quick, usual, long })[scale];
