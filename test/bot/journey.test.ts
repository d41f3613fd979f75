import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../bot/core/names.ts";
import { startWorld, type World } from "../world.ts";

/** From roster to teardown, in order: each test goes on where the one before it ended. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  const mia = world.azure.people.list().find((person) => person.displayName === "Mia Member");
  key = memberKey(mia?.id ?? "");
});
afterAll(() => world.close());

const people = () => world.discord.people;
const names = (part: string) =>
  world.azure
    .resources()
    .map(({ name }) => name)
    .filter((name) => name.includes(part));

test("a stranger is refused politely, and only they see it", async () => {
  const answer = await world.client.types(people().sam, "openclaw request");
  expect(answer.text).toContain("not on this team's roster");
  expect(answer.private).toBe(true);
  expect(world.queue.waiting()).toEqual([]);
});

test("the first admin puts a member on the roster, who gets an identity and an empty secret", async () => {
  const answer = await world.enroll(people().mia);
  expect(answer.text).toContain("Mia Member is on the roster");
  expect(answer.text).toContain("They can type /openclaw request now");
  expect(names(key)).toEqual([`openclaw-${key}`]);
  const list = await world.client.types(people().ada, "openclaw-admin roster list");
  expect(list.text).toContain("mia@contoso.com");
});

test("a request names the price at once, and shows its progress in one message", async () => {
  const answer = await world.client.types(people().mia, "openclaw request");
  expect(answer.private).toBe(true);
  expect(answer.text).toMatch(/about \$\d+\.\d\d a month while it runs/);
  await world.work(3);
  const [progress] = world.client.dms(people().mia);
  expect(progress?.text).toContain("Building your OpenClaw");
  expect(progress?.buttons).toEqual(["Status", "Cancel"]);
  await world.settle();
  const messages = world.client.dms(people().mia);
  expect(messages.map(({ id }) => id)).toEqual([progress?.id]);
  expect(messages[0]?.text).toContain("Your OpenClaw is ready");
  const settings = world.parts.settings;
  expect(messages[0]?.code).toEqual([
    "az extension add --name ssh",
    `az login --tenant ${settings.tenant}`,
    `az ssh vm --subscription ${settings.place.subscription} --resource-group ${settings.place.resourceGroup} --name openclaw-${key}`,
    expect.stringMatching(/^az ssh vm --ip \d+\.\d+\.\d+\.\d+$/),
    expect.stringMatching(/^az ssh vm .* -- -t openclaw-key set ANTHROPIC_API_KEY$/),
  ]);
  expect(messages[0]?.buttons).toEqual(["Open access", "How to connect", "Stop", "Status", "Tear down"]);
});

test("everything exists once", () => {
  expect(names(key).toSorted()).toEqual(
    expect.arrayContaining([
      `openclaw-${key}`,
      `openclaw-${key}-home`,
      `openclaw-${key}-ip`,
      `openclaw-${key}-nic`,
      `openclaw-${key}-nsg`,
      `openclaw-${key}-os`,
    ]),
  );
});

test("there is no way in with a break-glass key where nobody has one", async () => {
  const answer = await world.client.types(people().mia, "openclaw connect", { how: "break-glass" });
  expect(answer.text).toContain("There is no break-glass key here");
});

/** Whether a person gets in from an address: "yes", or why not. */
function login(person: string, address: string): string {
  const { allowed, reason } = world.azure.canLogin(`${person}@contoso.com`, address, `openclaw-${key}`);
  return allowed ? "yes" : reason;
}

test("nobody can log in before access is opened; then the owner alone, from that address alone", async () => {
  expect(login("mia", "203.0.113.7")).not.toBe("yes");
  await world.client.clicks(people().mia, "Open access");
  const form = await world.client.clicks(people().mia, "Type an address");
  expect(form.fields).toEqual(["address"]);
  const answer = await world.client.fills(people().mia, { address: "203.0.113.7" });
  expect(answer.text).toContain("Opening SSH for 203.0.113.7");
  await world.settle();
  world.azure.advance(900);
  expect(login("mia", "203.0.113.7")).toBe("yes");
  expect(login("mia", "203.0.113.8")).not.toBe("yes");
  expect(login("max", "203.0.113.7")).not.toBe("yes");
  expect(login("ada", "203.0.113.7")).not.toBe("yes");
});

