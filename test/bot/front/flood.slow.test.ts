import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Exchange } from "../../../local/traffic.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { rowsOf } from "../tables.ts";

/** Somebody sends more than one can read: what they get, what the others get, what is written. The tests build on each other. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
let heard: Exchange[] = [];
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true, heard: (exchange) => heard.push(exchange) });
  teams = teamsClient(world.teams);
  await world.enroll(world.discord.people.mia);
  await world.enroll(world.discord.people.max);
  await world.client.types(world.discord.people.mia, "openclaw request");
  await world.settle();
});
afterAll(() => world.close());
beforeEach(() => {
  world.pass(120);
  heard = [];
});
const mia = () => world.discord.people.mia;
const many = async <T>(count: number, act: () => Promise<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let one = 0; one < count; one += 1) all.push(await act());
  return all;
};
const polite = "Commands are coming in faster than I can take them. Wait 1 second, then send this one again.";

test("five who ask for the status at once get an answer each, from one look", async () => {
  const reads = () =>
    heard.filter(({ request }) => request.method === "GET" && /\/virtualMachines\//.test(request.url)).length;
  const alone = await world.client.types(mia(), "openclaw status");
  await world.settle();
  const ofOne = reads();
  expect(ofOne).toBeGreaterThan(0);
  world.pass(60);
  heard = [];
  const asked = await Promise.all(
    Array.from({ length: 5 }, () => world.client.types(mia(), "openclaw status")),
  );
  for (const { text } of asked) expect(text).toContain("Checking Azure now");
  await world.settle();
  const answers = world.client.sees(mia()).filter(({ id }) => asked.some((one) => one.id === id));
  expect(answers).toHaveLength(5);
  const { text } = world.client.sees(mia()).find(({ id }) => id === alone.id) ?? expect.fail("gone");
  const withoutTime = (said: string) => said.replaceAll(/<t:\d+:f>/g, "");
  for (const answer of answers) expect(withoutTime(answer.text)).toBe(withoutTime(text));
  expect(reads()).toBeLessThanOrEqual(ofOne + 1);
  expect(world.errors).toEqual([]);
});

test("five who have their VM checked at once get an answer each", async () => {
  const asked = await Promise.all(
    Array.from({ length: 5 }, () => world.client.types(mia(), "openclaw doctor")),
  );
  await world.settle();
  const answers = world.client.sees(mia()).filter(({ id }) => asked.some((one) => one.id === id));
  expect(answers.map(({ text }) => text.split("\n")[0])).toEqual(
    Array(5).fill(answers[0]?.text.split("\n")[0]),
  );
  expect(answers[0]?.text).toContain("check");
  expect(world.errors).toEqual([]);
});

test("a member gets 20 answers, then one polite word, and nothing is written for the rest", async () => {
  const answers = await many(20, () => world.client.types(mia(), "openclaw help"));
  for (const { text } of answers) expect(text).toContain("What you can do");
  const before = await rowsOf(world);
  const more = await many(30, () => world.client.types(mia(), "openclaw help"));
  expect(more[0]?.text).toContain(polite);
  expect(more.slice(1).map(({ text }) => text)).toEqual(Array(29).fill("Wait a moment."));
  expect(await rowsOf(world)).toEqual(before);
  world.pass(1);
  expect((await world.client.types(mia(), "openclaw help")).text).toContain("What you can do");
});

test("a button that is pressed too often changes nothing that is shown", async () => {
  const shows = await world.client.types(mia(), "openclaw status");
  await many(19, () => world.client.types(mia(), "openclaw help"));
  await world.client.types(mia(), "openclaw help");
  const before = world.client.sees(mia());
  const press = () => world.client.clicks(mia(), shows.buttons[0] ?? "", shows);
  await expect(press()).rejects.toThrow("sees nothing");
  expect(world.client.sees(mia())).toEqual(before);
});

test("strangers are answered less and less, and a member meanwhile as ever", async () => {
  const { sam, max } = world.discord.people;
  const before = await rowsOf(world);
  const answers = await many(15, () => world.client.types(sam, "openclaw help"));
  const refused = answers.filter(({ text }) => text.includes("not on this team's roster"));
  expect(refused).toHaveLength(10);
  expect(answers[10]?.text).toContain(polite);
  expect(answers.slice(11).map(({ text }) => text)).toEqual(Array(4).fill("Wait a moment."));
  expect(await rowsOf(world)).toEqual(before);
  for (const { text } of await many(20, () => world.client.types(max, "openclaw help")))
    expect(text).toContain("What you can do");
});

test("on Teams whoever heard once hears no more of it, and nothing is sent for it", async () => {
  const { people } = world.teams;
  const shows = await teams.types(people.mia, "status");
  await many(19, () => teams.types(people.mia, "help"));
  expect((await teams.types(people.mia, "help")).text).toContain(polite);
  heard = [];
  const shown = await many(10, () => teams.types(people.mia, "help"));
  expect(shown.map(({ text }) => text)).toEqual(Array(10).fill(""));
  expect(heard.filter(({ request }) => /\/v3\/conversations/.test(request.url))).toEqual([]);
  const pressed = await teams.clicks(people.mia, shows, shows.buttons[0] ?? expect.fail("no button"));
  expect(pressed.text).toBe("Wait a moment.");
});
