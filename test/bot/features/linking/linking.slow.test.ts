import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { codeFrom, hashOfCode, mostCodes, mostFailed } from "../../../../bot/features/linking/code.ts";
import { people as onTeams } from "../../../../local/teams/people.ts";
import type { Seen } from "../../../client.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";
import { changesIn, rowsOf } from "../../tables.ts";

/** Mia is on the roster by her address alone; her Discord account is nobody's until she links it. In order. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
const mia = memberKey(onTeams.mia.objectId);
const discord = () => world.discord.people;
const accounts = async () => (await world.parts.store.person(mia)).member?.value.accounts;
const types = async (
  who: "mia" | "sam" | "max",
  command: string,
  options: Readonly<Record<string, string>> = {},
) => {
  world.pass(2);
  return world.client.types(discord()[who], `openclaw ${command}`, options);
};
/** The code that Mia is shown in Teams. */
async function code(): Promise<string> {
  world.pass(2);
  const shown = await teams.types(onTeams.mia, "link");
  expect(shown.text).toContain("Link your Discord account");
  return shown.code[0] ?? expect.fail(shown.text);
}
const question = (): Seen =>
  teams.dms(onTeams.mia).findLast(({ buttons }) => buttons.includes("Link")) ?? expect.fail("no question");

beforeAll(async () => {
  const admins = `discord:1100000000000000101 entra:${onTeams.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: admins }, { withTeams: true });
  teams = teamsClient(world.teams);
  await world.client.types(discord().ada, "openclaw-admin roster add", { entra: "mia@contoso.com" });
  await world.settle();
});
afterAll(() => world.close());

test("an account that is nobody's hears what this is about and how to link it", async () => {
  const said = await types("mia", "status");
  expect(said.text).toContain("their own OpenClaw");
  expect(said.text).toContain("type /openclaw link in Teams");
  expect(said.private).toBe(true);
  expect((await types("mia", "link")).text).toContain("type /openclaw link in Teams");
});

test("the code is shown in Teams, typed on Discord, and confirmed in Teams; both sides and the admins hear of it", async () => {
  const shown = await code();
  expect((await types("mia", "link", { code: shown.toLowerCase() })).text).toContain("I asked you in Teams");
  expect(await accounts()).toEqual([]);
  await world.settle();
  expect(question().text).toContain("Link the Discord account Mia Member?");
  expect(question().text).toContain("Do this only if you just typed this code yourself");
  const done = await teams.clicks(onTeams.mia, question(), "Link");
  expect(done.text).toContain("is linked");
  await world.settle();
  expect(await accounts()).toMatchObject([{ platform: "discord", id: discord().mia.id }]);
  expect((await types("mia", "help")).text).toContain("What you can do");
  expect(world.client.dms(discord().mia).at(-1)?.text).toContain("This account is linked to Mia Member");
  expect(world.client.adminChannel(discord().ada).at(-1)?.text).toContain(
    `linked the Discord account Mia Member (discord:${discord().mia.id})`,
  );
  const audit = await world.client.types(discord().ada, "openclaw-admin audit", { entra: "mia@contoso.com" });
  await world.settle();
  const log = world.client.sees(discord().ada).find(({ id }) => id === audit.id)?.text;
  expect(log).toContain("linked the account discord:");
  expect(log).toContain("who was asked whether to link the account");
  expect(log).not.toContain(shown);
});

test("no row holds a code", async () => {
  const shown = await code();
  await types("max", "link", { code: shown });
  await world.settle();
  const rows = Object.values(await rowsOf(world)).join("\n");
  expect(rows).toContain(hashOfCode(shown));
  expect(rows).not.toContain(shown);
  expect(rows).not.toContain(shown.replace("-", ""));
});

test("Unlink works on the side that was linked", async () => {
  const told = world.client.dms(discord().mia).findLast(({ buttons }) => buttons.includes("Unlink"));
  const gone = await world.client.clicks(discord().mia, "Unlink", told);
  expect(gone.text).toContain("is no longer linked to Mia Member");
  await world.settle();
  expect(await accounts()).toEqual([]);
  expect((await types("mia", "status")).text).toContain("not on this team's roster");
  expect(teams.dms(onTeams.mia).at(-1)?.text).toContain("is no longer linked to Mia Member");
});

test("Unlink works where it was confirmed, for a day", async () => {
  const shown = await code();
  await types("mia", "link", { code: shown });
  await world.settle();
  const done = await teams.clicks(onTeams.mia, question(), "Link");
  await world.settle();
  expect(await accounts()).toHaveLength(1);
  world.pass(25 * 3600);
  expect((await teams.clicks(onTeams.mia, done, "Unlink")).text).toContain("works for a day");
  world.pass(-20 * 3600);
  expect((await teams.clicks(onTeams.mia, done, "Unlink")).text).toContain(
    "is no longer linked to Mia Member",
  );
  await world.settle();
  expect(world.client.dms(discord().mia).at(-1)?.text).toContain("is no longer linked to Mia Member");
  expect(await accounts()).toEqual([]);
});

test("a member gets three codes a day", async () => {
  world.pass(2);
  expect((await teams.types(onTeams.mia, "link")).text).toContain(`${mostCodes} codes today`);
  world.pass(24 * 3600);
  await code();
});

test("a code is too old after ten minutes, and so is its question; who types nothing changes nothing", async () => {
  const shown = await code();
  world.pass(601);
  expect((await types("mia", "link", { code: shown })).text).toContain("wrong, expired, or used");
  const later = await code();
  await types("mia", "link", { code: later });
  await world.settle();
  world.pass(601);
  const late = await teams.clicks(onTeams.mia, question(), "Link");
  expect(late.text).toContain("older than ten minutes");
  expect(await accounts()).toEqual([]);
});

test("a code that somebody has typed is nobody else's, and asks once", async () => {
  world.pass(25 * 3600);
  const shown = await code();
  await types("max", "link", { code: shown });
  await world.settle();
  const asked = teams.dms(onTeams.mia).length;
  await types("max", "link", { code: shown });
  expect((await types("mia", "link", { code: shown })).text).toContain("wrong, expired, or used");
  await world.settle();
  expect(teams.dms(onTeams.mia)).toHaveLength(asked);
  expect(question().text).toContain("Link the Discord account Max Member?");
});

test("five wrong codes are the most in a day; what looks like none costs nothing", async () => {
  world.pass(25 * 3600);
  const { changed } = await changesIn(world, async () => {
    expect((await types("sam", "link", { code: "let me in" })).text).toContain("That isn't a code");
  });
  expect(changed).toEqual([]);
  for (let tries = 0; tries < mostFailed; tries += 1)
    expect((await types("sam", "link", { code: codeFrom(new Uint8Array(10).fill(tries)) })).text).toContain(
      "wrong, expired, or used",
    );
  const shown = await code();
  expect((await types("sam", "link", { code: shown })).text).toContain(`${mostFailed} wrong codes today`);
  world.pass(25 * 3600);
});

test("a question is only its member's, in the place that vouches for them", async () => {
  const shown = await code();
  await types("sam", "link", { code: shown });
  await world.settle();
  await world.client.types(discord().ada, "openclaw-admin roster add", { entra: "max@contoso.com" });
  await world.settle();
  const line = { command: "linking yes", options: { of: hashOfCode(shown) ?? "" } };
  const ref = await world.parts.platforms["teams"]?.send({
    route: "dm",
    to: { platform: "teams", account: onTeams.max.objectId, data: {} },
    card: { title: "Forged", tone: "info", buttons: [{ label: "Link", line }] },
    nonce: "forged",
    maybeSent: false,
  });
  const refused = await teams.clicks(onTeams.max, { id: ref?.message ?? "" }, "Link");
  expect(refused.text).toContain("That question isn't yours");
});

test("a code that has linked an account is used, also once that is unlinked", async () => {
  world.pass(25 * 3600);
  const shown = await code();
  await types("mia", "link", { code: shown });
  await world.settle();
  const done = await teams.clicks(onTeams.mia, question(), "Link");
  await teams.clicks(onTeams.mia, done, "Unlink");
  await world.settle();
  expect(await accounts()).toEqual([]);
  expect((await types("mia", "link", { code: shown })).text).toContain("wrong, expired, or used");
});

test("who is removed meanwhile is linked to nothing, and an account of a member stays theirs", async () => {
  world.pass(25 * 3600);
  const shown = await code();
  await types("sam", "link", { code: shown });
  await world.settle();
  await world.enroll(discord().sam);
  expect((await teams.clicks(onTeams.mia, question(), "Link")).text).toContain(
    "already linked to sam@contoso.com",
  );
  expect(await accounts()).toEqual([]);
  const again = await code();
  await world.client.removes(discord().ada, { entra: "mia@contoso.com" });
  await world.settle();
  expect((await types("mia", "link", { code: again })).text).toContain("wrong, expired, or used");
  expect(world.errors).toEqual([]);
});
