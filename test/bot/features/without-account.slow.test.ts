import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import { tellMember } from "../../../bot/engine/tell.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";

/** An admin on Discord, and a member whom only Teams knows: named by e-mail. In order. */
let world: World;
const entra = "max@contoso.com";
const key = memberKey(teamsPeople.max.objectId);
async function asks(command: string, options: Readonly<Record<string, string | boolean>> = {}) {
  const asked = await world.client.types(
    world.discord.people.ada,
    `openclaw-admin ${command}`,
    options as Record<string, string>,
  );
  await world.settle();
  const seen = world.client.sees(world.discord.people.ada);
  return seen.find(({ id }) => id === asked.id) ?? asked;
}
const instance = async () => (await world.parts.store.person(key)).instance?.value;

beforeAll(async () => {
  const admins = { BOOTSTRAP_ADMINS: `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}` };
  world = await startWorld(admins, { withTeams: true });
  const file = JSON.stringify({ members: [{ email: entra }] });
  const { ada } = world.discord.people;
  const files = { file: { name: "team.json", text: file } };
  await world.client.types(ada, "openclaw-admin roster import", {}, { files });
  await world.settle();
  await world.client.clicks(ada, "Apply", world.client.latest(ada));
  await world.settle();
  await teamsClient(world.teams).types(teamsPeople.max, "request");
  await world.settle();
});
afterAll(() => world.close());

test("a mention of an account that nobody on the roster has says how else to name them", async () => {
  const said = await asks("instances stop", { person: world.discord.people.max.id });
  expect(said.text).toContain("then use entra:");
});

test("what runs on their VM", async () => {
  expect((await asks("config check", { entra, patch: "{}" })).text).toContain("would accept it");
  expect((await asks("secrets push", { entra })).text).toContain("Max Member");
});

test("their instance", async () => {
  const question = await asks("instances stop", { entra });
  expect(question.text).toContain("Stop one instance?");
  await world.client.clicks(world.discord.people.ada, "Yes, stop", question);
  expect((await asks("unlock", { entra })).text).toContain("No operation is in progress for Max Member");
  expect(await instance()).toMatchObject({ state: "stopped" });
});

test("what they did on Teams", async () => {
  const theirs = await asks("audit", { entra });
  expect(theirs.text).toContain("Max Member: requested an instance – done");
  expect((await asks("audit")).text).not.toContain(teamsPeople.max.objectId);
});

test("what the bot owes them without being asked, by their object id: that the last copy of their files goes soon", async () => {
  const teams = teamsClient(world.teams);
  const question = await teams.types(teamsPeople.max, "teardown");
  await teams.clicks(teamsPeople.max, question, "Yes, tear it down");
  await world.settle();
  expect((await world.parts.store.person(key)).member?.value.accounts).toEqual([]);
  const before = teams.dms(teamsPeople.max).length;
  world.pass(28 * 24 * 3600);
  await world.app.sweep();
  await world.settle();
  const told = teams.dms(teamsPeople.max).slice(before);
  expect(told.map(({ text }) => text)).toEqual([
    expect.stringContaining("Your last backup will be deleted soon"),
  ]);
  expect(world.errors).toEqual([]);
});

test("where nobody vouches for anybody, the admins hear what the member can't", async () => {
  const alone = await startWorld();
  const { ada } = alone.discord.people;
  await alone.client.types(ada, "openclaw-admin roster add", { entra });
  await alone.settle();
  const member = (await alone.parts.store.person(key)).member?.value ?? expect.fail("nobody");
  const before = alone.client.adminChannel(ada).length;
  await tellMember(
    member,
    "told234567",
    { title: "Your last backup will be deleted soon", tone: "bad" },
    alone.parts,
  );
  await alone.settle();
  const [notice, ...more] = alone.client.adminChannel(ada).slice(before);
  expect(more).toEqual([]);
  expect(notice?.text).toContain("Max Member");
  expect(notice?.text).toContain("Your last backup will be deleted soon");
  await alone.close();
});
