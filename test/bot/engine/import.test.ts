import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/identifiers.ts";
import { people as onTeams } from "../../../local/teams/people.ts";
import type { Seen } from "../../client.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";

const team = (...members: object[]) => JSON.stringify({ members }, undefined, 2);
const idOf = (world: World, email: string): string =>
  world.azure.people.list().find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "";
const memberOf = async (world: World, email: string) =>
  (await world.parts.store.person(memberKey(idOf(world, email)))).member?.value;

describe("on Discord alone", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.enroll(world.discord.people.ada, { role: "admin" });
  });
  afterAll(() => world.close());

  const ada = () => world.discord.people.ada;
  /** What Ada sees of an import once it was read. */
  async function imports(options: Readonly<Record<string, string>>, file?: string): Promise<Seen> {
    const asked = await world.client.types(
      ada(),
      "openclaw-admin roster import",
      options,
      file === undefined ? {} : { file: { name: "team.json", text: file } },
    );
    await world.settle();
    return seen(asked.id);
  }
  const seen = (id: string): Seen =>
    world.client.sees(ada()).find((message) => message.id === id) ?? expect.fail("it is gone");
  async function applies(question: Seen): Promise<Seen> {
    const answer = await world.client.clicks(ada(), "Apply", question);
    await world.settle();
    return seen(answer.id);
  }
  test("the deploy scripts' team.json, attached: the differences first, and nothing is changed by that", async () => {
    const { max } = world.discord.people;
    const question = await imports(
      {},
      team(
        { email: "mia@contoso.com" },
        { email: "max@contoso.com", discord: max.id, loginRole: "administrator" },
        { email: "nia@contoso.com", size: "Standard_D2as_v5" },
        { email: "eve@fabrikam.com" },
        { email: "dora@contoso.com" },
      ),
    );
    expect(question.text).toContain("Import 3 people?");
    expect(question.text).toContain("Mia Member (mia@contoso.com): No account in chat yet");
    expect(question.text).toContain("Max Member (max@contoso.com): administrator on their VM");
    expect(question.text).toContain("Nia Newcomer (nia@contoso.com): size Standard");
    expect(question.text).toContain(
      "Entry 4, eve@fabrikam.com: is not in your directory: misspelt, or of another",
    );
    expect(question.text).toContain("Entry 5, dora@contoso.com: is switched off in the directory");
    expect(question.text).toContain("import removes nobody): Ada Admin");
    expect(question.buttons).toEqual(["Apply", "Each of them"]);
    expect(await memberOf(world, "mia@contoso.com")).toBeUndefined();

    const outcome = await applies(question);
    expect(outcome.text).toContain("Import: 3 added, 2 not possible");
    expect(await memberOf(world, "max@contoso.com")).toMatchObject({
      loginRole: "administrator",
      role: "user",
    });
    expect(await memberOf(world, "nia@contoso.com")).toMatchObject({ size: "Standard_D2as_v5", accounts: [] });
    expect(await memberOf(world, "ada@contoso.com")).toMatchObject({ status: "active", role: "admin" });
    expect((await world.client.types(max, "openclaw status")).text).toContain("there is none");
    const names = world.azure.resources().map(({ name }) => name);
    for (const email of ["mia@contoso.com", "max@contoso.com", "nia@contoso.com"])
      expect(names).toContain(`openclaw-${memberKey(idOf(world, email))}`);
    const each = await world.client.clicks(ada(), "Each of them", outcome);
    expect(each.text).toContain("added\nMax Member (max@contoso.com)");
    expect(each.text).toContain("not possible\nEntry 4, eve@fabrikam.com");
  });

  test("a confirmation works once", async () => {
    const messages = world.client.sees(ada());
    const question = messages.find(({ buttons }) => buttons.includes("Apply"));
    const again = await world.client.clicks(ada(), "Apply", question);
    expect(again.text).toContain("was confirmed already");
  });

  test("who has no account yet is linked, and asks for the size that the file said", async () => {
    const { mia } = world.discord.people;
    await world.client.types(ada(), "openclaw-admin roster link", {
      person: mia.id,
      entra: "nia@contoso.com",
    });
    expect((await world.client.types(mia, "openclaw request")).text).toContain("Building");
    await world.settle();
    const key = memberKey(idOf(world, "nia@contoso.com"));
    expect((await world.parts.store.person(key)).instance?.value).toMatchObject({
      state: "ready",
      size: "Standard_D2as_v5",
    });
  });

  test("imported again: what is so already is left, what differs is changed, the last admin stays one", async () => {
    const question = await imports({
      json: team(
        { email: "MIA@contoso.com" },
        { email: "max@contoso.com", loginRole: "user" },
        { email: "nia@contoso.com", loginRole: "administrator", role: "admin" },
        { email: "mia@contoso.com" },
        { email: idOf(world, "max@contoso.com") },
        { email: "sam@contoso.com", discord: world.discord.people.max.id },
        { email: "sam@contoso.com", admin: true },
      ),
    });
    expect(question.text).toContain("Import 2 people?");
    expect(question.text).toContain("Max Member (max@contoso.com): user on their VM");
    expect(question.text).toContain(
      "Nia Newcomer (nia@contoso.com): admin in chat, administrator on their VM",
    );
    expect(question.text).toContain("As the roster has it already: one person");
    expect(question.text).toContain(
      "Entry 4, mia@contoso.com: is the same e-mail as entry 1, MIA@contoso.com",
    );
    expect(question.text).toContain("is the same person as entry 2, max@contoso.com");
    expect(question.text).toContain("is linked to Max Member already");
    expect(question.text).toContain("Entry 7, sam@contoso.com: unknown field “admin”");
    const outcome = await applies(question);
    expect(outcome.text).toContain("Import: 2 changed, 4 not possible");
    const key = memberKey(idOf(world, "nia@contoso.com"));
    const { loginRoles } = await world.parts.cloud.look(key, world.parts.settings.place, {
      parts: ["logins"],
    });
    expect(loginRoles).toEqual(["administrator", "administrator", "administrator"]);

    const both = await imports({
      json: team({ email: "ada@contoso.com", role: "user" }, { email: "nia@contoso.com", role: "user" }),
    });
    const { text } = await applies(both);
    expect(text).toContain("Import: 1 changed, 1 not possible");
    expect(text).toContain("That is the last admin");
  });

  test("nothing to do is said, and not asked", async () => {
    const answer = await world.client.types(world.discord.people.mia, "openclaw-admin roster import", {
      json: team({ email: "mia@contoso.com" }),
    });
    await world.settle();
    const said = world.client.sees(world.discord.people.mia).find(({ id }) => id === answer.id);
    expect(said?.text).toContain("There is nothing to import");
    expect(said?.buttons).toEqual([]);
  });

  test("a text that was cut, a file that is none: refused with the place", async () => {
    const { mia } = world.discord.people;
    const form = await world.client.types(mia, "openclaw-admin roster import");
    expect(form.fields).toEqual(["json"]);
    const filled = await world.client.fills(mia, {
      json: '{\n  "members": [\n    { "email" "mia@contoso.com" }',
    });
    await world.settle();
    const said = world.client.sees(mia).find(({ id }) => id === filled.id);
    expect(said?.text).toContain('That is not JSON: in line 3, column 15, “:” is expected, and there is “"”');
  });
});

