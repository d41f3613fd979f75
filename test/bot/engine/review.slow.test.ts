import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import { listed } from "../../listed.ts";
import { startWorld, type World } from "../../world.ts";

/** What a reader of the engine found, each shown before it was mended. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
});
afterAll(() => world.close());

const people = () => world.discord.people;
const key = () =>
  memberKey(world.azure.people.list().find(({ displayName }) => displayName === "Mia Member")?.id ?? "");
const adminTexts = () => world.client.adminChannel(people().ada).map(({ text }) => text);

test("an account that was linked by a call that came to nothing is nobody's", async () => {
  await world.parts.store.link({ platform: "discord", id: people().sam.id, name: "Sam" }, key());
  const answer = await world.client.types(people().sam, "openclaw status");
  expect(answer.text).toContain("not on this team's roster");
});

test("a build that is cancelled while it is being sent is cleared up as well", async () => {
  await world.client.types(people().mia, "openclaw request");
  const { act } = world.parts.cloud;
  Object.assign(world.parts.cloud, {
    act: async (...args: Parameters<typeof act>) => {
      if (args[2].do === "deployInstance") {
        Object.assign(world.parts.cloud, { act });
        await world.client.types(people().mia, "openclaw cancel");
        // Another worker looks at once, before the build has reached Azure.
        await world.work(2);
      }
      return act(...args);
    },
  });
  await world.settle();
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("The build was cancelled");
  const left = world.azure.resources().filter(({ name }) => name.startsWith(`openclaw-${key()}-`));
  // The VM was there for a moment, so the disk may hold something.
  expect(left.map(({ name }) => name)).toEqual([`openclaw-${key()}-home`]);
});

test("a command that is read as something ends is decided on what is true then", async () => {
  const { store } = world.parts;
  const { person } = store;
  const { mia } = people();
  /** Types it; what is under way ends after the instance was read and before the operation is. */
  async function typedAtTheEnd(command: string) {
    const before = await person(key());
    await world.settle();
    Object.assign(store, {
      person: async () => {
        Object.assign(store, { person });
        return before;
      },
    });
    return world.client.types(mia, command);
  }
  await world.client.types(mia, "openclaw request");
  expect((await typedAtTheEnd("openclaw cancel")).text).toContain("There is nothing to cancel");
  expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  await world.client.types(mia, "openclaw restart");
  expect((await typedAtTheEnd("openclaw start")).text).toContain("Starting your OpenClaw");
  await world.settle();
});

test("SSH that Azure does not close is tried until it is closed, and the admins hear of it once", async () => {
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
  await world.client.types(people().mia, "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  const { act } = world.parts.cloud;
  let refusals = 3;
  const { AzureFault } = await import("../../../bot/core/errors.ts");
  Object.assign(world.parts.cloud, {
    act: async (...args: Parameters<typeof act>) => {
      if (args[2].do !== "allowSsh" || refusals === 0) return act(...args);
      refusals -= 1;
      throw new AzureFault({
        service: "ARM",
        status: 403,
        code: "ScopeLocked",
        detail: "locked",
        correlation: "c",
      });
    },
  });
  world.pass(12 * 3600 + 60);
  await world.app.sweep();
  await world.settle();
  Object.assign(world.parts.cloud, { act });
  world.azure.advance(60);
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", `openclaw-${key()}`).allowed).toBe(false);
  expect(refusals).toBe(0);
  expect(adminTexts().filter((text) => text.includes("SSH access yet"))).toHaveLength(1);
});

test("a platform that says no for an hour is asked a few dozen times, not thousands", async () => {
  world.discord.setFaults({ serverErrors: { calls: 100_000, status: 503 } });
  await world.client.types(people().mia, "openclaw stop");
  const { send } = world.parts.platforms["discord"] ?? {};
  if (!send) throw new Error("no Discord");
  let sends = 0;
  Object.assign(world.parts.platforms["discord"] ?? {}, {
    send: (...args: Parameters<typeof send>) => {
      sends += 1;
      return send(...args);
    },
  });
  const end = world.now().getTime() + 3600_000;
  while (world.now().getTime() < end) {
    await world.work(20);
    world.pass(60);
    await world.app.sweep();
  }
  world.discord.setFaults(undefined);
  await world.settle();
  expect(sends).toBeLessThan(60);
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your OpenClaw is stopped");
});

test("a message that takes long to send is sent once, whoever else comes by meanwhile", async () => {
  const platform = world.parts.platforms["discord"];
  if (!platform) throw new Error("no Discord");
  const { send } = platform;
  let fresh = 0;
  Object.assign(platform, {
    send: async (...args: Parameters<typeof send>) => {
      if (args[0].edit) return send(...args);
      fresh += 1;
      const ref = await send(...args);
      // The operation goes on, and its card changes, before the answer comes back.
      if (fresh === 1) await world.work(3);
      return ref;
    },
  });
  await world.client.types(people().mia, "openclaw start");
  await world.settle();
  Object.assign(platform, { send });
  expect(fresh).toBe(1);
  expect(world.client.dms(people().mia).at(-1)?.text).toContain("Your OpenClaw is ready");
});

test("what a leaver has left is kept for as long as the last removal says", async () => {
  const remove = () => world.client.removes(people().ada, { person: people().mia.id });
  const day = 24 * 3600;
  await remove();
  await world.settle();
  world.pass(13 * day);
  await world.enroll(people().mia);
  await remove();
  await world.settle();
  world.pass(2 * day);
  await world.app.sweep();
  await world.settle();
  expect(world.azure.resources().some(({ name }) => name === `openclaw-${key()}-nic`)).toBe(true);
  world.pass(13 * day);
  await world.app.sweep();
  await world.settle();
  expect(world.azure.resources().some(({ name }) => name === `openclaw-${key()}-nic`)).toBe(false);
});

test("once it is gone nobody comes back to it, on that day or any other", async () => {
  const { store } = world.parts;
  const kept = async () =>
    (await listed(store.dueBy(new Date("2100-01-01")))).filter(({ message }) => message.kind === "keep");
  const said = adminTexts().length;
  for (let day = 0; day < 2; day += 1) {
    world.pass(24 * 3600);
    await world.app.sweep();
    await world.settle();
  }
  expect(await kept()).toEqual([]);
  expect(adminTexts().slice(said)).toEqual([]);
});
