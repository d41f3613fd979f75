import type { World } from "./world.ts";

/** The simulator within a process. */
export interface Host {
  readonly world: World;
  /** Runs everything that is due by now. */
  tick(): void;
  /** Writes the state if it changed. */
  save(): void;
  realNow(): Date;
  advance(seconds: number): void;
}
