import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeLine } from "../../../../bot/core/card.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront } from "../../fronts.ts";

let world: World;
const people = () => world.discord.people;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
}, 120_000);
afterAll(() => world.close());

const vms = () => world.azure.resources().filter(({ type }) => type === "Microsoft.Compute/virtualMachines");

test("Keep it answers that nothing was changed, and uses up the question", async () => {
  const question = await world.client.types(people().mia, "openclaw teardown");
  expect(question.buttons).toEqual(["Keep it", "Yes, tear it down", "Delete all my data"]);
  const kept = await world.client.clicks(people().mia, "Keep it", question);
  expect(kept.text).toContain("Nothing was changed");
  for (const label of ["Yes, tear it down", "Keep it"]) {
    const late = await world.client.clicks(people().mia, label, question);
    expect(late.text).toContain("You already answered that question");
  }
  await world.settle();
  expect(vms()).toHaveLength(1);
});

test("what was confirmed can't be kept any more", async () => {
  const question = await world.client.types(people().mia, "openclaw rebuild");
  await world.client.clicks(people().mia, "Yes, rebuild it", question);
  const late = await world.client.clicks(people().mia, "Keep it", question);
  expect(late.text).toContain("You already answered that question");
  await world.settle();
});

test("an admin keeps a member", async () => {
  const question = await world.client.types(people().ada, "openclaw-admin roster remove", {
    person: people().mia.id,
  });
  expect(question.buttons.slice(-2)).toEqual(["Keep them", "Yes, remove"]);
  expect((await world.client.clicks(people().ada, "Keep them", question)).text).toContain(
    "Nothing was changed",
  );
  expect((await world.client.clicks(people().ada, "Yes, remove", question)).text).toContain(
    "already answered",
  );
  expect((await world.client.types(people().mia, "openclaw status")).text).toContain("Your OpenClaw");
  expect(world.errors).toEqual([]);
});

test("nobody answers somebody else's question", async () => {
  const { mia } = people();
  const question = await world.client.types(mia, "openclaw teardown");
  const lines = world.discord
    .messagesFor(mia.id)
    .filter(({ id }) => id === question.id)
    .flatMap(({ components }) => [...JSON.stringify(components).matchAll(/"custom_id":"([^"]+)"/g)])
    .flatMap(([, id = ""]) => decodeLine(id) ?? []);
  const line = lines.find(({ command }) => command === "keep") ?? expect.fail("no button keeps it");
  const pressed = await discordFront(world).presses("ada", line);
  expect(pressed.text).toContain("That question isn't yours");
  expect((await world.client.clicks(mia, "Yes, tear it down", question)).text).toContain("Tearing it down");
  await world.settle();
});