describe("many, and what goes wrong on the way", () => {
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
    await teams.types(
      onTeams.ada,
      `roster import json: ${team({ email: "max@contoso.com", role: "admin" })}`,
    );
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
    expect(JSON.stringify(said)).toContain("in line 1, column 1, a value is expected");
  });

  test("thirty people, while messages get lost and doubled: each is added once", async () => {
    const emails = Array.from({ length: 30 }, (_, i) => `person${i}@contoso.com`);
    for (const email of emails)
      world.azure.people.put({ userPrincipalName: email, displayName: `The person of ${email}` });
    await teams.types(onTeams.ada, "roster import", {
      file: { name: "team.json", text: team(...emails.map((email) => ({ email }))) },
    });
    await world.settle();
    expect(latest().text).toMatch(/Would be added:[\s\S]*and \d+ more/);
    const paged = await teams.clicks(onTeams.ada, latest(), "Each of them");
    expect(paged.text).toContain("Page 1 of 2");
    const question = teams.dms(onTeams.ada).find(({ buttons }) => buttons.includes("Apply"));
    await teams.clicks(onTeams.ada, question ?? paged, "Apply");
    // The members' own operations run by themselves, and are left waiting here.
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
    expect(teams.dms(onTeams.ada).some(({ text }) => text.includes("Import: 30 added"))).toBe(true);
    for (const email of emails) expect(await memberOf(world, email)).toMatchObject({ status: "active" });
    expect(world.errors).toEqual([]);
  });
});
