import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { people as teamsPeople } from "../../../../local/teams/people.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront, teamsFront } from "../../fronts.ts";
import { rowsOf } from "../../tables.ts";

/** Who deletes all their data has no keys in the vault afterwards but as versions of before, and hears who can purge those. */
let world: World;
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true });
});
afterAll(() => world.close());

describe.each([
  ["discord", discordFront, "mia"],
  ["teams", teamsFront, "max"],
] as const)("on %s", (_platform, frontOf, who) => {
  const name = `openclaw-${memberKey(teamsPeople[who].objectId)}`;

  test("the keys go with everything else, and a new request works", async () => {
    const front = frontOf(world);
    await world.enroll(world.discord.people[who]);
    await front.types(who, "request");
    await world.settle();
    world.azure.vault.set(name, JSON.stringify({ ANTHROPIC_API_KEY: "sk-ant-of-before" }));
    await front.types(who, "teardown", { "no-backup": "true", name });
    await world.settle();
    expect(world.azure.vault.value(name)).toBe("{}");
    const told = front.sees(who).findLast(({ text }) => text.includes("OpenClaw is deleted"));
    expect(told?.text).toContain("I overwrote your keys in the vault with an empty value");
    expect(told?.text).toContain("Your secret stays there, with earlier values of your keys");
    expect(told?.text).toContain("and so does your identity in Azure");
    const commands = [
      "az role assignment delete",
      `az keyvault secret delete --vault-name`,
      "az identity delete",
    ];
    for (const [at, command] of commands.entries()) expect(told?.code[at]).toContain(command);
    await front.types(who, "request");
    await world.settle();
    expect(front.sees(who).some(({ text }) => text.includes("Your OpenClaw is ready"))).toBe(true);
    expect(world.azure.vault.value(name)).toBe("{}");
    expect(world.errors).toEqual([]);
  });

  test("a teardown that keeps a snapshot keeps the keys", async () => {
    const front = frontOf(world);
    world.azure.vault.set(name, JSON.stringify({ ANTHROPIC_API_KEY: "sk-ant-kept" }));
    const question = await front.types(who, "teardown");
    await front.clicks(who, question, "Yes, tear it down");
    await world.settle();
    expect(world.azure.vault.value(name)).toContain("sk-ant-kept");
  });
});

test("a home disk that an admin gave them goes too, and question, form, audit and result say so", async () => {
  const { ada, mia } = world.discord.people;
  const name = `openclaw-${memberKey(teamsPeople.mia.objectId)}`;
  const key = name.slice("openclaw-".length);
  const theirs = () => world.azure.resources().filter(({ tags }) => tags?.["key"] === key);
  await world.client.removes(ada, { entra: "max@contoso.com" });
  await world.settle();
  await world.client.types(ada, "openclaw-admin roster transfer", { from: "max@contoso.com", to: mia.id });
  await world.client.clicks(ada, "Yes, give it");
  await world.settle();
  expect(theirs().some(({ tags }) => tags?.["kind"] === "transfer")).toBe(true);

  await world.client.types(mia, "openclaw request");
  await world.settle();
  const question = await world.client.types(mia, "openclaw teardown");
  expect(question.text).toContain("home disks that an admin gave you");
  const form = await world.client.types(mia, "openclaw teardown", { "no-backup": true });
  expect(form.text).toContain("what you were given");
  await world.client.types(mia, "openclaw teardown", { "no-backup": true, name });
  await world.settle();
  expect(theirs().filter(({ type }) => type.endsWith("/snapshots"))).toEqual([]);
  expect(world.client.dms(mia).at(-1)?.text).toContain("any home disk that an admin gave you");
  const audit = Object.entries(await rowsOf(world)).filter(([row]) => row.includes(`state ${key} audit:`));
  expect(audit.map(([, json]) => json).join()).toContain("home disks that an admin gave them");
});
