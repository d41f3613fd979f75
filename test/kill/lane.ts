import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { people } from "../../local/discord/people.ts";
import { type Stack, startStack } from "../stack.ts";
import { machinesIn, personAt } from "./person.ts";

const lockSeconds = 3;

/** A stack with four members, each of whom requests an instance once; killed and started again as often as one likes. */
export interface Lane {
  readonly stack: Stack;
  restart(): Promise<void>;
  /** Members without an instance. */
  readonly members: string[];
  /** Whose request has ended well. */
  readonly done: string[];
  close(): Promise<void>;
}

/** Gives lanes out and takes them back. What the stacks keep in storage outlives them, as Azure Storage does. */
export async function openLanes(entry: string) {
  const accounts = Array.from({ length: 40 }, (_, index) => `lane${index}`);
  const azurite: Azurite = await startAzurite({ accounts });
  const idle: Lane[] = [];

  async function open(): Promise<Lane> {
    const account = accounts.pop();
    if (account === undefined) throw new Error("no storage account is left");
    const data = mkdtempSync(join(tmpdir(), "kill-"));
    const start = () =>
      startStack({
        data,
        entry,
        storage: azurite.connectionString(account),
        env: { SPEED: "20", QUEUE_LOCK_SECONDS: String(lockSeconds) },
      });
    let stack = await start();
    await enrollAll(stack);
    return {
      get stack() {
        return stack;
      },
      async restart() {
        stack = await start();
      },
      members: Object.values(people).map(({ id }) => id),
      done: [],
      async close() {
        await stack.kill();
        rmSync(data, { recursive: true });
      },
    };
  }

  return {
    /** Runs with a lane of its own; one that has failed, or has no member left, is not used again. */
    async withLane<T>(use: (lane: Lane, member: string) => Promise<T>): Promise<T> {
      const lane = idle.pop() ?? (await open());
      const member = lane.members.pop();
      if (member === undefined) throw new Error("the lane has no member left");
      try {
        const result = await use(lane, member);
        if (lane.members.length > 0) idle.push(lane);
        else await lane.close();
        return result;
      } catch (error) {
        const output = lane.stack.output();
        await lane.close();
        throw new Error(`${String(error)}\nThe stack has printed:\n${output}`, { cause: error });
      }
    },
    async close() {
      for (const lane of idle) await lane.close();
      await azurite.stop();
    },
  };
}

async function enrollAll(stack: Stack): Promise<void> {
  const ada = personAt(stack.console, people.ada.id);
  for (const person of Object.values(people)) {
    const entra = `${person.username.split(".")[0]}@contoso.com`;
    await ada.types(`/openclaw-admin roster add person:@${person.name} entra:${entra}`);
  }
  const enrolled = async () => {
    const done = (await ada.titles()).filter((title) => title.includes("is on the roster"));
    if (done.length < Object.keys(people).length) throw new Error(`on the roster so far: ${done.join(" ")}`);
  };
  await vi.waitFor(enrolled, { timeout: 60_000, interval: 200 });
}

export const finalTitle = "Your OpenClaw is ready";

/** The titles of the bot's direct messages to the member. */
export const messagesOf = async (lane: Lane, member: string): Promise<string[]> => [
  ...(await personAt(lane.stack.console, member).directMessages()).values(),
];

/**
 * Waits until the request of the member has ended well, and says what there is then, of all whose request has: what comes
 * late to an earlier one shows with a later one.
 */
export async function whatThereIs(lane: Lane, member: string, patienceMs: number) {
  const ready = async () => {
    const titles = await messagesOf(lane, member);
    if (!titles.includes(finalTitle)) throw new Error(`not ready: ${titles.join(", ")}`);
  };
  await vi.waitFor(ready, { timeout: patienceMs, interval: 100 });
  lane.done.push(member);
  if (lane.members.length === 0) await sleep(2 * lockSeconds * 1000);
  return {
    messages: await Promise.all(lane.done.map((each) => messagesOf(lane, each))),
    machines: (await machinesIn(lane.stack.console)).length,
  };
}

/** One message for each, which has become the final card, and one VM. */
export const oneEach = (lane: Lane) => ({
  messages: lane.done.map(() => [finalTitle]),
  machines: lane.done.length,
});
