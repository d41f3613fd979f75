import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { people as discordPeople } from "../../local/discord/people.ts";
import { people as teamsPeople } from "../../local/teams/people.ts";
import { buildFunctions } from "../../scripts/build.ts";
import { storageAccount } from "../azurite.ts";
import { post } from "../kill/person.ts";
import { type Stack, startStack } from "../stack.ts";
import { type StorageGate, storageGate } from "../storageGate.ts";

/*
 * The first call of a process, by the clock on the wall: the built bot in a process of its own, and a storage that answers its
 * first call after five seconds. Discord waits for three.
 */
const built = join("dist", "test", `first-call-${process.pid}`);
const data = mkdtempSync(join(tmpdir(), "first-call-"));
let gate: StorageGate;
let stack: Stack;
beforeAll(async () => {
  await buildFunctions({ entry: "functions/index.ts", folder: built });
  gate = await storageGate(storageAccount());
  stack = await startStack({
    data,
    entry: join(built, "index.js"),
    storage: gate.connectionString,
    env: { QUEUE_LOCK_SECONDS: "3" },
  });
});
afterAll(async () => {
  await stack.kill();
  await gate.close();
  rmSync(data, { recursive: true });
  rmSync(built, { recursive: true });
});

const outcome = z.object({ kind: z.string(), message: z.object({ id: z.string() }).optional() });
const message = z.object({ id: z.string() }).loose();
const view = z.object({ messages: z.array(message) });
const channels = z.object({ channels: z.array(z.object({ id: z.string(), kind: z.string() })) });
const patient = { timeout: 30_000, interval: 100 };

const see = async (address: string) => (await fetch(`${stack.console}/api/${address}`)).json();
/** What somebody sees of the bot's help. */
const helpIn = async (address: string): Promise<string[]> =>
  view
    .parse(await see(address))
    .messages.filter((shown) => JSON.stringify(shown).includes("What you can do"))
    .map(({ id }) => id);

async function typesOnDiscord(user: string, line: string) {
  const channelId = channels
    .parse(await see(`discord?user=${user}`))
    .channels.find(({ kind }) => kind === "channel")?.id;
  return outcome.parse(await post(`${stack.console}/api/discord/type`, { user, channelId, line }));
}

/** The Functions host ends without a word; another one takes its place. */
function killHost(): void {
  const pids = stack.pids().map(String);
  const table = execFileSync("ps", ["-o", "pid=,args=", "-p", pids.join(",")], { encoding: "utf8" });
  const host = table.split("\n").find((row) => row.includes("local/functions/host.ts"));
  process.kill(Number.parseInt(host ?? "", 10), "SIGKILL");
}

/** It takes calls. */
const hostIsUp = () => vi.waitFor(() => fetch(`${stack.functions}/nothing`), patient);

test("its storage answers after five seconds: Discord hears in time that the answer follows, Teams gets it as a message", async () => {
  const { ada } = discordPeople;
  const chat = `teams?user=${teamsPeople.ada.id}`;
  killHost();
  gate.sleepFor(5000);
  await hostIsUp();
  const began = performance.now();
  const [first, sent] = await Promise.all([
    typesOnDiscord(ada.id, "/openclaw help"),
    post(`${stack.console}/api/teams/send`, { user: teamsPeople.ada.id, text: "help" }).then((said) => ({
      ...outcome.parse(said),
      after: performance.now() - began,
    })),
  ]);
  expect(first.kind).toBe("deferred");
  expect(sent).toMatchObject({ kind: "sent", after: expect.any(Number) });
  // It was the storage that was waited for.
  expect(sent.after).toBeGreaterThan(2000);
  expect(await helpIn(chat)).toHaveLength(1);
  await vi.waitFor(
    async () => expect(await helpIn(`discord?user=${ada.id}`)).toEqual([first.message?.id]),
    patient,
  );
});

test("the process dies after it told Discord that the answer follows: the worker gives it, once", async () => {
  const { ada } = discordPeople;
  const before = await helpIn(`discord?user=${ada.id}`);
  await hostIsUp();
  // Who calls is known; that the call came before isn't.
  gate.hold(/^GET .*RowKey='claim/);
  const { kind, message: answer } = await typesOnDiscord(ada.id, "/openclaw help");
  killHost();
  gate.open();
  expect(kind).toBe("deferred");
  await vi.waitFor(
    async () => expect(await helpIn(`discord?user=${ada.id}`)).toEqual([...before, answer?.id]),
    patient,
  );
});
