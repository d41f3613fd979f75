import type { World } from "./world.ts";

/** The simulator as a process has it. */
export interface Host {
  readonly world: World;
  /** Lets everything happen that is due by now. */
  tick(): void;
  /** Writes the state if it changed. */
  save(): void;
  realNow(): Date;
  advance(seconds: number): void;
}
