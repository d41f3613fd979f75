import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import type { Seen } from "../../../client.ts";
import { startWorld, type World } from "../../../world.ts";

const team = (...members: object[]) => JSON.stringify({ members }, undefined, 2);
const idOf = (world: World, email: string): string =>
  world.azure.people.list().find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "";
const memberOf = async (world: World, email: string) =>
  (await world.parts.store.person(memberKey(idOf(world, email)))).member?.value;

/** A team file on Discord, in order: each test goes on where the one before it ended. */
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
    file === undefined ? {} : { files: { file: { name: "team.json", text: file } } },
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
      { email: "ivo@contoso.com", size: "Standard_B2s" },
    ),
  );
  expect(question.text).toContain("Import 3 people?");
  expect(question.text).toContain("Mia Member (mia@contoso.com): No account in chat yet");
  expect(question.text).toContain("Max Member (max@contoso.com): administrator on their VM");
  expect(question.text).toContain("Nia Newcomer (nia@contoso.com): size Standard");
  expect(question.text).toContain("Entry 4, eve@fabrikam.com: isn't in your directory: check the spelling");
  expect(question.text).toContain("Entry 5, dora@contoso.com: is disabled in the directory");
  expect(question.text).toContain("Entry 6, ivo@contoso.com: Standard_B2s has a temporary disk");
  expect(question.text).toContain("import removes nobody):\nAda Admin");
  expect(question.buttons).toEqual(["Apply", "Show every entry", "Don't apply"]);
  expect(await memberOf(world, "mia@contoso.com")).toBeUndefined();

  const outcome = await applies(question);
  expect(outcome.text).toContain("Import: 3 added, 3 not possible");
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
  const each = await world.client.clicks(ada(), "Show every entry", outcome);
  expect(each.text).toContain("added\nMax Member (max@contoso.com)");
  expect(each.text).toContain("not possible\nEntry 4, eve@fabrikam.com");
});

test("a confirmation works once", async () => {
  const messages = world.client.sees(ada());
  const question = messages.find(({ buttons }) => buttons.includes("Apply"));
  const again = await world.client.clicks(ada(), "Apply", question);
  expect(again.text).toContain("already answered");
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
  expect(question.text).toContain("Nia Newcomer (nia@contoso.com): admin in chat, administrator on their VM");
  expect(question.text).toContain("Already up to date: one person");
  expect(question.text).toContain("Entry 4, mia@contoso.com: is the same e-mail as entry 1, MIA@contoso.com");
  expect(question.text).toContain("is the same person as entry 2, max@contoso.com");
  expect(question.text).toContain("is already linked to Max Member");
  expect(question.text).toContain("Entry 7, sam@contoso.com: unknown field “admin”");
  const outcome = await applies(question);
  expect(outcome.text).toContain("Import: 2 changed, 4 not possible");
  const key = memberKey(idOf(world, "nia@contoso.com"));
  const { logins } = await world.parts.cloud.look(key, world.parts.settings.place, {
    parts: ["logins"],
  });
  expect(logins?.map(({ role }) => role)).toEqual(["administrator", "administrator", "administrator"]);

  const both = await imports({
    json: team({ email: "nia@contoso.com", role: "user" }, { email: "ada@contoso.com", role: "user" }),
  });
  const { text } = await applies(both);
  expect(text).toContain("Import: 1 changed, 1 not possible");
  expect(text).toContain("That's the last admin");
});

test("an entry that makes somebody an admin may follow one that takes the role away; a size is taken back", async () => {
  const question = await imports({
    json: team(
      { email: "ada@contoso.com", role: "user" },
      { email: "nia@contoso.com", role: "admin", size: "default" },
    ),
  });
  expect(question.text).toContain("the default size for their next instance");
  const { text } = await applies(question);
  expect(text).toContain("Import: 2 changed");
  const nia = await memberOf(world, "nia@contoso.com");
  expect(nia).toMatchObject({ role: "admin" });
  expect(nia?.size).toBeUndefined();
  expect(await memberOf(world, "ada@contoso.com")).toMatchObject({ role: "user" });
  const { mia } = world.discord.people;
  await world.client.types(mia, "openclaw-admin roster role", { entra: "ada@contoso.com", role: "admin" });
});

test("whose identity Azure refuses is not called added", async () => {
  world.azure.faults.set({
    kind: "authorization",
    target: "Microsoft.ManagedIdentity/userAssignedIdentities/write",
  });
  const { text } = await applies(await imports({ json: team({ email: "sam@contoso.com" }) }));
  expect(text).toContain("Import: 1 unfinished");
  expect(text).toContain("Sam Stranger (sam@contoso.com): I lack a right in Azure");
  world.azure.faults.clear();
});

test("nothing to do is said, and not asked", async () => {
  const answer = await world.client.types(ada(), "openclaw-admin roster import", {
    json: team({ email: "mia@contoso.com" }),
  });
  await world.settle();
  const said = world.client.sees(ada()).find(({ id }) => id === answer.id);
  expect(said?.text).toContain("Nothing to import");
  expect(said?.buttons).toEqual([]);
});

test("a text that was cut, a file that is none: refused with the place", async () => {
  const form = await world.client.types(ada(), "openclaw-admin roster import");
  expect(form.fields).toEqual(["json"]);
  const filled = await world.client.fills(ada(), {
    json: '{\n  "members": [\n    { "email" "mia@contoso.com" }',
  });
  await world.settle();
  const said = world.client.sees(ada()).find(({ id }) => id === filled.id);
  expect(said?.text).toContain('line 3, column 15 has “"” where “:” is expected');
});
