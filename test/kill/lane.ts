import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { z } from "zod";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { people } from "../../local/teams/people.ts";
import { type Stack, startStack } from "../stack.ts";
import { onDiscord } from "./discord.ts";
import type { Name, Person } from "./person.ts";
import { onTeams } from "./teams.ts";
import { unmarked } from "./unmarked.ts";

/** A killed host's messages come back after this many seconds. */
export const lockSeconds = 3;

export type Platform = "discord" | "teams";

/** Somebody's one request. */
export interface Asker extends Person {
  readonly platform: Platform;
  readonly name: Name;
}

/** A stack with four members, each of whom requests an instance once; killed and started again as often as one likes. */
export interface Lane {
  readonly stack: Stack;
  /** Kills everything, and starts it again. True when the asker had been sent a message of which that was not yet written down. */
  killAndRestart(asker: Asker): Promise<boolean>;
  /** The names of all virtual machines. */
  machines(): Promise<string[]>;
  /** Whose request has ended well, and whether a message of it may be there twice. */
  readonly done: { readonly asker: Asker; readonly mayRepeat: boolean }[];
  /** No member is left who has not asked. */
  readonly isLast: boolean;
}

interface OwnLane extends Lane {
  next(platform: Platform): Asker;
  close(): Promise<void>;
}

/** Gives lanes out and takes them back. What the stacks keep in storage outlives them, as Azure Storage does. */
export async function openLanes(entry: string) {
  const accounts = Array.from({ length: 60 }, (_, index) => `lane${index}`);
  const azurite: Azurite = await startAzurite({ accounts });
  const idle: OwnLane[] = [];

  async function open(): Promise<OwnLane> {
    const account = accounts.pop();
    if (account === undefined) throw new Error("no storage account is left");
    const data = mkdtempSync(join(tmpdir(), "kill-"));
    const storage = azurite.connectionString(account);
    const start = (teamsPort: string) =>
      startStack({
        data,
        entry,
        storage,
        // At this speed a VM is built in about three seconds.
        env: { SPEED: "40", QUEUE_LOCK_SECONDS: String(lockSeconds), TEAMS_PORT: teamsPort },
      });
    let stack = await start("0");
    // The bot remembers where conversations are.
    const { port } = new URL(stack.teams);
    await enrollAll(stack).catch(async (error: unknown) => {
      await stack.kill();
      throw error;
    });
    const left = Object.keys(people) as Name[];
    return {
      get stack() {
        return stack;
      },
      async killAndRestart(asker) {
        await stack.kill();
        const isUnmarked = asker.platform === "teams" && (await unmarked(data, storage, asker.name));
        stack = await start(port);
        return isUnmarked;
      },
      machines: async () =>
        azureView.parse(await (await fetch(`${stack.console}/api/azure`)).json()).machines,
      done: [],
      get isLast() {
        return left.length === 0;
      },
      next(platform) {
        const name = left.pop();
        if (name === undefined) throw new Error("the lane has no member left");
        const at = () => (platform === "discord" ? onDiscord : onTeams)(stack.console, name);
        return {
          platform,
          name,
          requests: () => at().requests(),
          directMessages: () => at().directMessages(),
        };
      },
      async close() {
        await stack.kill();
        rmSync(data, { recursive: true });
      },
    };
  }

  return {
    /** Runs with a lane of its own; one that has failed, or has no member left, is not used again. */
    async withLane<T>(platform: Platform, use: (lane: Lane, asker: Asker) => Promise<T>): Promise<T> {
      const lane = idle.pop() ?? (await open());
      try {
        const result = await use(lane, lane.next(platform));
        if (lane.isLast) await lane.close();
        else idle.push(lane);
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

const azureView = z.object({ machines: z.array(z.string()) });

/** On Discord by e-mail address: on Teams they are then known too. */
async function enrollAll({ console }: Stack): Promise<void> {
  const ada = onDiscord(console, "ada");
  for (const { name, userPrincipalName } of Object.values(people))
    await ada.types(`/openclaw-admin roster add person:@${name} entra:${userPrincipalName}`);
  const enrolled = async () => {
    const titles = await ada.titles();
    const done = titles.filter((title) => title.includes("is on the roster"));
    if (done.length < Object.keys(people).length) throw new Error(`so far: ${titles.join("; ")}`);
  };
  await vi.waitFor(enrolled, { timeout: 60_000, interval: 200 });
}
