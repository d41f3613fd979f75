import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFunctions } from "../../scripts/build.ts";
import { type Asker, type Lane, openLanes, type Platform } from "./lane.ts";
import { finalTitle, oneEach, whatThereIs } from "./outcome.ts";

/*
 * Whatever is killed, and whenever: after a new start a request ends with one VM and one message, which is the progress
 * message and has become the final card. Teams can't be asked what it was sent: there a message may be repeated once, when
 * everything was killed after it was sent and before that was written down. Azurite is left alone: it stands for Azure Storage.
 */

/*
 * A sample: `npm run test:crash` kills after each effect, in one process. Here processes really die. Twelve moments on each platform, some
 * of each kind.
 */
/** Before the answer, as shares of the time to it: when the call is read, decided and written down. */
const beforeTheAnswer = [0.2, 0.5, 0.8];
/** After the answer, as shares of the time that a request takes. */
const afterTheAnswer: readonly (readonly [when: string, share: number])[] = [
  ["at the answer, when most of what the bot writes is written", 0],
  ["when the worker has started", 0.05],
  ["when the deployment starts", 0.2],
  ["during the deployment", 0.45],
  ["when OpenClaw starts", 0.75],
  ["when it is ready", 1],
];

const built = join("dist", "test", `kill-${process.pid}`);
const usual = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

let lanes: Awaited<ReturnType<typeof openLanes>>;

beforeAll(async () => {
  await buildFunctions({ entry: "functions/index.ts", folder: built });
  lanes = await openLanes(join(built, "index.js"));
});
afterAll(async () => {
  await lanes.close();
  rmSync(built, { recursive: true });
});

describe.each<Platform>(["discord", "teams"])("on %s", (platform) => {
  /** How long a request takes that nobody disturbs, from the bot's answer to the final card. */
  let undisturbedMs = 0;
  /** How long the bot took to answer, each time. */
  const answersMs: number[] = [];
  const seen = { kills: 0, unmarked: 0, copies: 0 };

  const asks = async (asker: Asker) => {
    const asked = performance.now();
    await asker.requests();
    answersMs.push(performance.now() - asked);
  };

  /** After a kill a request goes on to the one right end. */
  async function endsWell(lane: Lane, asker: Asker, unmarked: boolean, expected: typeof expect) {
    const found = await whatThereIs(lane, asker, unmarked);
    expected(found).toEqual(oneEach(lane));
    seen.kills += 1;
    seen.unmarked += unmarked ? 1 : 0;
    seen.copies += found.requests.at(-1)?.copies ?? 0;
  }

  test("a request that nobody disturbs", async () => {
    await lanes.withLane(platform, async (lane, asker) => {
      await asks(asker);
      const answered = performance.now();
      const found = await whatThereIs(lane, asker);
      undisturbedMs = performance.now() - answered;
      expect(found).toEqual(oneEach(lane));
      process.stdout.write(
        `On ${platform} answered in ${Math.round(usual(answersMs))} ms, ready after ${Math.round(undisturbedMs)} ms.\n`,
      );
    });
  });

  describe("killed after the bot's answer, the request still completes", () => {
    test.concurrent.for(afterTheAnswer)(
      "%s: at %f of the time that it takes",
      async ([, share], { expect }) => {
        await lanes.withLane(platform, async (lane, asker) => {
          await asks(asker);
          await sleep(share * undisturbedMs);
          await endsWell(lane, asker, await lane.killAndRestart(asker), expect);
        });
      },
    );
  });

  describe("killed the moment that something shows, before the bot can have written down that it is done", () => {
    const titles = async (asker: Asker) => (await asker.directMessages()).map(({ title }) => title);
    const shows: [what: string, isThere: (lane: Lane, asker: Asker) => Promise<boolean>][] = [
      ["the progress message", async (_lane, asker) => (await titles(asker)).length > 0],
      ["the VM", async (lane) => (await lane.machines()).length > lane.done.length],
      ["the final card", async (_lane, asker) => (await titles(asker)).includes(finalTitle)],
    ];
    test.concurrent.for(shows)("%s", async ([, isThere], { expect }) => {
      await lanes.withLane(platform, async (lane, asker) => {
        await asks(asker);
        while (!(await isThere(lane, asker))) await sleep(2);
        await endsWell(lane, asker, await lane.killAndRestart(asker), expect);
      });
    });
  });

  describe("killed before the bot's answer, the request is there whole or not at all", () => {
    test.concurrent.for(beforeTheAnswer)("at %f of the time to it", async (share, { expect }) => {
      await lanes.withLane(platform, async (lane, asker) => {
        const sent = asker.requests().catch(() => "no answer");
        await sleep(share * usual(answersMs));
        const unmarked = await lane.killAndRestart(asker);
        await sent;
        // Asking again shows which of the two it is; either way one request, and one only, is carried out.
        const again = await asker.requests();
        expect(again).toMatch(
          /^(Building your OpenClaw|A request is in progress|You already have an instance)/,
        );
        process.stdout.write(`Killed at ${share} of the time to the answer on ${platform}: ${again}\n`);
        await endsWell(lane, asker, unmarked, expect);
      });
    });
  });

  afterAll(() => {
    const { kills, unmarked, copies } = seen;
    process.stdout.write(
      platform === "teams"
        ? `On teams ${unmarked} of ${kills} kills fell between sending a message and marking it as sent; ${copies} requests have a second copy.\n`
        : `On ${platform} ${copies} of ${kills} requests have a second copy.\n`,
    );
  });
});
