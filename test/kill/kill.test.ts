import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFunctions } from "../../scripts/build.ts";
import { finalTitle, type Lane, messagesOf, oneEach, openLanes, whatThereIs } from "./lane.ts";
import { machinesIn, personAt } from "./person.ts";

/*
 * Whatever is killed, and whenever: after a new start a request ends with one VM and one message, which is the progress
 * message and has become the final card. Azurite is left alone: it stands for Azure Storage.
 */

const moments = 32;
/** What was dropped between two writes is caught by the sweep: due after a minute, swept every minute. */
const patienceMs = 150_000;

const built = join("dist", "test", `kill-${process.pid}`);
let lanes: Awaited<ReturnType<typeof openLanes>>;
/** How long a request takes that nobody disturbs, from the bot's answer to the final card. */
let undisturbedMs = 0;
/** How long the bot takes to answer. */
let answerMs = 0;

beforeAll(async () => {
  await buildFunctions({ entry: "functions/index.ts", folder: built });
  lanes = await openLanes(join(built, "index.js"));
});
afterAll(async () => {
  await lanes.close();
  rmSync(built, { recursive: true });
});

test("a request that nobody disturbs", async () => {
  await lanes.withLane(async (lane, member) => {
    const asked = performance.now();
    await personAt(lane.stack.console, member).types("/openclaw request");
    const answered = performance.now();
    answerMs = answered - asked;
    expect(await whatThereIs(lane, member, patienceMs)).toEqual(oneEach(lane));
    undisturbedMs = performance.now() - answered;
    process.stdout.write(
      `Answered in ${Math.round(answerMs)} ms, ready after ${Math.round(undisturbedMs)} ms.\n`,
    );
  });
});

describe("killed after the bot's answer, the request still completes", () => {
  // The first ones close together: most of what the bot writes is written then.
  const shares = Array.from({ length: moments }, (_, index) => (index / (moments - 1)) ** 1.5);
  test.concurrent.for(shares)("at %f of the time that it takes", async (share, { expect }) => {
    await lanes.withLane(async (lane, member) => {
      await personAt(lane.stack.console, member).types("/openclaw request");
      await sleep(share * undisturbedMs);
      await lane.stack.kill();
      await lane.restart();
      expect(await whatThereIs(lane, member, patienceMs)).toEqual(oneEach(lane));
    });
  });
});

describe("killed the moment that something shows, before the bot can have written down that it is done", () => {
  const shows: [what: string, isThere: (lane: Lane, member: string) => Promise<boolean>][] = [
    ["the progress message", async (lane, member) => (await messagesOf(lane, member)).length > 0],
    ["the VM", async (lane) => (await machinesIn(lane.stack.console)).length > lane.done.length],
    ["the final card", async (lane, member) => (await messagesOf(lane, member)).includes(finalTitle)],
  ];
  const thrice = [1, 2, 3].flatMap((time) => shows.map((show) => [...show, time] as const));
  test.concurrent.for(thrice)("%s", async ([, isThere], { expect }) => {
    await lanes.withLane(async (lane, member) => {
      await personAt(lane.stack.console, member).types("/openclaw request");
      while (!(await isThere(lane, member))) await sleep(2);
      await lane.stack.kill();
      await lane.restart();
      expect(await whatThereIs(lane, member, patienceMs)).toEqual(oneEach(lane));
    });
  });
});

describe("killed before the bot's answer, the request is there whole or not at all", () => {
  test.concurrent.for([0.1, 0.3, 0.5, 0.7, 0.9])("at %f of the time to it", async (share, { expect }) => {
    await lanes.withLane(async (lane, member) => {
      const sent = personAt(lane.stack.console, member)
        .types("/openclaw request")
        .catch(() => "no answer");
      await sleep(share * answerMs);
      await lane.stack.kill();
      await sent;
      await lane.restart();
      // Asking again shows which of the two it is; either way one request, and one only, is carried out.
      const again = await personAt(lane.stack.console, member).types("/openclaw request");
      expect(again).toMatch(/^(Building your OpenClaw|A request is under way|You have an instance already)/);
      process.stdout.write(`Killed at ${share} of the time to the answer: ${again}\n`);
      expect(await whatThereIs(lane, member, patienceMs)).toEqual(oneEach(lane));
    });
  });
});
