import { appFrom } from "../bot/app.ts";
import type { Operation, OperationName } from "../bot/core/operation.ts";
import type { Serve } from "../local/serve.ts";
import { serve } from "../local/serve.ts";
import { frontOn, type PlatformName } from "./crash/front.ts";
import { startWorld } from "./world.ts";

/** What somebody's command asked of Azure, counted as it arrived there, an SDK's own polls and repeats included. */
export interface Calls {
  /** Of Resource Manager, what changes nothing. */
  readonly reads: number;
  readonly changes: number;
  /** Of the reads those that brought nothing but that it is not over yet, and an SDK's own that ask how a change goes. */
  readonly polls: number;
  /** What a gateway is asked and told before its VM stops. */
  readonly fence: number;
  readonly vault: number;
  readonly graph: number;
  /** The most that one poll asked. */
  readonly mostAtOnce: readonly string[];
  readonly paths: readonly string[];
}

/** A world in which each call to Azure is counted by what it was for. */
export async function countingWorld(platform: PlatformName, env: Readonly<Record<string, string>> = {}) {
  let arrived: string[] = [];
  const hearing: Serve = (handle, options) =>
    serve((request) => {
      arrived.push(`${request.method} ${new URL(request.url).pathname}`);
      return handle(request);
    }, options);
  const world = await startWorld(env, { withTeams: true, serve: hearing });
  const poll = { reads: 0, most: 0, mostPaths: [] as readonly string[], from: 0, awaits: false };
  /**
   * All that was read for a step that only waits was a poll, and so was the first thing read after an action or a wait: it is what is waited
   * for, which may be over.
   */
  const noting = (operation: Operation): Operation => ({
    ...operation,
    next(view) {
      const step = operation.next(view);
      // What an action reads, before or after it changes something, was not read for the step that follows.
      const acted = arrived.findLastIndex((asked) => isArm(asked) && !asked.startsWith("GET"));
      const read = arrived
        .slice(Math.max(poll.from, acted + 1))
        .filter((asked) => isArm(asked) && !isProgress(asked));
      const waits = "waitSeconds" in step && step.waitSeconds > 0;
      if (waits && poll.awaits && read.length > poll.most) {
        poll.most = read.length;
        poll.mostPaths = read;
      }
      poll.reads += waits ? read.length : poll.awaits ? Math.min(1, read.length) : 0;
      poll.from = arrived.length;
      poll.awaits = waits || "act" in step;
      return step;
    },
  });
  const operations = Object.fromEntries(
    Object.entries(world.parts.operations).map(([name, operation]) => [name, noting(operation)]),
  ) as Readonly<Record<OperationName, Operation>>;
  const app = appFrom({ ...world.parts, operations });
  world.serving.app = app;
  const settle = async () => {
    for (let message = world.queue.next(); message; message = world.queue.next()) await app.work(message);
  };
  await settle();
  return {
    world,
    app,
    settle,
    front: frontOn(platform, world),
    async counted(does: () => Promise<unknown>): Promise<Calls> {
      arrived = [];
      Object.assign(poll, { reads: 0, most: 0, mostPaths: [], from: 0, awaits: false });
      await does();
      await settle();
      const arm = arrived.filter(isArm);
      const reads = arm.filter((asked) => asked.startsWith("GET"));
      const progress = reads.filter(isProgress);
      return {
        reads: reads.length,
        changes: arm.length - reads.length,
        polls: poll.reads + progress.length,
        fence: arm.filter((asked) => !asked.startsWith("GET") && asked.includes("/runCommands/quiesce-"))
          .length,
        vault: arrived.filter((asked) => / \/secrets\b/.test(asked)).length,
        graph: arrived.filter((asked) => asked.includes(" /v1.0/")).length,
        mostAtOnce: poll.mostPaths,
        paths: arm,
      };
    },
  };
}

/** How a change goes, which an SDK asks by itself. */
const isProgress = (asked: string): boolean =>
  /\/(operations|operationResults|operationStatuses)\//i.test(asked);

const isArm = (asked: string): boolean => / \/subscriptions\//i.test(asked);
