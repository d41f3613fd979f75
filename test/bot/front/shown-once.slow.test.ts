import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Card, Reply } from "../../../bot/core/card.ts";
import { DeliveryRefused } from "../../../bot/core/errors.ts";
import type { Account } from "../../../bot/core/member.ts";
import { accountPartition, callDelivery } from "../../../bot/core/names.ts";
import type { OutboundMessage } from "../../../bot/core/platform.ts";
import type { DeferredCall } from "../../../bot/core/records.ts";
import type { WorkMessage } from "../../../bot/core/store.ts";
import { deliver } from "../../../bot/engine/deliver.ts";
import { answerLater } from "../../../bot/front/answerLater.ts";
import type { Parts } from "../../../bot/parts.ts";
import { startWorld, type World } from "../../world.ts";
import { soon } from "../late.ts";

/** Two processes answer one call. What may be shown once is only with the one that had the effect: it stays, to the person alone. */
const secret: Card = { title: "The link", tone: "info" };
const kept: Card = { title: "The link was shown", tone: "info" };
const withSecret: Reply = { card: secret, kept };
const without: Reply = { card: kept };

let world: World;
let parts: Parts;
let account: Account;
let shown: OutboundMessage[];
/** What the platform does before it shows a card, by its title. */
let asks: Record<string, () => Promise<void>>;
let calls = 0;
beforeAll(async () => {
  world = await startWorld();
  const { mia } = world.discord.people;
  await world.enroll(mia);
  account = { platform: "discord", id: mia.id, name: mia.name };
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  shown = [];
  asks = {};
  const discord = {
    name: "discord",
    vouches: false,
    receive: () => expect.fail("nothing is received"),
    send: async (message: OutboundMessage) => {
      await asks[String(message.card.title)]?.();
      shown.push(message);
      return { channel: "30", message: "31" };
    },
  };
  parts = { ...world.parts, platforms: { discord } };
});

const titles = () => shown.map(({ card }) => card.title);
const owedOf = async ({ partition, id }: WorkMessage) =>
  (await world.parts.store.get(partition, "delivery", callDelivery(id)))?.value;

/** A call that was put off. */
async function putOff(): Promise<WorkMessage> {
  calls += 1;
  const id = `call${calls}`;
  const partition = accountPartition(account);
  const at = world.now().toISOString();
  const replyTo = { platform: "discord", account: account.id, data: { token: id, at } };
  const line = { command: "open-access", options: {} };
  const value: DeferredCall = { id, account, line, replyTo, people: {}, at, done: false };
  await world.parts.store.commit(partition, [{ kind: "call", id, value }]);
  return { kind: "call", partition, id };
}

test("the other one is just sending its card", async () => {
  const message = await putOff();
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  let isThere = false;
  asks["The link was shown"] = async () => {
    isThere = true;
    await going;
  };
  const other = answerLater(message, { reply: without }, parts);
  await soon(world, () => expect(isThere).toBe(true));
  const waits = world.patience.asked.length;
  let isOver = false;
  const own = answerLater(message, { reply: withSecret }, parts).finally(() => {
    isOver = true;
  });
  // It waits for the other one, or does not.
  await soon(world, () => expect(world.patience.asked.length + shown.length).toBeGreaterThan(waits));
  goOn();
  await other;
  await soon(world, () => expect(isOver).toBe(true));
  await own;
  expect(titles()).toEqual(["The link was shown", "The link"]);
  expect((await owedOf(message))?.heldUntil).toBeUndefined();
});

test("the other one finds it written down, and sends it first", async () => {
  const message = await putOff();
  const { store } = parts;
  const commit: typeof store.commit = async (partition, changes, dues) => {
    await store.commit(partition, changes, dues);
    if (changes.some(({ kind }) => kind === "call")) await answerLater(message, {}, parts);
  };
  await answerLater(message, { reply: withSecret }, { ...parts, store: { ...store, commit } });
  expect(titles()).toEqual(["The link was shown", "The link"]);
  expect((await owedOf(message))?.heldUntil).toBeUndefined();
});

test("a platform that does not take it any more is not asked for ever", async () => {
  const message = await putOff();
  await answerLater(message, { reply: without }, parts);
  asks["The link"] = () =>
    Promise.reject(new DeliveryRefused("closed", "that call can no longer be answered"));
  await answerLater(message, { reply: withSecret }, parts);
  await world.settle();
  expect(titles()).toEqual(["The link was shown"]);
});

test("nobody else reads it, where they can be given nothing alone", async () => {
  const message = await putOff();
  // Neither as the answer nor as a direct message.
  asks["The link"] = () => Promise.reject(new DeliveryRefused("closed", "they take none"));
  await answerLater(message, { reply: withSecret }, parts);
  expect(titles()).toEqual(["The link was shown"]);
  expect(shown[0]?.route).toBe("thread");
  const id = callDelivery(message.id);
  await deliver(message.partition, id, parts, secret);
  expect(titles()).toEqual(["The link was shown"]);
});
