import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import { type Asker, type Lane, lockSeconds } from "./lane.ts";

export const finalTitle = "Your OpenClaw is ready";

/** What was dropped between two writes is caught by the sweep: due after a minute, swept every minute. */
const patienceMs = 150_000;

/**
 * Waits until a request has ended well, and says what there is then, of all whose request has: what comes late to an
 * earlier one shows with a later one. `mayRepeat`: it was killed between sending a message and marking it as sent.
 */
export async function whatThereIs(lane: Lane, asker: Asker, mayRepeat = false) {
  const ready = async () => {
    const titles = (await asker.directMessages()).map(({ title }) => title);
    if (titles.at(-1) !== finalTitle) throw new Error(`not ready: ${titles.join(", ")}`);
  };
  await vi.waitFor(ready, { timeout: patienceMs, interval: 100 });
  lane.done.push({ asker, mayRepeat });
  if (lane.isLast) await sleep(2 * lockSeconds * 1000);
  return {
    requests: await Promise.all(lane.done.map(({ asker: each }) => requestOf(each))),
    machines: (await lane.machines()).length,
  };
}

async function requestOf(asker: Asker) {
  const messages = await asker.directMessages();
  return {
    last: messages.at(-1)?.title,
    operations: new Set(messages.map(({ mark }) => mark)).size,
    copies: messages.length - 1,
  };
}

/** For each one message, which has become the final card, or where it may be repeated a second one of the same operation; and one VM. */
export const oneEach = (lane: Lane) => ({
  requests: lane.done.map(({ mayRepeat }) => ({
    last: finalTitle,
    operations: 1,
    copies: mayRepeat ? expect.toBeOneOf([0, 1]) : 0,
  })),
  machines: lane.done.length,
});
