import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Member } from "../../../../bot/core/member.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import { people as onTeams } from "../../../../local/teams/people.ts";
import { endless } from "../../../endless.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";

/** What admins can see and change of a member, in order: each test goes on where the one before it ended. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true });
  teams = teamsClient(world.teams);
  await world.enroll(world.discord.people.ada, { role: "admin" });
  await world.enroll(world.discord.people.mia);
  await world.client.types(world.discord.people.mia, "openclaw request");
  await world.settle();
});
afterAll(() => world.close());

const ada = () => world.discord.people.ada;
const mia = () => world.discord.people.mia;
const max = () => world.discord.people.max;
const admin = (command: string, options: Readonly<Record<string, string>> = {}) =>
  world.client.types(ada(), `openclaw-admin roster ${command}`, options);
/** What the person saw last of a message that is brought up to date. */
const now = (id: string) => world.client.sees(ada()).find((message) => message.id === id)?.text;
const keyOf = ({ objectId }: { objectId: string }) => memberKey(objectId);
const rolesOf = async (key: string) => {
  const { logins = [] } = await world.parts.cloud.look(key, world.parts.settings.place, {
    parts: ["logins"],
  });
  return logins.map(({ role }) => role);
};

describe("show", () => {
  test("tells all about one member, named by mention or by e-mail", async () => {
    const { text } = await admin("show", { person: mia().id });
    for (const said of [
      "mia@contoso.com",
      onTeams.mia.objectId,
      `Mia Member (discord:${mia().id})`,
      "Role in chat\nuser",
      "Login on the VM\nuser",
      "State\nready",
    ])
      expect(text).toContain(said);
    expect((await admin("show", { entra: "MIA@contoso.com" })).text).toBe(text);
    expect((await admin("show", { entra: onTeams.mia.objectId })).text).toBe(text);
  });

  test.each([
    [{}, "Name someone"],
    [{ person: "sam" }, "Sam Stranger isn't on the roster"],
    [{ entra: "sam@contoso.com" }, "sam@contoso.com isn't on the roster"],
    [{ person: "mia", entra: "ada@contoso.com" }, "aren't the same member"],
  ])("%j: refused", async (options: { person?: string; entra?: string }, said) => {
    const id = options.person && world.discord.people[options.person as "mia" | "sam"].id;
    const answer = await admin("show", { ...options, ...(id ? { person: id } : {}) });
    expect(answer.text).toContain(said);
  });
});

describe("role", () => {
  test("a login role takes effect on the VM that is there", async () => {
    expect(await rolesOf(keyOf(onTeams.mia))).toEqual(["user", "user", "user"]);
    const answer = await admin("role", { person: mia().id, login: "administrator" });
    expect(answer.text).toContain("Mia Member is now administrator on their VM");
    await world.settle();
    expect(now(answer.id)).toContain("from their next login on");
    expect(await rolesOf(keyOf(onTeams.mia))).toEqual(["administrator", "administrator", "administrator"]);
  });

  test("given again, it is made sure of, also where somebody else took the roles away", async () => {
    const { cloud, settings } = world.parts;
    const { logins = [] } = await cloud.look(keyOf(onTeams.mia), settings.place, { parts: ["logins"] });
    const roles = logins.map(({ id }) => id);
    await cloud.act(keyOf(onTeams.mia), settings.place, { do: "revoke", roles }, endless);
    await admin("role", { person: mia().id, login: "administrator" });
    await world.settle();
    expect(await rolesOf(keyOf(onTeams.mia))).toHaveLength(3);
  });

  test("what waits for an operation that is under way is done after it", async () => {
    await world.client.types(mia(), "openclaw stop");
    await admin("role", { person: mia().id, login: "user" });
    await world.settle();
    expect(world.client.dms(mia()).at(-1)?.text).toContain("stopped");
    expect(await rolesOf(keyOf(onTeams.mia))).toEqual(["user", "user", "user"]);
  });

  test("an admin in chat can do at once what admins do, and no longer when they are none", async () => {
    expect((await admin("role", { person: mia().id, role: "admin" })).text).toContain("admin in chat");
    expect((await world.client.types(mia(), "openclaw-admin roster list")).text).toContain("Ada Admin");
    await admin("role", { person: mia().id, role: "user" });
    expect((await world.client.types(mia(), "openclaw-admin roster list")).text).toContain("Only admins");
  });

  test("the last admin stays one", async () => {
    const answer = await admin("role", { person: ada().id, role: "user" });
    expect(answer.text).toContain("That's the last admin");
    expect((await admin("show", { person: ada().id })).text).toContain("Role in chat\nadmin");
  });

  test("an admin whom the list of admins has lost is put there again", async () => {
    const { store } = world.parts;
    const key = keyOf(onTeams.mia);
    await admin("role", { person: mia().id, role: "admin" });
    await store.changeAdmins((keys) => keys.filter((each) => each !== key));
    expect((await admin("role", { person: mia().id, role: "admin" })).text).toContain("is now admin in chat");
    expect(await store.admins()).toContain(key);
    expect((await admin("role", { person: mia().id, role: "admin" })).text).toContain(
      "already has that role",
    );
    await admin("role", { person: mia().id, role: "user" });
  });

  test("nothing to change is said so", async () => {
    expect((await admin("role", { person: mia().id })).text).toContain("Say what to change");
    const answer = await admin("role", { person: mia().id, role: "user" });
    expect(answer.text).toContain("already has that role. Nothing was changed");
  });
});

