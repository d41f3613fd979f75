import { afterEach, beforeEach, expect, it } from "vitest";
import { PlatformUnwell } from "../../../../bot/core/errors.ts";
import type { OutboundMessage, ReplyAddress } from "../../../../bot/core/platform.ts";
import { discordSender } from "../../../../bot/platforms/discord/send.ts";
import { people } from "../../../../local/discord/people.ts";
import { serve } from "../../../../local/serve.ts";
import { tokensFor } from "./tokens.ts";
import { startDiscordWorld } from "./world.ts";

/** The bot's token on its way to Discord: what is refused is not sent again, and what needs none goes out without. */
let world: Awaited<ReturnType<typeof startDiscordWorld>>;
beforeEach(async () => {
  world = await startDiscordWorld();
});
afterEach(() => world.close());

let count = 0;
const message = (change: Partial<OutboundMessage> = {}): OutboundMessage => {
  count += 1;
  const to: ReplyAddress = { platform: "discord", account: people.mia.id, data: {} };
  return {
    route: "dm",
    to,
    card: { title: "Hello", tone: "info" },
    nonce: `n${count}`,
    maybeSent: false,
    ...change,
  };
};

/** What goes on to the simulator, and with which token. `instead`: what is answered on the way, while there is some. */
async function counting(instead: Response[] = []) {
  const seen: (string | null)[] = [];
  const door = await serve(
    async (request) => {
      seen.push(request.headers.get("authorization"));
      const answer = instead.shift();
      if (answer) return answer;
      const url = new URL(request.url);
      const target = `${new URL(world.discord.url).origin}${url.pathname}${url.search}`;
      const body = request.method === "GET" ? undefined : await request.text();
      return fetch(target, { method: request.method, headers: request.headers, ...(body ? { body } : {}) });
    },
    { port: 0, service: () => undefined },
  );
  return { seen, apiUrl: `${door.url}/api`, close: () => door.close() };
}

const senderWith = (tokens: ReturnType<typeof tokensFor>, apiUrl = world.discord.url) =>
  discordSender({
    ...world.api,
    apiUrl,
    tokens,
    adminChannelId: world.discord.adminChannelId,
    clock: world.clock,
  }).send;

it("sends nothing more with a token that was refused, not even what waited in the library", async () => {
  const door = await counting();
  const tokens = tokensFor("wrong");
  const send = senderWith(tokens, door.apiUrl);
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => send(message({ route: "admins" }))));
  expect(all.map((one) => one.status === "rejected" && one.reason instanceof PlatformUnwell)).not.toContain(
    false,
  );
  // All of them go to one channel, and the library sends one after the other there.
  const first = door.seen.length;
  expect(first).toBeLessThanOrEqual(2);
  for (let i = 0; i < 20; i += 1) await expect(send(message())).rejects.toBeInstanceOf(PlatformUnwell);
  expect(door.seen).toHaveLength(first);
  expect(new Set(tokens.refused)).toEqual(new Set(["1"]));
  await door.close();
});

it("goes on at once with another version, in the middle of a message too", async () => {
  const door = await counting();
  const { botToken } = world.discord;
  const tokens = tokensFor(botToken);
  const send = senderWith(tokens, door.apiUrl);
  await send(message());
  // Whoever runs the bot resets the token, then sets it in the vault.
  const next = world.discord.resetToken();
  await expect(send(message())).rejects.toBeInstanceOf(PlatformUnwell);
  const refusals = door.seen.length;
  await expect(send(message())).rejects.toBeInstanceOf(PlatformUnwell);
  expect(door.seen).toHaveLength(refusals);
  tokens.set({ value: next, version: "2" });
  await send(message({ card: { title: "After the reset", tone: "info" } }));
  expect(door.seen.at(-1)).toBe(`Bot ${next}`);
  expect(world.shown("mia").filter(({ text }) => text.includes("After the reset"))).toHaveLength(1);

  // Reset once more, and set already when the refusal comes: the same call goes through.
  const last = world.discord.resetToken();
  const keep = tokens.refuse;
  const source = {
    ...tokens,
    refuse: async (token: { value: string; version: string }) => {
      await keep(token);
      tokens.set({ value: last, version: "3" });
    },
  };
  await senderWith(source, door.apiUrl)(message({ card: { title: "In one go", tone: "info" } }));
  expect(world.shown("mia").filter(({ text }) => text.includes("In one go"))).toHaveLength(1);
  await door.close();
});

it("the same value in another version is tried once more", async () => {
  const door = await counting();
  const tokens = tokensFor("wrong");
  const send = senderWith(tokens, door.apiUrl);
  for (const version of ["1", "2"]) {
    tokens.set({ value: "wrong", version });
    for (let i = 0; i < 3; i += 1) await expect(send(message())).rejects.toBeInstanceOf(PlatformUnwell);
  }
  expect(door.seen).toEqual(["Bot wrong", "Bot wrong"]);
  await door.close();
});

it.each([
  ["text/html", "<html>Sign in to the proxy</html>"],
  ["application/json", JSON.stringify({ error: "invalid_token" })],
])(
  "a 401 of %s without a code of Discord's isn't about the token, which is used again",
  async (type, body) => {
    const door = await counting([new Response(body, { status: 401, headers: { "content-type": type } })]);
    const tokens = tokensFor(world.discord.botToken);
    const send = senderWith(tokens, door.apiUrl);
    await expect(send(message())).rejects.toMatchObject({
      name: "PlatformUnwell",
      message: expect.stringContaining("Discord answered 401 without a reason"),
    });
    expect(tokens.refused).toEqual([]);
    await send(message({ card: { title: "After the proxy", tone: "info" } }));
    expect(world.shown("mia").filter(({ text }) => text.includes("After the proxy"))).toHaveLength(1);
    await door.close();
  },
);

it("answers an interaction without the bot's token, and a refusal there says nothing of that one", async () => {
  const door = await counting();
  const tokens = tokensFor("wrong");
  tokens.set(undefined);
  const send = senderWith(tokens, door.apiUrl);
  world.answer(() => "later");
  const [call] = (await world.type("mia", "status")).calls;
  if (!call) throw new Error("the call did not arrive");
  await send(message({ route: "answer", to: call.replyTo, card: { title: "Here it is", tone: "info" } }));
  expect(world.shown("mia").filter(({ text }) => text.includes("Here it is"))).toHaveLength(1);
  expect(door.seen).toEqual([null]);

  // Discord: 401, 50027.
  const foreign = { ...call.replyTo, data: { ...call.replyTo.data, token: "of-somebody-else" } };
  await expect(send(message({ route: "answer", to: foreign }))).rejects.toMatchObject({
    kind: "closed",
    message: expect.stringContaining("50027"),
  });
  expect(tokens.refused).toEqual([]);
  tokens.set({ value: world.discord.botToken, version: "9" });
  await send(message());
  await door.close();
});
