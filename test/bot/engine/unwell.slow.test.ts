import { afterEach, expect, test } from "vitest";
import { type App, appFrom } from "../../../bot/app.ts";
import { PlatformUnwell } from "../../../bot/core/errors.ts";
import { botPartition } from "../../../bot/core/names.ts";
import type { Person } from "../../../local/discord/people.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";

/** A platform that takes nothing from the bot, and messages that wait: somebody hears, and nothing is lost or waits for ever. */
const secret = "discord-bot-token";
let world: World;
let teams: ReturnType<typeof teamsClient>;
const start = async (options: Parameters<typeof startWorld>[1] = { withTeams: true }) => {
  world = await startWorld({}, options);
  if (!options.withTeams) return;
  teams = teamsClient(world.teams);
  // Known on both platforms.
  await world.enroll(people().ada, { role: "admin" });
};
afterEach(() => world.close());

const people = () => world.discord.people;
const dms = (person: Person) => world.client.dms(person).map(({ text }) => text);
const heardInTeams = () => teams.adminChannel(teamsPeople.ada).map(({ text }) => text);
const heardInDiscord = () =>
  world.discord
    .messagesFor(people().ada.id, world.discord.adminChannelId)
    .map(({ embeds }) => embeds[0]?.title ?? "");
const health = async () => {
  const { status, body = "" } = await world.app.health();
  return { status, ...JSON.parse(body) };
};
const rowOf = (platform: string) => world.parts.store.get(botPartition, "platform", platform);

/** Lets so much time pass, with the queue and the sweep at work. */
async function pass(seconds: number, step = 10) {
  const end = world.now().getTime() + seconds * 1000;
  while (world.now().getTime() < end) {
    const before = world.now().getTime();
    await world.work();
    if (world.queue.waiting().length === 0) world.pass(step);
    if (Math.floor(before / 60_000) !== Math.floor(world.now().getTime() / 60_000)) await world.app.sweep();
  }
}

test("a token that Discord refuses: health is bad and says why, Teams' admins hear it, and all goes out after the mend", async () => {
  await start();
  const { mia } = people();
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  expect(await health()).toEqual({ status: 200, ok: true });
  const before = dms(mia);

  const next = world.discord.resetToken();
  await world.client.types(mia, "openclaw stop");
  await pass(900);
  expect(dms(mia)).toEqual(before);
  const bad = await health();
  expect(bad).toMatchObject({ status: 503, ok: false });
  expect(bad.platforms.discord).toContain(`the token in the secret ${secret} is refused`);
  expect(heardInTeams().filter((text) => text.includes("Discord isn't accepting my messages"))).toHaveLength(
    1,
  );
  const said = await teams.types(teamsPeople.ada, "@OpenClaw health", {
    conversation: world.teams.places.group,
  });
  await pass(10);
  const answer = [said.text, ...teams.sees(teamsPeople.ada).map(({ text }) => text)].join("\n");
  expect(answer).toContain("Something needs your attention");
  expect(answer).toContain("discord has accepted nothing since");
  expect(answer).toMatch(/\d of them for more than ten minutes/);

  // Written when it turned, and not since, though answers that need no token of the bot's still reach their askers.
  const row = await rowOf("discord");
  await world.client.types(people().ada, "openclaw-admin health");
  await pass(5);
  expect(world.client.latest(people().ada).text).toContain("discord has accepted nothing since");
  await pass(600);
  expect((await rowOf("discord"))?.etag).toBe(row?.etag);

  world.azure.vault.set(secret, next);
  await pass(120);
  expect(dms(mia).at(-1)).toContain("stopped");
  expect(await health()).toEqual({ status: 200, ok: true });
  expect(heardInTeams().filter((text) => text.includes("Discord accepts messages again"))).toHaveLength(1);
});

test("with Discord alone: a token that was never set is named by health before anybody is owed anything", async () => {
  await start({ token: "not-set" });
  await pass(61);
  const bad = await health();
  expect([bad.status, bad.platforms.discord]).toEqual([503, expect.stringContaining("holds no token yet")]);
  world.azure.vault.set(secret, world.discord.botToken);
  await pass(121);
  expect(await health()).toEqual({ status: 200, ok: true });
});

