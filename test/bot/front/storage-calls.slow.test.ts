import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { people as discord } from "../../../local/discord/people.ts";
import { people as teams } from "../../../local/teams/people.ts";
import type { Exchange } from "../../../local/traffic.ts";
import { storageAccount } from "../../azurite.ts";
import { layersOf, openProbe } from "../../bench/probe.ts";
import { frontOn, platforms } from "../../crash/front.ts";
import { startWorld, type World } from "../../world.ts";

/*
 * What an answer may ask of tables and queue, and how many of these calls may follow each other; and what a look at an operation may ask that
 * finds nothing new, the message for the next look apart. Each is counted where the storage takes it.
 */
const mostCalls = 7;
const mostInARow = 5;
const mostOfLook = 5;

describe.each(platforms)("on %s", (platform) => {
  let world: World;
  let probe: Awaited<ReturnType<typeof openProbe>>;
  const answers = new Map<string, { readonly calls: number; readonly inARow: number }>();
  const quiet: number[] = [];
  beforeAll(async () => {
    probe = await openProbe(storageAccount());
    const heard: Exchange[] = [];
    world = await startWorld(
      { BOOTSTRAP_ADMINS: `discord:${discord.ada.id} entra:${teams.ada.objectId}` },
      { storage: probe.connectionString, withTeams: true, heard: (exchange) => heard.push(exchange) },
    );
    const front = frontOn(platform, world);
    const wish = async (name: string, who: "ada" | "mia", options = {}): Promise<void> => {
      world.pass(60);
      probe.take();
      await front.types(who, name, options);
      const calls = probe.take();
      const queued = world.queue.waiting().length;
      answers.set(name, {
        calls: calls.length + queued,
        // What goes into the queue goes there after everything else.
        inARow: layersOf(calls).length + (queued > 0 ? 1 : 0),
      });
      while (world.queue.waiting().length > 0) {
        heard.length = 0;
        await world.work();
        const asked = probe.take().length;
        const isLook = heard.some(({ service }) => service === "arm");
        if (isLook && !heard.some(({ service }) => service === "discord" || service === "botconnector"))
          quiet.push(asked);
      }
    };
    const added = (who: "ada" | "mia") =>
      platform === "discord"
        ? { person: front.named(who), entra: `${who}@contoso.com` }
        : { person: front.named(who) };
    await front.types("ada", "roster add", { ...added("ada"), role: "admin" });
    await world.settle();
    await front.types("ada", "roster add", added("mia"));
    await world.settle();
    // What a process reads once an hour, such as a price, is at hand; who was added is settled.
    world.pass(3700);
    await front.types("ada", "instances list");
    await wish("request", "mia");
    for (const name of ["help", "status", "connect"]) await wish(name, "mia");
    await wish("open-access", "mia", { address: "203.0.113.7" });
    for (const name of ["stop", "start", "backup now"]) await wish(name, "mia");
    world.pass(3700);
    await front.types("ada", "instances list");
    for (const name of ["roster list", "instances list"]) await wish(name, "ada");
  }, 240_000);
  afterAll(async () => {
    await world.close();
    await probe.close();
  });

  test("an answer asks little of the storage, and little of that one after the other", () => {
    const over = [...answers].filter(([, { calls, inARow }]) => calls > mostCalls || inARow > mostInARow);
    expect(over).toEqual([]);
    expect(answers.size).toBe(10);
  });

  test("a look that finds nothing new asks less than that", () => {
    expect(quiet.length).toBeGreaterThan(3);
    const sorted = quiet.toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(mostOfLook);
  });
});
