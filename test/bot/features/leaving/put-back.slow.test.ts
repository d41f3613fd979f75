import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { people as teamsPeople } from "../../../../local/teams/people.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront, type Front, teamsFront } from "../../fronts.ts";
import { rowsOf } from "../../tables.ts";

describe.each([
  ["discord", discordFront],
  ["teams", teamsFront],
] as const)("who is taken off the roster on %s", (platform, frontOf) => {
  let world: World;
  let front: Front;
  const key = memberKey(teamsPeople.mia.objectId);
  const member = async () => (await world.parts.store.person(key)).member?.value;
  beforeAll(async () => {
    const admins = `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}`;
    world = await startWorld({ BOOTSTRAP_ADMINS: admins }, { withTeams: true });
    front = frontOf(world);
    const { mia, max } = world.discord.people;
    await world.client.types(world.discord.people.ada, "openclaw-admin roster add", {
      person: mia.id,
      entra: "mia@contoso.com",
      login: "administrator",
    });
    await world.settle();
    await world.client.types(world.discord.people.ada, "openclaw-admin roster link", {
      person: max.id,
      entra: "mia@contoso.com",
    });
  });
  afterAll(() => world.close());
  const asks = () => front.types("ada", "roster remove", { entra: "mia@contoso.com" });
  const newest = () => front.sees("ada").at(-1) ?? expect.fail("nothing");

  test("is so once somebody has said yes", async () => {
    const question = await asks();
    expect(question.text).toContain("Remove Mia Member from the roster?");
    expect(question.text).toContain("put them back for a day");
    expect(await member()).toMatchObject({ status: "active" });
    const removed = await front.clicks("ada", question, "Yes, remove");
    expect(removed.text).toContain("Mia Member is off the roster");
    expect(removed.buttons).toEqual(["Put back"]);
    await world.settle();
    expect(await member()).toMatchObject({ status: "left" });
    expect(newest().text).toContain("off the roster. Their roles are revoked.");
    expect(newest().buttons).toEqual(["Put back"]);
  });

  test("is put back as they were, with roles and links", async () => {
    await front.clicks("ada", newest(), "Put back");
    await world.settle();
    const { mia, max } = world.discord.people;
    expect(await member()).toMatchObject({
      status: "active",
      loginRole: "administrator",
      role: "user",
      accounts: [{ id: mia.id }, { id: max.id }],
    });
    for (const who of [mia, max])
      expect((await world.client.types(who, "openclaw help")).text).toContain("What you can do");
    const audit = await front.types("ada", "audit", { entra: "mia@contoso.com" });
    await world.settle();
    expect([audit, ...front.sees("ada")].map(({ text }) => text).join()).toContain(
      "put Mia Member back on the roster",
    );
  });

  test("is put back for a day, and not where one of their accounts is somebody else's", async () => {
    const question = await asks();
    await front.clicks("ada", question, "Yes, remove");
    await world.settle();
    const removals = Object.entries(await rowsOf(world)).flatMap(([row, json]) =>
      row.startsWith(`state ${key} op:`) && json.includes('"name":"remove"')
        ? [row.split("op:")[1] ?? ""]
        : [],
    );
    expect(removals).toHaveLength(2);
    // Of the newest; a message that only one person sees is gone on one platform by the time that the button is spent.
    const presses = async (): Promise<string> => {
      const texts = [];
      for (const of of removals)
        texts.push((await front.presses("ada", { command: "roster put-back", options: { key, of } })).text);
      return texts.join();
    };
    world.pass(25 * 3600);
    expect(await presses()).toMatch(/works for a day.*works for a day/s);
    expect(await member()).toMatchObject({ status: "left" });
    world.pass(-24 * 3600);
    await world.client.types(world.discord.people.ada, "openclaw-admin roster add", {
      person: world.discord.people.max.id,
      entra: "max@contoso.com",
    });
    await world.settle();
    expect(await presses()).toContain("is already linked to max@contoso.com");
    expect(await member()).toMatchObject({ status: "left" });
    expect(world.errors).toEqual([]);
  });

  if (platform === "teams")
    test.each(["roster show @Mia Member", "roster remove @Mia", "roster add @Mia Member mia@contoso.com"])(
      "can't be named by @Name in a chat with the bot alone, and the bot says what to write: %s",
      async (typed) => {
        world.pass(2);
        await world.teams.send(teamsPeople.ada, typed);
        expect(newest().text).toContain("“@Mia” isn't a mention");
        expect(newest().text).toContain("entra:mia@contoso.com");
      },
    );
});
