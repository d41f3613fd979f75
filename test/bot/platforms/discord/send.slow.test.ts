import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DeliveryRefused } from "../../../../bot/core/errors.ts";
import type { OutboundMessage, ReplyAddress } from "../../../../bot/core/platform.ts";
import { discordSender } from "../../../../bot/platforms/discord/send.ts";
import { generalChannelId, people } from "../../../../local/discord/people.ts";
import { checkTraffic, noChecker } from "../../../local/discord/world.ts";
import { cards, form } from "../cards.ts";
import { startDiscordWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startDiscordWorld>>;
beforeAll(async () => {
  world = await startDiscordWorld();
});
afterAll(() => world.close());

const to = (data: Record<string, string> = {}): ReplyAddress => ({
  platform: "discord",
  account: people.mia.id,
  data,
});
const message = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  route: "dm",
  to: to(),
  card: { title: "x", tone: "info" },
  nonce: "n1",
  maybeSent: false,
  ...change,
});
const refusal = async (sending: Promise<unknown>): Promise<DeliveryRefused> => {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DeliveryRefused) return error;
  throw new Error(`no refusal but ${String(error)}`);
};

/** The library holds itself to Discord's 50 requests a second. */
async function patiently<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof DeliveryRefused && error.kind === "limited")) throw error;
    await sleep((error.retryAfterSeconds ?? 1) * 1000);
    return send();
  }
}

it("finds a thread again that an earlier try has opened", async () => {
  const threaded = message({ route: "thread", to: to({ channel: generalChannelId }), nonce: "again" });
  const first = await world.platform.send(threaded);
  const second = await world.platform.send({ ...threaded, maybeSent: true });
  expect(second).toEqual(first);
  const threads = world.discord.channelsFor(people.mia.id).filter(({ name }) => name.includes("again"));
  expect(threads.map(({ id }) => id)).toEqual([first.channel]);
});

it("tells a message apart from one whose nonce ends alike", async () => {
  const first = await world.platform.send(message({ nonce: "tell-op1" }));
  const second = await world.platform.send(message({ nonce: "op1", maybeSent: true }));
  expect(second.message).not.toBe(first.message);
});

it("shows the newest card where the repeat of a first one meets it by its nonce alone", async () => {
  const first = await world.platform.send(message({ nonce: "met" }));
  // Its mark is not found, as of one that arrives between the search and the repeat.
  await world.platform.send(message({ nonce: "unmarked", edit: first }));
  const card = { title: "Newest", tone: "info" } as const;
  expect(await world.platform.send(message({ nonce: "met", maybeSent: true, card }))).toEqual(first);
  const shown = world.discord.messagesFor(people.mia.id).find(({ id }) => id === first.message);
  expect(JSON.stringify(shown)).toContain("Newest");
});

it("finds a message again however long its footer is", async () => {
  const long = message({ card: cards.endless, nonce: "long" });
  const first = await world.platform.send(long);
  world.pass(3600_000);
  expect(await world.platform.send({ ...long, maybeSent: true })).toEqual(first);
});

it("shows no mark in an answer, which is never looked for", async () => {
  const typed = await world.type("mia", "status");
  const [call] = typed.calls;
  await world.platform.send(message({ route: "answer", to: call?.replyTo ?? to(), nonce: "mark2345" }));
  expect(JSON.stringify(world.discord.messagesFor(people.mia.id))).not.toContain("mark2345");
});

it("has no thread for somebody who called from a direct message, and no channel for admins if none is set", async () => {
  expect(await refusal(world.platform.send(message({ route: "thread" })))).toMatchObject({ kind: "closed" });
  const sender = discordSender({ ...world.api, adminChannelId: undefined, clock: world.clock });
  expect(await refusal(sender.send(message({ route: "admins" })))).toMatchObject({ kind: "closed" });
});

it("never shows an interaction's token in an error", async () => {
  const token = "secret-token-of-the-interaction";
  const data = { token, at: world.clock.now().toISOString() };
  const error = await refusal(world.platform.send(message({ route: "answer", to: to(data) })));
  expect(error.kind).toBe("closed");
  expect(
    JSON.stringify({ ...error, text: String(error), stack: error.stack, cause: error.cause }),
  ).not.toContain(token);
});

it("tries later when Discord has trouble, or is not there", async () => {
  world.discord.setFaults({ serverErrors: { calls: 1, status: 503 } });
  expect(await refusal(world.platform.send(message()))).toMatchObject({ kind: "passing" });
  const nowhere = { ...world.api, adminChannelId: "1", clock: world.clock };
  const gone = discordSender({ ...nowhere, apiUrl: "http://localhost:1/api" });
  expect(await refusal(gone.send(message()))).toMatchObject({ kind: "passing" });
});

it("speaks as Discord's own OpenAPI says", async (context) => {
  if (noChecker) context.skip(noChecker);
  const checked = await startDiscordWorld();
  for (const [name, card] of Object.entries(cards)) {
    checked.answer(() => ({ card }));
    const [call] = (await checked.type("mia", "status")).calls;
    if (!call) throw new Error("the call did not arrive");
    for (const route of ["dm", "answer", "thread", "admins"] as const) {
      const one = message({ route, to: call.replyTo, card, nonce: `${name}-${route}` });
      const edit = await patiently(() => checked.platform.send(one));
      await patiently(() => checked.platform.send({ ...one, edit }));
      await patiently(() => checked.platform.send({ ...one, maybeSent: true }));
    }
  }
  checked.answer(() => ({ form }));
  await (await checked.type("mia", "status")).form?.fill({ address: "203.0.113.7", why: "x" });
  checked.answer(() => "later");
  await checked.type("mia", "status");
  await checked.close();
  expect(checkTraffic(checked.traffic)).toMatch(/exit 0$/);
});
