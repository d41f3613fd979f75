import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import type { Seen } from "../../../client.ts";
import { startWorld, type World } from "../../../world.ts";

/** The first admin, who is not on the roster, puts everybody there. In order. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
const ada = () => world.discord.people.ada;
const keyOf = (email: string) =>
  memberKey(world.azure.people.list().find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "");
const member = async (email: string) => (await world.parts.store.person(keyOf(email))).member?.value;
const now = (id: string): Seen =>
  world.client.sees(ada()).find((message) => message.id === id) ?? expect.fail("it is gone");
async function imports(...members: object[]): Promise<Seen> {
  const text = JSON.stringify({ members });
  const files = { file: { name: "team.json", text } };
  const asked = await world.client.types(ada(), "openclaw-admin roster import", {}, { files });
  await world.settle();
  return now(asked.id);
}

test("an import that makes others admins finishes; pressed twice at once, it is applied once", async () => {
  const { mia, max } = world.discord.people;
  const question = await imports(
    { email: "mia@contoso.com", role: "admin", discord: mia.id },
    { email: "sam@contoso.com", role: "admin" },
    { email: "max@contoso.com", discord: max.id },
  );
  const [one, two] = await Promise.all([1, 2].map(() => world.client.clicks(ada(), "Apply", question)));
  await world.settle();
  const answers = [one, two].map((seen) => now(seen?.id ?? "").text);
  expect(answers).toEqual(
    expect.arrayContaining([
      expect.stringContaining("Import: 3 added"),
      expect.stringContaining("already answered"),
    ]),
  );
  expect(await member("sam@contoso.com")).toMatchObject({ role: "admin" });
  expect(world.errors).toEqual([]);
});

test("an admin who takes their own role and others' comes last", async () => {
  const { mia } = world.discord.people;
  const text = JSON.stringify({
    members: [
      { email: "mia@contoso.com", role: "user" },
      { email: "sam@contoso.com", role: "user" },
      { email: "max@contoso.com", role: "admin" },
    ],
  });
  const files = { file: { name: "team.json", text } };
  const asked = await world.client.types(mia, "openclaw-admin roster import", {}, { files });
  await world.settle();
  const question = world.client.sees(mia).find(({ id }) => id === asked.id);
  const applied = await world.client.clicks(mia, "Apply", question);
  await world.settle();
  expect(world.client.sees(mia).find(({ id }) => id === applied.id)?.text).toContain("Import: 3 changed");
});

test("who signs in with another name than their address is named by both", async () => {
  world.azure.people.put({
    userPrincipalName: "pia@corp.contoso.com",
    displayName: "Pia Person",
    mail: "pia.person@contoso.com",
  });
  const { max } = world.discord.people;
  const files = {
    file: { name: "team.json", text: JSON.stringify({ members: [{ email: "pia@corp.contoso.com" }] }) },
  };
  const asked = await world.client.types(max, "openclaw-admin roster import", {}, { files });
  await world.settle();
  const question = world.client.sees(max).find(({ id }) => id === asked.id);
  await world.client.clicks(max, "Apply", question);
  await world.settle();
  for (const entra of ["pia@corp.contoso.com", "pia.person@contoso.com"])
    expect((await world.client.types(max, "openclaw-admin roster show", { entra })).text).toContain(
      "Pia Person",
    );
});