test.each([401, 412])(
  "Teams answers %i for an hour: no route is closed, no try is counted, Discord's admins hear it",
  async (status) => {
    await start();
    const { teams: simulator } = world;
    await teams.types(teamsPeople.ada, "@OpenClaw roster add @Mia Member", {
      conversation: simulator.places.group,
    });
    await world.settle();
    await teams.types(teamsPeople.mia, "request");
    simulator.setFaults({ serverErrors: { calls: 100_000, status } });
    await pass(3600);
    expect(
      heardInDiscord().filter((title) => title.includes("Teams isn't accepting my messages")),
    ).toHaveLength(1);
    expect((await health()).platforms.teams).toContain(`Teams answered ${status}`);
    simulator.setFaults(undefined);
    await pass(120);
    expect(teams.dms(teamsPeople.mia).at(-1)?.text).toContain("Your OpenClaw is ready");
    expect(heardInDiscord().some((title) => title.startsWith("Couldn't reach the recipient"))).toBe(false);
    expect(await health()).toEqual({ status: 200, ok: true });
  },
);

test("Teams is well again after an outage in which all that was owed was given up, though nobody writes", async () => {
  await start();
  const { teams: simulator } = world;
  await teams.types(teamsPeople.ada, "@OpenClaw roster add @Mia Member", {
    conversation: simulator.places.group,
  });
  await world.settle();
  await teams.types(teamsPeople.mia, "request");
  simulator.setFaults({ serverErrors: { calls: 100_000, status: 401 } });
  await pass(120);
  world.pass(24 * 3600);
  await pass(600, 60);
  expect((await health()).platforms.teams).toContain("Teams answered 401");
  simulator.setFaults(undefined);
  await pass(120);
  expect(await health()).toEqual({ status: 200, ok: true });
  expect(heardInDiscord().filter((title) => title.includes("Teams accepts messages again"))).toHaveLength(1);
});

test("a message that is owed for more than ten minutes makes health bad, with its platform and reason, until it is sent", async () => {
  await start({});
  const { ada, mia } = people();
  await world.enroll(mia);
  world.discord.setFaults({ serverErrors: { calls: 100_000, status: 503 } });
  await world.client.types(mia, "openclaw request");
  // The next try can be five minutes ahead.
  await pass(200);
  expect(await health()).toEqual({ status: 200, ok: true });
  await pass(700);
  expect((await health()).platforms.discord).toContain("Discord answered 503");
  expect((await rowOf("discord"))?.value.unwell).toBeUndefined();
  world.discord.setFaults(undefined);
  await pass(480);
  expect(dms(mia)).toHaveLength(1);
  expect(await health()).toEqual({ status: 200, ok: true });
  await world.client.types(ada, "openclaw-admin health");
  await pass(5);
  expect(world.client.latest(ada).text).toContain("Undelivered messages\n0");
});

test("after a day without success a message takes the next route, and the admins hear of it", async () => {
  await start();
  const { mia } = people();
  await world.enroll(mia);
  world.discord.resetToken();
  await world.client.types(mia, "openclaw request");
  await pass(120);
  world.pass(24 * 3600);
  await pass(600);
  const told = heardInTeams().filter((text) => text.includes("could not be delivered within a day"));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(mia.id);
  // Nothing is tried any more.
  expect(world.queue.waiting().filter(({ kind }) => kind === "delivery")).toEqual([]);
});

test("a progress message that somebody deleted comes anew, and goes on", async () => {
  await start({});
  const { mia } = people();
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.work(2);
  const [first] = world.client.dms(mia);
  const channel = world.discord.channelsFor(mia.id).find(({ type }) => type === 1)?.id ?? "";
  const deleted = await fetch(`${world.discord.url}/v10/channels/${channel}/messages/${first?.id}`, {
    method: "DELETE",
    headers: {
      authorization: `Bot ${world.discord.botToken}`,
      "user-agent": "DiscordBot (https://bot.contoso.com, 1.0.0)",
    },
  });
  expect(deleted.status).toBe(204);
  await world.settle();
  expect(dms(mia)).toEqual([expect.stringContaining("Your OpenClaw is ready")]);
  expect(world.errors).toEqual([]);
});

