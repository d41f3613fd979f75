import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { people as discord } from "../../../local/discord/people.ts";
import { people as teams } from "../../../local/teams/people.ts";
import { type Calls, countingWorld } from "../../calls.ts";
import { platforms } from "../../crash/front.ts";

/*
 * What each operation may ask of Azure Resource Manager, polls apart, and what a gateway is asked before its VM stops. One member, the
 * simulator at Azure's usual times, each story from where the one before it ended.
 */
const most = {
  "roster add": 8,
  request: 28,
  "status, on": 7,
  "open-access": 5,
  "close-access": 9,
  connect: 8,
  restart: 10,
  "stop, SSH closed": 5,
  "status, off": 4,
  start: 10,
  "stop, SSH open": 8,
  backup: 8,
  teardown: 30,
} as const;

describe.each(platforms)("on %s", (platform) => {
  let there: Awaited<ReturnType<typeof countingWorld>>;
  const found = new Map<string, Calls>();
  beforeAll(async () => {
    there = await countingWorld(platform, {
      BOOTSTRAP_ADMINS: `discord:${discord.ada.id} entra:${teams.ada.objectId}`,
    });
    const { front, counted } = there;
    const person = front.named("mia");
    const mia = (command: string, options = {}) => counted(() => front.types("mia", command, options));
    const add = platform === "discord" ? { person, entra: "mia@contoso.com" } : { person };
    found.set("roster add", await counted(() => front.types("ada", "roster add", add)));
    found.set("request", await mia("request"));
    // Room for run commands is made once a day.
    await mia("doctor");
    found.set("status, on", await mia("status"));
    found.set("open-access", await mia("open-access", { address: "203.0.113.7" }));
    found.set("close-access", await mia("close-access"));
    found.set("connect", await mia("connect"));
    found.set("restart", await mia("restart"));
    found.set("stop, SSH closed", await mia("stop"));
    found.set("status, off", await mia("status"));
    found.set("start", await mia("start"));
    await mia("open-access", { address: "203.0.113.7" });
    found.set("stop, SSH open", await mia("stop"));
    await mia("start");
    found.set("backup", await mia("backup now"));
    const question = await front.types("mia", "teardown", {});
    const on = platform === "discord" ? question : undefined;
    found.set("teardown", await counted(() => front.clicks("mia", "Yes, tear it down", on)));
  }, 120_000);
  afterAll(() => there.world.close());

  test.each(Object.entries(most))("%s asks at most %i times", (name, allowed) => {
    const { reads, changes, polls, fence, paths } = found.get(name) ?? expect.fail(`${name} was not counted`);
    const calls = reads + changes - polls - fence;
    expect(calls, paths.join("\n")).toBeLessThanOrEqual(allowed);
    expect(calls).toBeGreaterThan(1);
  });

  test("a build is asked about at most 15 times, one call each", () => {
    const { polls, mostAtOnce } = found.get("request") ?? expect.fail("it was not counted");
    expect(polls).toBeLessThanOrEqual(15);
    expect(mostAtOnce.length, mostAtOnce.join("\n")).toBe(1);
  });

  test("all of it ended well", () => {
    expect(there.world.errors).toEqual([]);
    expect(there.front.sees("mia").at(-1)?.text).toMatch(/torn down|is deleted/);
  });
});
