import { afterEach, beforeEach, expect, test } from "vitest";
import { DeliveryRefused, PlatformUnwell } from "../../../bot/core/errors.ts";
import type { OutboundMessage } from "../../../bot/core/platform.ts";
import { deliver } from "../../../bot/engine/deliver.ts";
import { tellMember } from "../../../bot/engine/tell.ts";
import type { Parts } from "../../../bot/parts.ts";
import { startWorld, type World } from "../../world.ts";

/** One person's messages wait for each other, and for nobody else: each in its turn, and none for ever. */
let world: World;
let parts: Parts;
let sent: string[];
/** What the platform does with a message, by its title; without a word it takes it. */
let asks: Record<string, () => Promise<void>>;
beforeEach(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.mia);
  sent = [];
  asks = {};
  const discord = {
    name: "discord",
    vouches: false,
    receive: () => expect.fail("nothing is received"),
    send: async ({ card }: OutboundMessage) => {
      const title = String(card.title);
      await asks[title]?.();
      sent.push(title);
      return { channel: "30", message: title };
    },
  };
  parts = { ...world.parts, platforms: { discord } };
});
afterEach(() => world.close());

const memberOf = async () => {
  const [member] = await world.parts.store.members();
  return member ?? expect.fail("nobody is on the roster");
};
const tell = async (title: string) =>
  tellMember(await memberOf(), `message-${title}`, { title, tone: "info" }, parts);
const rowOf = async (title: string) =>
  (await world.parts.store.get((await memberOf()).key, "delivery", `message-${title}`))?.value;
/** Works what is queued, without any sweep. */
async function work() {
  for (let message = world.queue.next(); message; message = world.queue.next())
    if (message.kind === "delivery") await deliver(message.partition, message.id, parts);
}

test("the second waits while the first is on its way, and goes out as soon as that has failed and come through", async () => {
  let fail: () => void = () => expect.fail("it was not tried");
  asks["first"] = () =>
    new Promise((_, reject) => {
      fail = () => reject(new DeliveryRefused("passing", "no answer"));
    });
  const first = tell("first");
  await expect.poll(() => String(fail).includes("reject")).toBe(true);
  await tell("second");
  await tell("third");
  expect(sent).toEqual([]);
  delete asks["first"];
  fail();
  await first;
  await work();
  expect(sent).toEqual(["first", "second", "third"]);
});

test("a platform that is unwell counts no try, and closes nothing", async () => {
  asks["first"] = async () => {
    throw new PlatformUnwell("no token");
  };
  await tell("first");
  const before = await rowOf("first");
  for (let i = 0; i < 20; i += 1) {
    world.pass(61);
    await deliver((await memberOf()).key, "message-first", parts);
  }
  const after = await rowOf("first");
  expect([after?.tries, after?.failures, after?.routes]).toEqual([0, undefined, before?.routes]);
  delete asks["first"];
  world.pass(61);
  await work();
  expect(sent).toEqual(["first"]);
});

test("one that can't be sent goes to the admins after a day, and holds nobody up for longer", async () => {
  asks["first"] = async () => {
    throw new TypeError("a fault of ours");
  };
  await tell("first");
  await tell("second");
  expect(sent).toEqual([]);
  world.pass(25 * 3600);
  await work();
  expect(sent).toEqual([
    "Couldn't reach the recipient: first",
    "A message could not be delivered within a day",
    "second",
  ]);
});

test("of two that are through, the one that died before it left the line holds nobody up", async () => {
  await tell("first");
  // As a death after it was marked leaves it: still in the line.
  const { key } = await memberOf();
  const partition = `account-discord-${world.discord.people.mia.id}`;
  const inbox = await world.parts.store.get(partition, "inbox", "");
  await world.parts.store.commit(partition, [
    {
      kind: "inbox",
      id: "",
      value: { ...inbox?.value, line: [{ partition: key, id: "message-first" }] },
      etag: inbox?.etag,
    },
  ]);
  await tell("second");
  expect(sent).toEqual(["first", "second"]);
});