test("one person's messages come in the order in which they were owed", async () => {
  await start({});
  const { mia } = people();
  const { tellMember } = await import("../../../bot/engine/tell.ts");
  await world.enroll(mia);
  const [member] = await world.parts.store.members();
  if (!member) throw new Error("nobody is on the roster");
  world.discord.setFaults({ serverErrors: { calls: 3, status: 503 } });
  for (const n of [1, 2, 3, 4]) {
    await tellMember(member, `message-${n}`, { title: `Message ${n}`, tone: "info" }, world.parts);
    world.pass(2);
  }
  await pass(300);
  expect(dms(mia).map((text) => /Message \d/.exec(text)?.[0])).toEqual(
    [1, 2, 3, 4].map((n) => `Message ${n}`),
  );
});

test("the channel of a person is opened once, and anew when it is gone", async () => {
  const opened: string[] = [];
  await start({
    heard: ({ service, request }) => {
      if (service === "discord" && request.url.endsWith("/users/@me/channels")) opened.push(request.url);
    },
  });
  const { mia } = people();
  await world.enroll(mia);
  for (const command of ["request", "stop", "start", "restart"]) {
    await world.client.types(mia, `openclaw ${command}`);
    await world.settle();
  }
  expect(opened).toHaveLength(1);
});

/** So many minutes of another bot's sweep and worker. */
async function minutes(count: number, app: App) {
  for (let minute = 0; minute < count; minute += 1) {
    world.pass(60);
    await app.sweep();
    for (let work = world.queue.waiting().length; work > 0; work -= 1) {
      const message = world.queue.next();
      if (message) await app.work(message);
    }
  }
}

test("health reports a message that was never tried, too: the timer comes, and the worker does not", async () => {
  await start({});
  const { ada, mia } = people();
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  for (let minute = 0; minute < 10; minute += 1) {
    world.pass(60);
    await world.app.sweep();
  }
  expect(await health()).toEqual({ status: 200, ok: true });
  for (let minute = 0; minute < 4; minute += 1) {
    world.pass(60);
    await world.app.sweep();
  }
  expect((await health()).platforms.discord).toContain("not sent yet, or waiting");
  // As if the worker were back.
  await world.settle(3000);
  await pass(120);
  expect(await health()).toEqual({ status: 200, ok: true });
  expect(dms(mia).at(-1)).toContain("Your OpenClaw is ready");
  await world.client.types(ada, "openclaw-admin health");
});

test("a platform whose settings are gone while it is owed messages makes health bad, until nothing is owed there", async () => {
  await start();
  await teams.types(teamsPeople.ada, "@OpenClaw roster add @Mia Member", {
    conversation: world.teams.places.group,
  });
  await world.settle();
  await teams.types(teamsPeople.mia, "request");
  const { teams: _gone, ...rest } = world.parts.platforms;
  const lines: string[] = [];
  const log = { ...world.parts.log, info: (message: string) => lines.push(message) };
  const parts = { ...world.parts, platforms: rest, adminPlatforms: ["discord"], log };
  const without = appFrom(parts);
  await minutes(12, without);
  const { status, body = "" } = await without.health();
  expect(status).toBe(503);
  expect(JSON.parse(body).platforms.teams).toContain("the bot has no settings for it");
  expect(lines).toContain("a platform refuses the bot");
  expect(heardInDiscord().filter((title) => title.includes("Teams isn't accepting"))).toHaveLength(1);
  world.pass(24 * 3600);
  await minutes(5, without);
  expect((await without.health()).status).toBe(200);
  expect(heardInDiscord().filter((title) => title.includes("accepts messages again"))).toEqual([]);
});

test("a platform that knows the bot and takes nothing from it is unwell all the time, not by turns", async () => {
  await start();
  const { mia } = people();
  await world.enroll(mia);
  const real = world.parts.platforms["discord"] ?? expect.fail();
  const refuses = new PlatformUnwell("something on the way refuses what is posted");
  const platforms = { ...world.parts.platforms, discord: { ...real, send: () => Promise.reject(refuses) } };
  const stuck = appFrom({ ...world.parts, platforms });
  await world.client.types(mia, "openclaw request");
  const etags = new Set<string>();
  for (let minute = 0; minute < 20; minute += 1) {
    await minutes(1, stuck);
    etags.add((await rowOf("discord"))?.etag ?? "");
  }
  expect(etags.size).toBeLessThanOrEqual(3);
  expect(heardInTeams().filter((text) => text.includes("accepts messages again"))).toEqual([]);
});
