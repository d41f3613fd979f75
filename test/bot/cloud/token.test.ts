import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { tokenInVault } from "../../../bot/cloud/token.ts";
import { PlatformUnwell } from "../../../bot/core/errors.ts";
import { given } from "../../../bot/core/given.ts";
import type { Exchange } from "../../../local/traffic.ts";
import { startWorld, type World } from "../../local/azure/world.ts";
import { anyToken } from "./canned.ts";

/** The bot's own token in the key vault of the simulated Azure, asked for as the bot by Microsoft's client. */
const secret = "discord-bot-token";
let world: World;
let now: number;
beforeEach(async () => {
  world = await startWorld();
  now = Date.parse("2030-01-01T00:00:00Z");
});
afterEach(() => world.close());

const source = (url = world.azure.url, credential = world.bot.credential) =>
  tokenInVault({ url, credential, secret, read: given, clock: { now: () => new Date(now) } });
const pass = (seconds: number) => {
  now += seconds * 1000;
};

/** The status of each answer to a question for the secret's value. */
const asked = () =>
  readFileSync(world.recording, "utf8")
    .trim()
    .split("\n")
    .map((line): Exchange => JSON.parse(line))
    .filter(({ request }) => request.method === "GET" && request.url.includes(`/secrets/${secret}`))
    // The first one asks where tokens come from.
    .flatMap(({ response }) => (response.status === 401 ? [] : [response.status]));

async function refusal(asking: Promise<unknown>): Promise<PlatformUnwell> {
  const thrown = await asking.catch((error: unknown) => error);
  if (!(thrown instanceof PlatformUnwell)) throw new Error(`no refusal but ${String(thrown)}`);
  return thrown;
}

it("is asked for once, however many want it at the same time, and then kept", async () => {
  world.azure.vault.set(secret, "the-token");
  const tokens = source();
  const got = await Promise.all(Array.from({ length: 20 }, () => tokens.get()));
  expect(new Set(got.map(({ value }) => value))).toEqual(new Set(["the-token"]));
  pass(3 * 86_400);
  expect((await tokens.get()).value).toBe("the-token");
  expect(asked()).toEqual([200]);
});

it("works within a minute of being set, and is asked for once a minute until then", async () => {
  const tokens = source();
  for (let second = 0; second < 3600; second += 10) {
    const { message, retryAfterSeconds, kind } = await refusal(tokens.get());
    expect([kind, message]).toEqual(["unwell", `the secret ${secret} in the key vault holds no token yet`]);
    expect(retryAfterSeconds).toBe(60 - (second % 60));
    pass(10);
  }
  expect(asked()).toHaveLength(60);
  pass(1);
  expect(await refusal(tokens.get())).toMatchObject({ retryAfterSeconds: 60 });
  world.azure.vault.set(secret, "the-token");
  pass(59);
  await refusal(tokens.get());
  pass(1);
  expect((await tokens.get()).value).toBe("the-token");
});

it("is not given again once it was refused, until the vault holds another version", async () => {
  world.azure.vault.set(secret, "first");
  const tokens = source();
  const first = await tokens.get();
  // A day later somebody resets it. The vault is asked at once.
  pass(86_400);
  await tokens.refuse(first);
  for (let minute = 0; minute < 180; minute += 1) {
    expect((await refusal(tokens.get())).message).toContain("is refused: set another one");
    pass(60);
  }
  expect(asked()).toHaveLength(181);
  world.azure.vault.set(secret, "the-other-token");
  const second = await tokens.get();
  expect(second.value).toBe("the-other-token");
  expect(second.version).not.toBe(first.version);
  // Whoever still had the former one says nothing of this one.
  await tokens.refuse(first);
  expect(await tokens.get()).toEqual(second);
  // The same value, set once more, is another version.
  await tokens.refuse(second);
  pass(60);
  world.azure.vault.set(secret, "the-other-token");
  expect((await tokens.get()).value).toBe("the-other-token");
});

it("has a new one at once where that was set before the refusal", async () => {
  world.azure.vault.set(secret, "first");
  const tokens = source();
  const first = await tokens.get();
  world.azure.vault.set(secret, "the-other-token");
  pass(60);
  await tokens.refuse(first);
  expect((await tokens.get()).value).toBe("the-other-token");
});

it.each([
  ["the role has not taken effect", () => void world.azure.faults.set({ kind: "vault" }), "403 Forbidden"],
  ["it is disabled", () => world.azure.vault.set(secret, "the-token", false), "403 SecretDisabled"],
  ["it holds a placeholder", () => world.azure.vault.set(secret, " not-set\r\n"), "holds no token yet"],
  ["it holds nothing", () => world.azure.vault.set(secret, "\uFEFF \r\n"), "holds no token yet"],
])("is none yet while %s", async (_what, spoil, why) => {
  spoil();
  const tokens = source();
  expect((await refusal(tokens.get())).message).toContain(why);
  world.azure.faults.clear();
  world.azure.vault.set(secret, "the-token\n");
  expect((await refusal(tokens.get())).message).toContain(why);
  pass(60);
  expect((await tokens.get()).value).toBe("the-token");
});

it("is none yet while the secret is deleted, or the vault is away", async () => {
  await world.operator.secrets.beginDeleteSecret(secret);
  expect((await refusal(source().get())).message).toContain("404 SecretNotFound");
  const away = source("https://localhost:1", anyToken);
  expect((await refusal(away.get())).message).toContain("can't be read");
  pass(30);
  expect(await refusal(away.get())).toMatchObject({ retryAfterSeconds: 30 });
});

it("is none yet while no answer comes: ten seconds are waited, for the identity's own token too", async () => {
  const after = AbortSignal.timeout;
  const spy = vi
    .spyOn(AbortSignal, "timeout")
    .mockImplementation((milliseconds) => after(milliseconds / 100));
  onTestFinished(() => spy.mockRestore());
  const silent = source(world.azure.url, {
    getToken: (_scopes, { abortSignal } = {}) =>
      new Promise((_done, fail) => {
        abortSignal?.addEventListener("abort", () => fail(new Error("nobody answers any more")));
      }),
  });
  expect((await refusal(silent.get())).message).toContain("can't be read");
  expect(spy).toHaveBeenCalledWith(10_000);
});
