import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { Conflict } from "../../../../bot/core/errors.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import type { Store } from "../../../../bot/core/store.ts";
import { people as onTeams } from "../../../../local/teams/people.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";

/** Mia's Discord account stands in her record; the index that leads from it to her may lack it. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
const key = memberKey(onTeams.mia.objectId);
const mia = () => ({ platform: "discord", id: world.discord.people.mia.id });
const status = async () => {
  world.pass(70);
  return (await world.client.types(world.discord.people.mia, "openclaw status")).text;
};
const asAda = (command: string, options: Readonly<Record<string, string>>) =>
  world.client.types(world.discord.people.ada, `openclaw-admin ${command}`, options);

beforeAll(async () => {
  const admins = `discord:1100000000000000101 entra:${onTeams.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: admins }, { withTeams: true });
  teams = teamsClient(world.teams);
  await asAda("roster add", { entra: "mia@contoso.com", person: mia().id });
  await world.settle();
});
beforeEach(() => world.pass(24 * 3600));
afterAll(() => world.close());

/** Links it by a code, up to the answer in Teams. */
async function byCode() {
  const shown = await teams.types(onTeams.mia, "link");
  await world.client.types(world.discord.people.mia, "openclaw link", { code: shown.code[0] ?? "" });
  await world.settle();
  const asked = teams.dms(onTeams.mia).findLast(({ buttons }) => buttons.includes("Link"));
  const linked = await teams.clicks(onTeams.mia, asked ?? expect.fail("no question"), "Link");
  await world.settle();
  return linked;
}

test.each([
  ["a code", byCode],
  ["roster link", () => asAda("roster link", { entra: "mia@contoso.com", person: mia().id })],
  [
    "an import",
    async () => {
      const json = JSON.stringify({ members: [{ email: "mia@contoso.com", discord: mia().id }] });
      const { id } = await asAda("roster import", { json });
      await world.settle();
      const { ada } = world.discord.people;
      const question = world.client.sees(ada).find((message) => message.id === id);
      await world.client.clicks(ada, "Apply", question);
      await world.settle();
    },
  ],
])("an account that only the record has is linked again by %s", async (_how, links) => {
  await world.parts.store.unlink(mia(), key);
  expect(await status()).toContain("not on this team's roster");
  await links();
  expect(await status()).not.toContain("not on this team's roster");
  expect((await world.parts.store.person(key)).member?.value.accounts).toHaveLength(1);
});

test.each(["conflict", "503"] as const)(
  "Unlink that meets a %s once takes the account away, in the record and in the index",
  async (how) => {
    await asAda("roster unlink", { person: mia().id });
    await byCode();
    const { mia: person } = world.discord.people;
    const card = world.client.dms(person).findLast(({ buttons }) => buttons.includes("Unlink"));
    const { store } = world.parts;
    let failed = false;
    const commit: Store["commit"] = async (partition, changes, dues) => {
      if (!failed && partition === key && changes.some(({ kind }) => kind === "member")) {
        failed = true;
        throw how === "conflict" ? new Conflict("somebody was faster") : new Error("503");
      }
      return store.commit(partition, changes, dues);
    };
    const well = world.serving.app;
    world.serving.app = appFrom({ ...world.parts, store: { ...store, commit } });
    const first = await world.client.clicks(person, "Unlink", card);
    world.serving.app = well;
    expect(failed).toBe(true);
    const done = how === "conflict" ? first : await world.client.clicks(person, "Unlink", card);
    expect(done.text).toContain("is no longer linked to Mia Member");
    await world.settle();
    expect((await store.person(key)).member?.value.accounts).toEqual([]);
    expect(await store.memberOf(mia())).toBeUndefined();
  },
);
