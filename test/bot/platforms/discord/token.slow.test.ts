import { afterEach, expect, test } from "vitest";
import type { Person } from "../../../../local/discord/people.ts";
import type { Exchange } from "../../../../local/traffic.ts";
import { startWorld, type World } from "../../../world.ts";

/** A bot whose token is set late, is wrong, or is reset while it runs: nobody starts it anew. */
const secret = "discord-bot-token";
let world: World;
let heard: Exchange[];
const start = async (token?: string) => {
  heard = [];
  world = await startWorld(
    {},
    { ...(token === undefined ? {} : { token }), heard: (one) => heard.push(one) },
  );
};
afterEach(() => world.close());

const people = () => world.discord.people;
const toDiscord = () =>
  heard.filter(({ service, request }) => service === "discord" && request.url.includes("/api/"));
/** What left with the bot's token; what the commands were registered with at the start is none of the bot's. */
const asBot = () =>
  toDiscord().filter(({ request }) => request.headers["authorization"] && !request.url.includes("/commands"));
const refused = () => toDiscord().filter(({ response }) => response.status === 401);
const dms = (person: Person) => world.client.dms(person).map(({ text }) => text);

/** Lets so much time pass, with the queue and the sweep at work. */
async function pass(seconds: number) {
  const end = world.now().getTime() + seconds * 1000;
  while (world.now().getTime() < end) {
    const before = world.now().getTime();
    await world.work();
    if (world.queue.waiting().length === 0) world.pass(10);
    if (Math.floor(before / 60_000) !== Math.floor(world.now().getTime() / 60_000)) await world.app.sweep();
  }
}

test("without a token everything is answered, nothing leaves, and what is owed goes out within a minute of its being set", async () => {
  await start("not-set");
  const { ada, mia } = people();
  expect((await world.discord.interact(mia, { ping: true })).kind).toBe("pong");
  await world.client.types(ada, "openclaw-admin roster add", { person: mia.id, entra: "mia@contoso.com" });
  await pass(60);
  expect((await world.client.types(mia, "openclaw status")).text).toContain("OpenClaw");
  // Put off, and answered with the token of the interaction.
  await world.client.types(ada, "openclaw-admin health");
  await pass(5);
  expect(world.client.latest(ada).text).toContain("Rights missing in Azure\nnone");
  await world.client.types(mia, "openclaw request");
  await pass(600);
  expect(asBot()).toEqual([]);
  expect(dms(mia)).toEqual([]);

  world.azure.vault.set(secret, `Bot ${world.discord.botToken}\r\n`);
  await pass(61);
  expect(dms(mia)).toHaveLength(1);
  expect(asBot().length).toBeGreaterThan(0);
  expect(refused()).toEqual([]);
  await world.settle();
  expect(dms(mia).at(-1)).toContain("Your OpenClaw is ready");
  expect(world.errors).toEqual([]);
});

test("a wrong token is sent once, however long it stays and however much is owed; the right one works within a minute", async () => {
  await start("from-another-application");
  const { ada, mia, max } = people();
  for (const person of [mia, max]) {
    await world.client.types(ada, "openclaw-admin roster add", {
      person: person.id,
      entra: `${person.username.split(".")[0]}@contoso.com`,
    });
    await pass(60);
    await world.client.types(person, "openclaw request");
  }
  await pass(2 * 3600);
  expect(asBot().map(({ response }) => response.status)).toEqual([401]);
  const questions = heard.filter(
    ({ service, request, response }) =>
      service === "keyvault" && request.url.includes(`/secrets/${secret}`) && response.status === 200,
  );
  // Once a minute at most.
  expect(questions.length).toBeLessThanOrEqual(2 * 60 + 6);
  expect(questions.length).toBeGreaterThan(100);

  world.azure.vault.set(secret, world.discord.botToken);
  await pass(61);
  for (const person of [mia, max]) expect(dms(person)).toHaveLength(1);
  expect(refused()).toHaveLength(1);
});

test("a token that is reset while the bot runs costs one refusal, and no message", async () => {
  await start();
  const { mia } = people();
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  const before = dms(mia).length;
  // In the developer portal; the vault still has the former one.
  const next = world.discord.resetToken();
  await world.client.types(mia, "openclaw restart");
  await pass(900);
  expect(refused()).toHaveLength(1);
  world.azure.vault.set(secret, next);
  await pass(61);
  expect(dms(mia)).toHaveLength(before + 1);
  expect(refused()).toHaveLength(1);
  await world.settle();
  expect(world.errors).toEqual([]);
});