test("stopping closes the network and costs less; starting ends with a gateway that answers", async () => {
  await world.client.clicks(people().mia, "Stop");
  await world.settle();
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your OpenClaw is stopped");
  expect(login("mia", "203.0.113.7")).not.toBe("yes");
  await world.client.types(people().mia, "openclaw start");
  await world.settle();
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  expect(login("mia", "203.0.113.7")).not.toBe("yes");
});

test("status asks Azure, and says what it costs", async () => {
  const first = await world.client.types(people().mia, "openclaw status");
  expect(first.text).toContain("Checking Azure now");
  await world.settle();
  const after = world.client.sees(people().mia).find(({ id }) => id === first.id);
  expect(after?.text).toContain("ready");
  expect(after?.text).toMatch(/\$\d+\.\d\d/);
});

test("a teardown asks first, keeps a snapshot of the home disk, and leaves nothing else", async () => {
  const question = await world.client.types(people().mia, "openclaw teardown");
  expect(question.text).toContain("Deletes");
  expect(question.text).toContain("Keeps");
  expect(question.buttons).toEqual(["Keep it", "Yes, tear it down", "Delete all my data"]);
  await world.client.clicks(people().mia, "Yes, tear it down", question);
  await world.settle();
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your home disk (30 GB) is in the snapshot");
  expect(names(key).toSorted()).toEqual([
    `openclaw-${key}`,
    expect.stringMatching(`^openclaw-${key}-[a-z2-7]{12}$`),
  ]);
  const snapshot = world.azure.resources().find(({ name }) => name.startsWith(`openclaw-${key}-`));
  expect(snapshot?.tags).toMatchObject({ expires: expect.any(String), owner: expect.any(String) });
  const again = await world.client.clicks(people().mia, "Yes, tear it down", question);
  expect(again.text).toContain("Nothing");
});

test("what is kept can be deleted from the status, by its name alone", async () => {
  const shown = await world.client.types(people().mia, "openclaw status");
  expect(shown.buttons).toEqual(["Request a new one", "Backups", "Delete all my data"]);
  const form = await world.client.clicks(people().mia, "Delete all my data", shown);
  expect(form.fields).toEqual(["name"]);
  const answer = await world.client.fills(people().mia, { name: "another" });
  expect(answer.text).toContain("Nothing was deleted");
  await world.settle();
});

test("the next request brings the same home disk back", async () => {
  const snapshot = world.azure.resources().find(({ name }) => name.startsWith(`openclaw-${key}-`))?.id;
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  const disk = world.azure.resources().find(({ name }) => name === `openclaw-${key}-home`);
  expect(disk?.properties["creationData"]).toMatchObject({ sourceResourceId: snapshot });
});

test("a button of the earlier instance changes nothing on the new one", async () => {
  const [old] = world.client.dms(people().mia);
  const answer = await world.client.clicks(people().mia, "Tear down", old);
  expect(answer.text).toContain("belongs to an earlier instance");
});

test("removal takes effect at once and tells the admins what is left", async () => {
  await world.client.types(people().mia, "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  world.azure.advance(900);
  expect(login("mia", "203.0.113.7")).toBe("yes");
  await world.client.removes(people().ada, { person: people().mia.id });
  expect((await world.client.types(people().mia, "openclaw status")).text).toContain(
    "not on this team's roster",
  );
  await world.settle();
  world.azure.advance(900);
  expect(login("mia", "203.0.113.7")).not.toBe("yes");
  const card = world.client.adminChannel(people().ada).at(-1);
  expect(card?.text).toContain("Mia Member is off the roster");
  expect(card?.buttons).toEqual(["Tear down"]);
  expect(names(key)).toContain(`openclaw-${key}-os`);
});

test("what a leaver has left is torn down by a click of an admin, or by itself when its time is over", async () => {
  world.pass(14 * 24 * 3600 + 60);
  await world.app.sweep();
  await world.settle();
  const left = names(key).filter((name) => !/-[a-z2-7]{12}$/.test(name));
  expect(left).toEqual([`openclaw-${key}`]);
  expect(names(key).length).toBeGreaterThan(1);
  expect(world.errors).toEqual([]);
});
