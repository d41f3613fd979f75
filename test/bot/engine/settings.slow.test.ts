import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom, appIn } from "../../../bot/app.ts";
import { partsFrom } from "../../../bot/wiring.ts";
import { startWorld, type World } from "../../world.ts";

/** A bot whose settings are wrong for a while: what was asked for before is done afterwards. */
let world: World;
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true });
  await world.enroll(world.discord.people.mia);
});
afterAll(() => world.close());

test("what failed for good while settings were wrong is done once they are corrected, and the admins hear of it", async () => {
  const { ada, mia } = world.discord.people;
  await world.client.types(mia, "openclaw request");
  await world.client.types(ada, "openclaw-admin health");
  // A deployment with a wrong setting, in the middle of that.
  const wrong = appIn({ ...world.env, KEY_VAULT_URL: "not-set" });
  const kinds = new Set(world.queue.waiting().map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(["operation", "call"]));
  for (const message of world.queue.waiting()) {
    for (let tries = 0; tries < 5; tries += 1)
      await expect(wrong.work(message)).rejects.toThrow("KEY_VAULT_URL is missing");
    world.queue.poison.push(JSON.stringify(message));
  }
  world.queue.lose();
  for (let minute = 0; minute < 10; minute += 1) {
    world.pass(60);
    await expect(wrong.sweep()).rejects.toThrow("KEY_VAULT_URL is missing");
  }
  expect(world.client.dms(mia)).toEqual([]);

  await world.app.sweep();
  await world.settle();
  expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  expect(JSON.stringify(world.discord.messagesFor(ada.id))).toContain("Rights missing in Azure");
  const told = world.client.adminChannel(ada).map(({ text }) => text);
  expect(told.filter((text) => text.includes("failed five times"))).toHaveLength(2);
  expect(world.queue.poison).toEqual([]);
});

test("while one platform's settings are wrong the other one works, and what the first is owed goes out afterwards", async () => {
  const { ada, mia } = world.discord.people;
  const env = { ...world.env, DISCORD_PUBLIC_KEY: "00".repeat(32) };
  const { clock, randomBytes, log } = world.parts;
  const parts = partsFrom(env, { clock, randomBytes, log, queue: world.queue });
  const wrong = appFrom(parts);
  const before = world.client.dms(mia).length;
  await world.client.types(mia, "openclaw restart");
  expect((await wrong.interactions({ headers: {}, body: new Uint8Array() })).status).toBe(503);
  expect((await wrong.messages({ headers: {}, body: new Uint8Array() })).status).toBe(401);
  const health = await wrong.health();
  expect([health.status, JSON.parse(health.body ?? "")]).toEqual([
    503,
    { ok: false, settings: ["DISCORD_PUBLIC_KEY is a key that lets anyone sign"] },
  ]);
  // The restart itself goes on; its message waits.
  for (let i = 0; i < 60; i += 1) {
    const message = world.queue.next();
    if (message) await wrong.work(message);
  }
  expect(world.client.dms(mia)).toHaveLength(before);
  await world.settle();
  expect(world.client.dms(mia)).toHaveLength(before + 1);
  expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  expect(world.client.adminChannel(ada).map(({ text }) => text)).not.toContain(
    "Couldn't reach the recipient",
  );
  expect(world.errors).toEqual([]);
});
