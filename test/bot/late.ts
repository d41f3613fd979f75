import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { World } from "../world.ts";

const patient = { timeout: 20_000, interval: 20 };

/** Somebody does something, and the answer is not there in time; what can be written down is written down. */
export async function late<T>(world: World, act: () => Promise<T>): Promise<T> {
  // What a process that is dead by now was waiting for.
  world.patience.runOut();
  const doing = act();
  await vi.waitFor(() => expect(world.patience.runOut()).toBe(1), { ...patient, interval: 2 });
  return doing;
}

/** The same, and nothing is written in time either. */
export async function tooLate<T>(world: World, act: () => Promise<T>): Promise<T> {
  const doing = act();
  let heard = false;
  const hears = () => {
    heard = true;
  };
  doing.then(hears, hears);
  while (!heard) {
    world.patience.runOut();
    await sleep(2);
  }
  return doing;
}

/** Waits until something is so. Whatever the bot waits for meanwhile is soon over. */
export const soon = <T>(world: World, check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(async () => {
    world.patience.runOut();
    return check();
  }, patient);