describe("link", () => {
  test("a member who was added on Teams is the same on Discord once linked", async () => {
    await teams.types(onTeams.ada, "@OpenClaw roster add @Max Member", {
      conversation: world.teams.places.group,
    });
    await world.settle();
    expect((await world.client.types(max(), "openclaw status")).text).toContain("not on this team's roster");
    const answer = await admin("link", { person: max().id, entra: onTeams.max.objectId });
    expect(answer.text).toContain("Max Member is now linked to Max Member");
    expect(answer.text).toContain(`discord:${max().id}`);
    expect(answer.text).toContain(`teams:${onTeams.max.objectId}`);
    expect((await world.client.types(max(), "openclaw status")).text).toContain("there is none");
    expect((await admin("link", { person: max().id, entra: onTeams.max.objectId })).text).toContain(
      "already linked to Max Member. Nothing was changed",
    );
  });

  test("an account that is somebody's stays theirs", async () => {
    const answer = await admin("link", { person: mia().id, entra: onTeams.max.objectId });
    expect(answer.text).toContain("is already linked to mia@contoso.com. If that's wrong");
    expect((await world.client.types(mia(), "openclaw status")).text).not.toContain("not on this team's");
  });

  test("an account that was tied to the wrong member is taken back", async () => {
    expect((await admin("unlink", { person: world.discord.people.sam.id })).text).toContain(
      "isn't linked to anyone",
    );
    const { sam } = world.discord.people;
    await admin("link", { person: sam.id, entra: "mia@contoso.com" });
    expect((await world.client.types(sam, "openclaw status")).text).not.toContain("not on this team's");
    expect((await admin("unlink", { person: sam.id })).text).toContain("is no longer linked to Mia Member");
    expect((await world.client.types(sam, "openclaw status")).text).toContain("not on this team's roster");
    expect((await world.client.types(mia(), "openclaw status")).text).not.toContain("not on this team's");
  });

  test("added again, somebody on the roster is to be linked", async () => {
    const again = await admin("add", { person: world.discord.people.sam.id, entra: "mia@contoso.com" });
    await world.settle();
    expect(now(again.id)).toContain("use /openclaw-admin roster link");
  });

  test("on Teams nobody is linked to who is somebody else in Entra", async () => {
    const answer = await teams.types(onTeams.ada, "@OpenClaw roster link @Mia Member entra:ada@contoso.com", {
      conversation: world.teams.places.group,
    });
    expect(answer.text).toContain("is a different person than Ada Admin");
  });
});

test("export is the roster as import takes it", async () => {
  const { code } = await admin("export");
  expect(JSON.parse(code[0] ?? "")).toEqual({
    members: [
      { email: "ada@contoso.com", discord: ada().id, role: "admin", loginRole: "user" },
      { email: onTeams.max.objectId, discord: max().id, role: "user", loginRole: "user" },
      { email: "mia@contoso.com", discord: mia().id, role: "user", loginRole: "user" },
    ],
  });
});

test("a long roster is exported in pages that are whole on both platforms", async () => {
  const many = Array.from({ length: 60 }, (_, i): Member => {
    const email = `member.number.${i}@engineering.contoso.com`;
    const key = memberKey(email);
    const discord = { platform: "discord", id: `12000000000000${1000 + i}`, name: email };
    const { addedAt, status } = { addedAt: world.now().toISOString(), status: "active" } as const;
    const rights = { role: "user", loginRole: "administrator", size: "Standard_D4as_v5" } as const;
    return { key, objectId: email, name: email, email, accounts: [discord], status, addedAt, ...rights };
  });
  await Promise.all(
    many.map((value) => world.parts.store.commit(value.key, [{ kind: "member", id: "", value }])),
  );
  const pages: string[] = [];
  let page = await admin("export");
  for (; ; page = await world.client.clicks(ada(), "Next page", page)) {
    pages.push(...page.code);
    if (!page.buttons.includes("Next page")) break;
  }
  expect(pages.length).toBeGreaterThan(1);
  const members = pages.flatMap((text) => JSON.parse(text).members);
  expect(members).toHaveLength(63);
  const first = await teams.types(onTeams.ada, "roster export");
  expect(JSON.parse(first.code.join("\n"))).toEqual(JSON.parse(pages[0] ?? ""));
});

test("who has no account here can be taken off the roster by e-mail", async () => {
  const answer = await world.client.removes(ada(), { entra: "mia@contoso.com" });
  expect(answer.text).toContain("Mia Member is off the roster");
  await world.settle();
  expect(world.errors).toEqual([]);
});
