import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { people as onTeams } from "../../../../local/teams/people.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront, type Front, teamsFront } from "../../fronts.ts";

/** Whom an admin means, and who can't be meant. Ada is the first admin; each platform has a member. */
let world: World;
/** Whose sign-in name is the mail address of somebody else. */
const formerOwner = "6f1b6b1e-0000-4000-8000-00000000000a";
beforeAll(async () => {
  const first = `discord:1100000000000000101 entra:${onTeams.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true });
  const shared = { mail: "office@contoso.com", aliases: [] };
  world.azure.people.put({ userPrincipalName: "nia@contoso.com", displayName: "Nia Newcomer", ...shared });
  world.azure.people.put({ userPrincipalName: "sam@contoso.com", displayName: "Sam Stranger", ...shared });
  const former = { id: formerOwner, displayName: "Eve Former", mail: "eve@contoso.com" };
  world.azure.people.put({ userPrincipalName: "reused@contoso.com", ...former });
  const now = { displayName: "Nils Now", mail: "reused@contoso.com" };
  world.azure.people.put({ userPrincipalName: "nils@contoso.com", ...now });
  const aliases = ["the-max@contoso.com"];
  world.azure.people.put({ userPrincipalName: "max@contoso.com", displayName: "Max Member", aliases });
  await world.enroll(world.discord.people.mia);
});
afterAll(() => world.close());

const answerOf = async (front: Front, command: string, options: Readonly<Record<string, string>>) => {
  await front.types("ada", command, options);
  await world.settle();
  return front.sees("ada").at(-1)?.text ?? "";
};
const members = async () => (await world.parts.store.members()).map(({ name, accounts }) => [name, accounts]);

describe("an account that can be nobody's", () => {
  const ada = () => world.discord.people.ada;
  const admin = async (command: string, options: Readonly<Record<string, string>>) => {
    await world.client.types(ada(), `openclaw-admin ${command}`, options);
    await world.settle();
    return world.client.latest(ada()).text;
  };

  test.each([
    ["roster add", { entra: "max@contoso.com" }],
    ["roster link", { entra: "mia@contoso.com" }],
  ])(
    "%s: a bot's, and that of somebody who left, are refused, and nothing changes",
    async (command, options) => {
      const { max, sam } = world.discord.people;
      const before = await members();
      world.discord.setFaults({ left: [sam.id] });
      expect(await admin(command, { ...options, person: "@OpenClaw" })).toContain(
        "openclaw is a bot, so I can't link that account. Nothing was changed.",
      );
      expect(await admin(command, { ...options, person: sam.id })).toContain(
        "Sam Stranger has left this server",
      );
      world.discord.setFaults(undefined);
      expect(await members()).toEqual(before);
      expect(await admin("roster show", { person: max.id })).toContain("isn't on the roster");
    },
  );

  test("one that is a member's already can still be named, and taken from them, when they have left", async () => {
    const { mia } = world.discord.people;
    world.discord.setFaults({ left: [mia.id] });
    expect(await admin("roster show", { person: mia.id })).toContain("mia@contoso.com");
    expect(await admin("roster unlink", { person: mia.id })).toContain("is no longer linked to Mia Member");
    world.discord.setFaults(undefined);
    expect(await admin("roster link", { person: mia.id, entra: "mia@contoso.com" })).toContain(
      "is now linked to Mia Member",
    );
  });
});

describe("an account that a team file names by its id", () => {
  const imports = async (...ids: readonly string[]) => {
    const emails = ["max@contoso.com", "nia@contoso.com", "sam@contoso.com"];
    const team = ids.map((discord, index) => ({ email: emails[index], discord }));
    const { ada } = world.discord.people;
    await world.client.types(ada, "openclaw-admin roster import", {
      json: JSON.stringify({ members: team }),
    });
    await world.settle();
    return world.client.latest(ada).text;
  };

  test("is a bot's, or that of somebody who left or never was there: refused, each with its reason", async () => {
    const { sam } = world.discord.people;
    world.discord.setFaults({ left: [sam.id] });
    const said = await imports(world.discord.applicationId, sam.id, "123456789012345678");
    world.discord.setFaults(undefined);
    expect(said).toContain(`max@contoso.com: discord:${world.discord.applicationId} is a bot's account`);
    expect(said).toContain(`nia@contoso.com: nobody there has the account discord:${sam.id}`);
    expect(said).toContain("sam@contoso.com: nobody there has the account discord:123456789012345678");
    expect(said).not.toContain("To add");
  });

  test("can't be looked up while Discord does not answer: to be imported again, and nothing else is held up", async () => {
    const { max } = world.discord.people;
    world.discord.setFaults({ serverErrors: { calls: 1, status: 503 } });
    const said = await imports(max.id);
    expect(said).toContain("the account couldn't be looked up: import it again later");
  });

  test("is a person's: taken, and one that its member has already is not asked for again", async () => {
    const { max, mia } = world.discord.people;
    expect(await imports(max.id)).toContain("Import one person?");
    const { ada } = world.discord.people;
    const team = { members: [{ email: "mia@contoso.com", discord: mia.id }] };
    world.discord.setFaults({ left: [mia.id] });
    await world.client.types(ada, "openclaw-admin roster import", { json: JSON.stringify(team) });
    await world.settle();
    world.discord.setFaults(undefined);
    expect(world.client.latest(ada).text).not.toContain("nobody there");
  });
});

