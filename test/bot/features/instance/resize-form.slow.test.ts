import { afterAll, beforeAll, expect, test } from "vitest";
import { people as discord } from "../../../../local/discord/people.ts";
import { people as teams } from "../../../../local/teams/people.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront } from "../../fronts.ts";

/** Who asks for another size without saying which picks one. The tests build on each other. */
let world: World;
const sizes = ["Standard_B2als_v2", "Standard_B2as_v2", "Standard_B4as_v2"];
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true });
  await world.enroll(discord.ada, { role: "admin" });
  await world.enroll(discord.mia);
  await world.client.types(discord.ada, "openclaw-admin policy set", { sizes: sizes.join(",") });
  await world.settle();
  await world.client.types(discord.mia, "openclaw request");
  await world.settle();
  await world.app.sweep();
  world.pass(3700);
});
afterAll(() => world.close());

const offered = [
  { name: expect.stringMatching(/^2 vCPU, 8 GB · Standard_B2as_v2 · about \$\d+ a month$/), value: sizes[1] },
  {
    name: expect.stringMatching(/^4 vCPU, 16 GB · Standard_B4as_v2 · about \$\d+ a month$/),
    value: sizes[2],
  },
];

test("on Teams from a list, and nothing that isn't in it is taken", async () => {
  const client = teamsClient(world.teams);
  const form = await client.types(teams.mia, "resize");
  expect(form.fields).toEqual(["size"]);
  const card = world.teams.messagesFor(teams.mia.id).find(({ id }) => id === form.id);
  expect(card?.attachments[0]?.content).toMatchObject({
    body: [
      {},
      {
        type: "Input.ChoiceSet",
        style: "filtered",
        choices: offered.map(({ name: title, value }) => ({ title, value })),
      },
    ],
  });
  await expect(client.fills(teams.mia, form, { size: "Standard_M128" })).rejects.toThrow(
    "doesn't offer this choice",
  );
  const forged = { openclaw: "v1:resize:", fields: ["size"], size: "Standard_M128" };
  const inputs = { size: sizes[1] ?? "" };
  const refused = await client.clicks(teams.mia, form, "Send", {
    inputs,
    activity: {
      value: { action: { type: "Action.Execute", verb: "openclaw", data: forged }, trigger: "manual" },
    },
  });
  expect(refused.text).toContain("size must be");
  const asked = await client.fills(teams.mia, await client.types(teams.mia, "resize"), inputs);
  expect(asked.text).toContain("to Standard_B2as_v2?");
});

test("on Discord from a select, and nothing that isn't in it is taken", async () => {
  const front = discordFront(world);
  const open = async () => {
    const form = await front.presses("mia", { command: "resize", options: {} });
    expect(form.fields).toEqual(["size"]);
    return form;
  };
  await open();
  await expect(world.client.fills(discord.mia, { size: "Standard_M128" })).rejects.toThrow(
    "doesn't offer this choice",
  );
  const { id } = await open();
  const several = { type: 3, id: 2, custom_id: "size", values: sizes };
  const outcome = await world.discord.interact(
    discord.mia,
    { submit: id, values: { size: sizes[1] ?? "" } },
    { payload: { data: { custom_id: "v1:resize:", components: [{ type: 18, id: 1, component: several }] } } },
  );
  expect(outcome.kind).toMatch(/message|updated/);
  expect(world.client.latest(discord.mia).text).toContain("size must be");
  await open();
  const asked = await world.client.fills(discord.mia, { size: sizes[2] ?? "" });
  expect(asked.text).toContain("to Standard_B4as_v2?");
  expect(world.errors).toEqual([]);
});

test("it opens as ever where nothing can be found to pick from", async () => {
  const { store } = world.parts;
  const kept = store.cached;
  Object.assign(store, { cached: () => Promise.reject(new Error("no storage")) });
  const form = await teamsClient(world.teams).types(teams.mia, "resize");
  Object.assign(store, { cached: kept });
  expect(form.fields).toEqual(["size"]);
  expect(world.errors.splice(0).join("")).toContain("a form had to open without choices");
  const card = world.teams.messagesFor(teams.mia.id).find(({ id }) => id === form.id);
  expect(JSON.stringify(card)).toContain("Input.Text");
});
