import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { startWorld, type World } from "../../world.ts";

/** How the bot itself is, for admins. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
});
afterAll(() => world.close());

const people = () => world.discord.people;
/** The answer, and nothing else that is queued. */
async function ask(): Promise<string> {
  const waiting = world.queue.waiting();
  world.queue.lose();
  await world.client.types(people().ada, "openclaw-admin health");
  await world.settle();
  for (const message of waiting) await world.queue.send(message, 0);
  return world.client.latest(people().ada).text;
}

test("with nothing to do, and with all its rights, it is well", async () => {
  const text = await ask();
  expect(text).toContain("Everything works");
  expect(text).toContain(`Version\n${packageJson.version}`);
  expect(text).toContain("0 waiting, 0 given up");
  expect(text).toContain("Operations in progress\n0");
  expect(text).toContain("Undelivered messages\n0");
  expect(text).toContain("Rights missing in Azure\nnone");
  expect(text).toContain("each VM installs OpenClaw from npm");
});

test("an operation that runs is named with whose it is and since when", async () => {
  await world.client.types(people().mia, "openclaw request");
  const text = await ask();
  expect(text).toMatch(/Oldest of them\nrequest of Mia Member, since <t:\d+:f>/);
  // Its first message has not been sent.
  expect(text).toContain("Undelivered messages\n1");
  await world.settle();
  expect(await ask()).toContain("Operations in progress\n0");
});

test("what failed five times is bad", async () => {
  const key = memberKey("somebody");
  world.queue.poison.push(JSON.stringify({ kind: "operation", partition: key, id: "x" }));
  const text = await ask();
  expect(text).toContain("Something needs your attention");
  expect(text).toContain("1 given up after five failures");
  world.queue.poison.length = 0;
});

test("an operation that should have been given up long ago is bad", async () => {
  await world.client.types(people().mia, "openclaw restart");
  world.pass(3 * 3600);
  const text = await ask();
  expect(text).toContain("Something needs your attention");
  expect(text).toMatch(/restart of Mia Member, since <t:\d+:f>: far too long/);
  await world.settle();
});

test("health reports a message that nobody got for a week", async () => {
  const key = memberKey("somebody");
  const to = { platform: "discord", account: people().mia.id, data: {} };
  const card = { title: "A card", tone: "info" } as const;
  const value = { id: "lost", to, routes: [], card, revision: 1, sent: 0, tries: 0, status: "open" } as const;
  const message = { kind: "delivery", partition: key, id: "lost" } as const;
  await world.parts.store.addDue({ at: world.now(), message });
  await world.parts.store.commit(key, [{ kind: "delivery", id: "lost", value }]);
  for (let minutes = 0; minutes < 3; minutes += 1) {
    world.pass(60);
    await world.app.sweep();
    await world.settle();
  }
  const text = await ask();
  expect(text).toContain("Something needs your attention");
  expect(text).toContain("Messages lost in the last week\n1");
  world.errors.length = 0;
  world.pass(8 * 86_400);
  await world.app.sweep();
  await world.settle();
  expect(await ask()).toContain("Messages lost in the last week\n0");
});

test("a right that nobody granted is named, and so is that Azure does not answer", async () => {
  world.azure.faults.set({
    kind: "authorization",
    target: "Microsoft.Authorization/permissions/read",
    times: 9,
  });
  const text = await ask();
  expect(text).toContain("couldn't be checked: AuthorizationFailed");
  // Without it azd leaves out a deployment that has not changed.
  expect(text).toContain("azd provision --no-state");
  world.azure.faults.clear();
});

test("for admins alone", async () => {
  expect((await world.client.types(people().mia, "openclaw-admin health")).text).toContain("Only admins");
});