describe.each([
  ["discord", discordFront],
  ["teams", teamsFront],
] as const)("an address, on %s", (_platform, frontOf) => {
  const say = (command: string, entra: string) => answerOf(frontOf(world), command, { entra });

  test.each([
    ["mia\u200B@contoso.com", "Mia Member is already on the roster"],
    ["<mia@contoso.com>;", "Mia Member is already on the roster"],
    ["mailto:mia＠contoso.com", "Mia Member is already on the roster"],
    ["Mia Member <mia@contoso.com>", "Mia Member is already on the roster"],
    ["<nobody@contoso.com>,", "nobody@contoso.com is not in your organisation's directory"],
    ["mia@contoso.com;max@contoso.com", "“mia@contoso.com;max@contoso.com” names more than one person"],
    ["mia@contoso", "“mia@contoso” is neither an e-mail address nor an object id"],
    [
      "office@contoso.com",
      "office@contoso.com is the address of 2 people in your directory: Nia Newcomer (nia@contoso.com), Sam Stranger (sam@contoso.com). Use the name",
    ],
    [
      "reused@contoso.com",
      `reused@contoso.com is the address of 2 people in your directory: Eve Former (${formerOwner}), Nils Now (nils@contoso.com). Use the name or id in brackets for the one you mean. Nothing was changed.`,
    ],
  ])("%j: %s", async (entra, said) => {
    const before = await members();
    expect(await say("roster add", entra)).toContain(said);
    expect(await members()).toEqual(before);
  });

  test("that is none of those which the roster knows is said to be that, and no more", async () => {
    expect(await say("roster show", "Mia <mia@contoso.com>;")).toContain("mia@contoso.com");
    expect(await say("roster show", "max@contoso.com;")).toContain("max@contoso.com isn't on the roster");
    expect(await say("roster show", "mia@contoso.com, max@contoso.com")).toContain(
      "names more than one person",
    );
  });
});

test("somebody whom Teams knows can't be put on the roster as somebody else", async () => {
  const before = await members();
  const options = { person: onTeams.max.objectId, entra: "nia@contoso.com" };
  expect(await answerOf(teamsFront(world), "roster add", options)).toContain(
    "In Entra, Max Member is a different person than nia@contoso.com",
  );
  expect(await members()).toEqual(before);
});

test("a further address finds its owner, and an import reports one that two people have", async () => {
  const { ada } = world.discord.people;
  const json = JSON.stringify({
    members: [{ email: "<the-max@contoso.com>" }, { email: "office@contoso.com" }],
  });
  await world.client.types(ada, "openclaw-admin roster import", { json });
  await world.settle();
  const { text } = world.client.latest(ada);
  expect(text).toContain("Max Member (max@contoso.com)");
  expect(text).toContain("Entry 2, office@contoso.com: is the address of 2 people in your directory");
});

test("commands hold characters that nobody sees, on both platforms", async () => {
  const { mia } = world.discord.people;
  const teams = teamsClient(world.teams);
  const asked = { address: "\u200B203.0.113.7\u00A0\uFEFF" };
  const why = "no instance";
  expect((await world.client.types(mia, "openclaw open-access", asked)).text.toLowerCase()).toContain(why);
  const typed = "\uFEFF/open\u00ADclaw\u00A0open-access\u200B 203.0.113.7\u200B";
  expect((await teams.types(onTeams.mia, typed)).text.toLowerCase()).toContain(why);
  expect((await teams.types(onTeams.mia, "\u200Bsta\u00ADtus")).text).toContain("there is none");
  await world.settle();
  expect(world.errors).toEqual([]);
});
