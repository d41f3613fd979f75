import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { Conflict } from "../../../../bot/core/errors.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import { mostTries } from "../../../../bot/core/store.ts";
import { people as onTeams } from "../../../../local/teams/people.ts";
import type { Seen } from "../../../client.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";

const team = (...members: object[]) => JSON.stringify({ members }, undefined, 2);
const idOf = (world: World, email: string): string =>
  world.azure.people.list().find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "";
const memberOf = async (world: World, email: string) =>
  (await world.parts.store.person(memberKey(idOf(world, email)))).member?.value;

/** A team file on Teams, a long one, and what goes wrong on the way. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
beforeAll(async () => {
  world = await startWorld({ BOOTSTRAP_ADMINS: `entra:${onTeams.ada.objectId}` }, { withTeams: true });
  teams = teamsClient(world.teams);
});
afterAll(() => world.close());
const latest = (): Seen => teams.dms(onTeams.ada).at(-1) ?? expect.fail("nothing was shown");

test("on Teams a file goes with the message; the object id is enough to be known there", async () => {
  const file = {
    name: "team.json",
    text: team({ email: "ada@contoso.com", role: "admin" }, { email: "mia@contoso.com" }),
  };
  await teams.types(onTeams.ada, "roster import", { file });
  await world.settle();
  expect(latest().text).toContain("Import 2 people?");
  expect(latest().text).not.toContain("No account in chat yet");
  await teams.clicks(onTeams.ada, latest(), "Apply");
  await world.settle();
  expect(latest().text).toContain("Import: 2 added");
  expect((await teams.types(onTeams.mia, "status")).text).toContain("there is none");
  await world.settle();
});

test("pasted on Teams it may have many lines; only who asked can confirm, and not for long", async () => {
  await teams.types(onTeams.ada, `roster import json: ${team({ email: "max@contoso.com", role: "admin" })}`);
  await world.settle();
  expect(latest().text).toContain("Max Member (max@contoso.com): admin in chat");
  world.pass(601);
  const late = await teams.clicks(onTeams.ada, latest(), "Apply");
  expect(late.text).toContain("older than ten minutes");
  expect(await memberOf(world, "max@contoso.com")).toBeUndefined();
});

test("in a group a form asks for the text, since no file reaches the bot there", async () => {
  const place = { conversation: world.teams.places.group };
  const form = await teams.types(onTeams.ada, "@OpenClaw roster import", place);
  expect(form.fields).toEqual(["json"]);
  await teams.fills(onTeams.ada, form, { json: "nonsense" });
  await world.settle();
  const said = world.teams.messagesFor(onTeams.ada.id, place.conversation).at(-1);
  expect(JSON.stringify(said)).toContain("where a value is expected");
});

test("thirty people, while messages get lost and doubled: each is added once", async () => {
  const emails = Array.from({ length: 30 }, (_, i) => `person${i}@contoso.com`);
  for (const email of emails)
    world.azure.people.put({ userPrincipalName: email, displayName: `The person of ${email}` });
  await teams.types(onTeams.ada, "roster import", {
    file: { name: "team.json", text: team(...emails.map((email) => ({ email }))) },
  });
  await world.settle();
  expect(latest().text).toMatch(/To add:[\s\S]*and \d+ more/);
  const paged = await teams.clicks(onTeams.ada, latest(), "Show every entry");
  expect(paged.text).toContain("Page 1 of 2");
  const question = teams.dms(onTeams.ada).findLast(({ buttons }) => buttons.includes("Apply"));
  await teams.clicks(onTeams.ada, question ?? paged, "Apply");
  const applying = () => world.queue.waiting().find(({ kind }) => kind === "import");
  const first = applying() ?? expect.fail("nothing was queued");
  await world.app.work(first);
  await Promise.all([world.app.work(first), world.app.work(first)]);
  world.queue.lose();
  world.pass(120);
  await world.app.sweep();
  for (let tries = 0; tries < 20 && applying(); tries += 1) {
    const message = applying();
    world.queue.lose();
    if (message) await world.app.work(message);
  }
  // The members' own operations were lost with it all; the import waits for them.
  expect(teams.dms(onTeams.ada).some(({ text }) => text.includes("Importing: 30 of 30"))).toBe(true);
  world.pass(120);
  await world.app.sweep();
  await world.settle();
  expect(teams.dms(onTeams.ada).some(({ text }) => text.includes("Import: 30 added"))).toBe(true);
  for (const email of emails) expect(await memberOf(world, email)).toMatchObject({ status: "active" });
  expect(world.errors).toEqual([]);
});

/** An import of these people that Ada has confirmed: the message that the worker gets. */
async function confirmed(emails: readonly string[]) {
  for (const email of emails) world.azure.people.put({ userPrincipalName: email, displayName: email });
  await teams.types(onTeams.ada, "roster import", {
    file: { name: "team.json", text: team(...emails.map((email) => ({ email }))) },
  });
  await world.settle();
  await teams.clicks(onTeams.ada, latest(), "Apply");
  return world.queue.waiting().find(({ kind }) => kind === "import") ?? expect.fail("nothing was queued");
}

test("one that somebody else keeps writing is given up at once; the others are imported", async () => {
  const emails = ["contested@contoso.com", "quiet@contoso.com"];
  const message = await confirmed(emails);
  const contested = memberKey(idOf(world, emails[0] ?? ""));
  const { store } = world.parts;
  const commit: typeof store.commit = (partition, changes, dues) =>
    partition === contested
      ? Promise.reject(new Conflict("written meanwhile"))
      : store.commit(partition, changes, dues);
  await appFrom({ ...world.parts, store: { ...store, commit } }).work(message, 1);
  await world.settle();
  expect(latest().text).toContain("Import: 1 added, 1 not possible");
  expect(world.errors).toHaveLength(1);
  world.errors.length = 0;
});

test("the storage is away for one of them: tried again as long as there is a try, then the others go on without", async () => {
  const emails = ["rest1@contoso.com", "rest2@contoso.com"];
  const message = await confirmed(emails);
  const first = memberKey(idOf(world, emails[0] ?? ""));
  const { store } = world.parts;
  const app = appFrom({
    ...world.parts,
    store: {
      ...store,
      commit: (partition, changes, dues) =>
        partition === first
          ? Promise.reject(new Error("the storage is away"))
          : store.commit(partition, changes, dues),
    },
  });
  for (let tries = 1; tries < mostTries; tries += 1)
    await expect(app.work(message, tries)).rejects.toThrow("away");
  expect(await memberOf(world, "rest2@contoso.com")).toBeUndefined();
  await app.work(message, mostTries);
  await world.settle();
  expect(latest().text).toContain("Import: 1 added, 1 not possible");
  expect(latest().text).toContain("something went wrong on our side: import it again");
  expect(await memberOf(world, "rest2@contoso.com")).toMatchObject({ status: "active" });
  expect(world.errors).toHaveLength(1);
  world.errors.length = 0;
});
