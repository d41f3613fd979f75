import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { people as teamsPeople } from "../../../../local/teams/people.ts";
import type { Seen } from "../../../client.ts";
import { startWorld, type World } from "../../../world.ts";
import { discordFront, type Front, teamsFront } from "../../fronts.ts";

const first = `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}`;
const warning = "that ends with the first admin on the roster";
const member = async (world: World, who: "ada" | "mia" | "max") =>
  (await world.parts.store.person(memberKey(teamsPeople[who].objectId))).member?.value;

describe.each([
  ["discord", discordFront],
  ["teams", teamsFront],
] as const)("the first admin on %s", (platform, frontOf) => {
  let world: World;
  let front: Front;
  beforeAll(async () => {
    world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true });
    front = frontOf(world);
    await types("roster add", { person: front.named("mia"), entra: "mia@contoso.com" });
  });
  afterAll(() => world.close());

  /** With the answer that follows, where one does. */
  async function types(command: string, options: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const asked = await front.types("ada", command, options);
    await world.settle();
    return front.sees("ada").find(({ id }) => id === asked.id && id !== "") ?? newest(asked);
  }
  const newest = (otherwise: Seen): Seen => front.sees("ada").at(-1) ?? otherwise;

  test("sees a warning before they make a member an admin, and nothing is changed", async () => {
    const asked = await types("roster role", { person: front.named("mia"), role: "admin" });
    expect(asked.text).toContain(warning);
    expect(asked.buttons).toEqual(["Add me", "Don't go on", "Go on without me"]);
    expect(await member(world, "mia")).toMatchObject({ role: "user" });
  });

  test("sees it before they add an admin", async () => {
    const asked = await types("roster add", {
      person: front.named("max"),
      entra: "max@contoso.com",
      role: "admin",
    });
    expect(asked.text).toContain(warning);
    expect(asked.buttons).toEqual(["Add me", "Don't go on", "Go on without me"]);
    expect(await member(world, "max")).toBeUndefined();
  });

  test("sees it in the question of an import", async () => {
    const asked = await types("roster import", {
      json: '{"members":[{"email":"max@contoso.com","role":"admin"}]}',
    });
    // Where nobody vouches for anybody, whom nobody hears is no admin who could keep the first one out; here somebody does.
    expect(asked.text).toContain(warning);
    expect(asked.buttons.slice(0, 2)).toEqual(["Apply", "Add me"]);
  });

  test("sees none where an import makes them an admin as well", async () => {
    const discord = platform === "discord" ? { discord: world.discord.people.ada.id } : {};
    const asked = await types("roster import", {
      json: JSON.stringify({
        members: [
          { email: "max@contoso.com", role: "admin" },
          { email: "ada@contoso.com", role: "admin", ...discord },
        ],
      }),
    });
    expect(asked.text).not.toContain(warning);
  });

  test("adds themselves, goes on, and is heard afterwards", async () => {
    const asked = await types("roster role", { person: front.named("mia"), role: "admin" });
    const pressed = await front.clicks("ada", asked, "Add me");
    if (platform === "discord") {
      expect(pressed.text).toContain("Roster add me");
      await world.client.fills(world.discord.people.ada, { entra: "ada@contoso.com" });
    }
    await world.settle();
    const added = newest(pressed);
    expect(added.text).toContain("You're now an admin on the roster.");
    expect(await member(world, "ada")).toMatchObject({ role: "admin", status: "active" });
    expect(await member(world, "mia")).toMatchObject({ role: "user" });
    await front.clicks("ada", added, "Go on");
    await world.settle();
    expect(await member(world, "mia")).toMatchObject({ role: "admin" });
    expect((await types("roster list")).text).toContain("people on the roster");
  });

  test("who is an admin on the roster is asked nothing", async () => {
    await types("roster role", { person: front.named("mia"), role: "user" });
    expect((await types("roster role", { person: front.named("mia"), role: "admin" })).text).toContain(
      "is now admin in chat",
    );
    expect(world.errors).toEqual([]);
  });
});

test("who goes on without themselves is none afterwards, and comes back by RECOVERY_ADMINS", async () => {
  const world = await startWorld();
  const { ada, max } = world.discord.people;
  await world.client.types(ada, "openclaw-admin roster add", {
    person: max.id,
    entra: "max@contoso.com",
    role: "admin",
  });
  await world.settle();
  const question = world.client.latest(ada);
  const done = await world.client.clicks(ada, "Go on without me", question);
  expect(done.text).toContain("You're no longer an admin");
  await world.settle();
  expect((await world.client.types(ada, "openclaw-admin roster list")).text).toContain("not on this team");
  const before = world.client.sees(ada).length;
  await world.client.clicks(ada, "Go on without me", question);
  expect(world.client.sees(ada).at(-1)?.text).toContain("not on this team");
  expect(before).toBeGreaterThan(0);
  await world.close();

  const later = await startWorld({ RECOVERY_ADMINS: `discord:${ada.id}` }, { storage: world.storage });
  expect((await later.client.types(ada, "openclaw-admin roster list")).text).toContain("Max Member");
  await later.client.types(ada, "openclaw-admin health");
  await later.settle();
  expect(later.client.latest(ada).text).toContain(`RECOVERY_ADMINS is set: discord:${ada.id}`);
  later.pass(3600);
  // They lose nothing by it, so nothing is asked.
  const { mia } = later.discord.people;
  await later.enroll(mia);
  expect(
    (await later.client.types(ada, "openclaw-admin roster role", { person: mia.id, role: "admin" })).text,
  ).toContain("is now admin in chat");
  await later.close();
});

test.each<[string, Readonly<Record<string, string>>, (max: string) => object, boolean]>([
  ["makes an admin of a member who has an account", { person: "max" }, () => ({ role: "admin" }), true],
  ["makes an admin of a member who has none", {}, () => ({ role: "admin" }), false],
  ["gives an account to an admin who has none", { role: "admin" }, (discord) => ({ discord }), true],
  ["gives an account to a member", {}, (discord) => ({ discord }), false],
])(
  "an import that %s warns the first admin where it locks them out, and nowhere else",
  async (_what, has, entry, asks) => {
    const world = await startWorld();
    const { ada, max } = world.discord.people;
    const { person, ...options } = has;
    await world.client.types(ada, "openclaw-admin roster add", {
      entra: "max@contoso.com",
      ...options,
      ...(person === undefined ? {} : { person: max.id }),
    });
    await world.settle();
    const json = JSON.stringify({ members: [{ email: "max@contoso.com", ...entry(max.id) }] });
    const asked = await world.client.types(ada, "openclaw-admin roster import", { json });
    await world.settle();
    const question = world.client.sees(ada).find(({ id }) => id === asked.id);
    expect(question?.text.includes(warning)).toBe(asks);
    expect(question?.buttons.includes("Add me")).toBe(asks);
    await world.client.clicks(ada, "Apply", question);
    await world.settle();
    world.pass(5);
    const list = await world.client.types(ada, "openclaw-admin roster list");
    expect(list.text.includes("not on this team's roster")).toBe(asks);
    await world.close();
  },
);
