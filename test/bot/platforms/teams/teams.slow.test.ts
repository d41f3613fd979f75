import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { people } from "../../../../local/teams/people.ts";
import type { Seen } from "../../../client.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";

/** One member on two platforms, in order: each test goes on where the one before it ended. */
const { ada, mia, max, sam } = people;
const key = memberKey(mia.objectId);
let world: World;
let client: ReturnType<typeof teamsClient>;
beforeAll(async () => {
  const admins = { BOOTSTRAP_ADMINS: `discord:1100000000000000101 entra:${ada.objectId}` };
  world = await startWorld(admins, { withTeams: true });
  client = teamsClient(world.teams);
});
afterAll(() => world.close());
const latest = (): Seen => client.dms(mia).at(-1) ?? expect.fail("nothing was shown");
const vms = () => world.azure.resources().filter(({ type }) => /virtualMachines$/i.test(type));

test("a stranger is refused, and so is nonsense", async () => {
  expect((await client.types(sam, "request")).text).toContain("not on this team's roster");
  const unknown = await client.types(ada, "make me a sandwich");
  expect(unknown.text).toContain("I don't know “make me a sandwich”");
  expect((await client.clicks(ada, unknown, "Help")).text).toContain("What you can do");
  expect(world.queue.waiting()).toEqual([]);
});

test("whoever was added on Discord by e-mail is the same member on Teams", async () => {
  await world.enroll(world.discord.people.mia);
  const answer = await client.types(mia, "status");
  expect(answer.text).toContain("there is none");
  await world.settle();
  // What Azure says takes the place of what was last seen.
  expect(client.dms(mia)).toHaveLength(1);
  expect(latest().text).not.toContain("Checking Azure now");
});

test("a request shows its progress in one message, where it was made", async () => {
  const answer = await client.types(mia, "/openclaw request");
  expect(answer.text).toMatch(/about \$\d+\.\d\d a month while it runs/);
  const before = client.dms(mia).length;
  await world.settle();
  expect(client.dms(mia)).toHaveLength(before + 1);
  expect(latest().text).toContain("Your OpenClaw is ready");
  expect(latest().code).toContain("az extension add --name ssh");
  expect(world.client.dms(world.discord.people.mia)).toEqual([]);
});

test("buttons do what typing does", async () => {
  await client.clicks(mia, latest(), "Stop");
  await world.settle();
  expect(latest().text).toContain("stopped");
  const asked = await client.types(mia, "open-access");
  expect(asked.link).toMatch(/^https:\/\/bot\.contoso\.com\/api\/access\//);
  const open = await client.clicks(mia, asked, "Type an address");
  expect(open.fields).toEqual(["address"]);
  expect((await client.fills(mia, open, { address: "not one" })).text).toContain("not one");
});

test("the admins hear of what fails in the channel of each platform, and nobody else does", async () => {
  world.azure.faults.set({ kind: "allocation" });
  await client.types(mia, "start");
  await world.settle();
  world.azure.faults.clear();
  expect(latest().text).toContain("Azure has no room for this size");
  const channels = [client.adminChannel(ada), world.client.adminChannel(world.discord.people.ada)];
  for (const cards of channels) expect(cards.at(-1)?.text).toContain("AllocationFailed");
  expect(client.dms(max)).toEqual([]);
});

test("an admin on Teams manages a member who came from Discord, in a group, seen by them alone", async () => {
  const group = { conversation: world.teams.places.group };
  const listed = await client.types(ada, "@OpenClaw openclaw-admin roster list", group);
  expect(listed.text).toContain("mia@contoso.com");
  expect(listed.private).toBe(true);
});

test("a person is added by mention, without the directory", async () => {
  await client.types(ada, "@OpenClaw roster add @Max Member", {
    conversation: world.teams.places.group,
  });
  await world.settle();
  expect((await client.types(max, "status")).text).toContain("there is none");
});

test("a question that was answered while something is under way stays", async () => {
  const question = await client.types(mia, "teardown");
  await client.types(mia, "start");
  const busy = await client.clicks(mia, question, "Yes, tear it down");
  expect(busy.text).toContain("A start is in progress");
  await world.settle();
  const still = client.dms(mia).find(({ id }) => id === question.id);
  expect(still?.buttons).toContain("Yes, tear it down");
  await client.types(mia, "stop");
  await world.settle();
});

test("a teardown is confirmed once, and its card can't be clicked again", async () => {
  const asked = await client.types(mia, "teardown");
  const done = await client.clicks(mia, asked, "Yes, tear it down");
  expect(done).toMatchObject({ id: asked.id, buttons: [] });
  expect(done.text).toContain("Tearing it down");
  await world.settle();
  expect(vms().filter(({ name }) => name === `openclaw-${key}`)).toEqual([]);
});

test("a card of the instance that is gone is refused plainly", async () => {
  const old = { data: { openclaw: "v1:stop:goneandpast2" } };
  const shown = client.dms(mia).find(({ buttons }) => buttons.length > 0) ?? expect.fail("no buttons");
  const answer = await client.clicks(mia, shown, shown.buttons[0] ?? "", old);
  expect(answer.text).toContain("belongs to an instance that no longer exists");
});

test("an answer that Teams would not take at once follows, once", async () => {
  // That it is typing, and the answer.
  world.teams.setFaults({ throttled: { calls: 2, retryAfter: 3 } });
  const before = client.dms(mia).length;
  expect((await client.types(mia, "help")).text).toBe("");
  await world.settle();
  expect(client.dms(mia)).toHaveLength(before + 1);
  expect(latest().text).toContain("What you can do");
});

test("an admin on Discord removes a member who came from Teams", async () => {
  await world.client.types(world.discord.people.ada, "openclaw-admin roster list");
  const options = { person: world.discord.people.mia.id };
  await world.client.removes(world.discord.people.ada, options);
  await world.settle();
  expect((await client.types(mia, "status")).text).toContain("not on this team's roster");
  expect(world.errors).toEqual([]);
});
