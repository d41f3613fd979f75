import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import { people as onTeams } from "../../../local/teams/people.ts";
import type { Seen } from "../../client.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { discordFront, type Front, teamsFront, type Who } from "../fronts.ts";

/**
 * An admin's and a member's story where the member is a guest: their directory calls them otherwise than their mail does, and there is `&`
 * in their name. In order: each test goes on where the one before it ended.
 */
const signInName = "gus_partner.example#EXT#@contoso.onmicrosoft.com";
const key = memberKey(onTeams.gus.objectId);
const vm = `openclaw-${key}`;

/** Answers a message of the bot's with words: in Teams a reply quotes it. */
const replies: Record<string, (world: World, who: Who, on: Seen, command: string) => Promise<Seen>> = {
  discord: (world, who, _on, command) => discordFront(world).types(who, command),
  teams: (world, who, on, command) =>
    teamsClient(world.teams).types(world.teams.people[who], command, { quotes: on.id }),
};

describe.each([
  ["discord", discordFront],
  ["teams", teamsFront],
] as const)("on %s", (platform, frontOf) => {
  let world: World;
  let front: Front;
  beforeAll(async () => {
    const first = `discord:1100000000000000101 entra:${onTeams.ada.objectId}`;
    world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true });
    front = frontOf(world);
  });
  afterAll(() => world.close());
  const reply = (who: Who, on: Seen, command: string) =>
    replies[platform]?.(world, who, on, command) ?? expect.fail(platform);
  const latest = (who: Who) => front.sees(who).at(-1) ?? expect.fail("nothing was shown");
  const shown = (who: Who, text: string) =>
    front.sees(who).findLast((seen) => seen.text.includes(text)) ?? expect.fail(`“${text}” was not shown`);
  const login = (person: string, address = "203.0.113.7") =>
    world.azure.canLogin(person, address, vm).allowed;

  test("an admin puts them on the roster, by mention and by the address as it was copied", async () => {
    await front.types("ada", "roster add", {
      person: front.named("gus"),
      entra: "<gus@partner.example>;",
    });
    await world.settle();
    expect(shown("ada", "Gus Guest (R&D) is on the roster")).toBeDefined();
    const all = await Promise.all(
      [{ person: front.named("gus") }, { entra: "GUS@partner.example" }, { entra: signInName }].map((who) =>
        front.types("ada", "roster show", who),
      ),
    );
    for (const { text } of all)
      expect(text).toContain(`gus@partner.example\nObject id\n${onTeams.gus.objectId}`);
  });

  test("a team file that was exported names them so that they are found again", async () => {
    const json = (await front.types("ada", "roster export")).code.join("\n");
    expect(json).toContain(`"email":"${signInName}"`);
    await front.types("ada", "roster import", { json });
    await world.settle();
    expect(latest("ada").text).toContain("Already up to date: one person");
  });

  test("they request an instance, and hear when it is ready, and how to get in", async () => {
    const answer = await front.types("gus", "request");
    expect(answer.text).toMatch(/about \$\d+\.\d\d a month while it runs/);
    await world.settle();
    const ready = shown("gus", "Your OpenClaw is ready");
    expect(ready.code).toContain(`az login --tenant ${world.parts.settings.tenant}`);
    expect(ready.code.some((line) => line.endsWith(`--name ${vm}`))).toBe(true);
  });

  test("they get in from their address, by the name with which they sign in, and nobody else does", async () => {
    await reply("gus", shown("gus", "Your OpenClaw is ready"), "connect");
    await world.settle();
    await front.types("gus", "open-access", { address: "203.0.113.7" });
    await world.settle();
    world.azure.advance(900);
    expect(login(signInName)).toBe(true);
    expect(login(signInName, "203.0.113.8")).toBe(false);
    for (const other of ["mia@contoso.com", "ada@contoso.com"]) expect(login(other)).toBe(false);
  });

  test("they stop it, in a reply to the bot's message", async () => {
    await reply("gus", shown("gus", "Your OpenClaw is ready"), "stop");
    await world.settle();
    expect(shown("gus", "Your OpenClaw is stopped")).toBeDefined();
    expect(login(signInName)).toBe(false);
  });

  test("they tear it down, and a snapshot stays", async () => {
    const question = await reply("gus", shown("gus", "Your OpenClaw is stopped"), "teardown");
    await front.clicks("gus", question, "Yes, tear it down");
    await world.settle();
    expect(shown("gus", "is in the snapshot")).toBeDefined();
    expect(world.azure.resources().filter(({ name }) => name === vm || name.startsWith(`${vm}-nic`))).toEqual(
      [expect.objectContaining({ type: "Microsoft.ManagedIdentity/userAssignedIdentities" })],
    );
  });

  test("an admin takes them off the roster, by their sign-in name, and nothing of this went wrong", async () => {
    const asked = await front.types("ada", "roster remove", { entra: signInName });
    await front.clicks("ada", asked, "Yes, remove");
    await world.settle();
    expect((await front.types("gus", "status")).text).toContain("not on this team's roster");
    expect(world.errors).toEqual([]);
  });
});
