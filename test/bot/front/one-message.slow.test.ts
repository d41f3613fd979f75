import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { owed } from "../../../bot/core/delivery.ts";
import type { OutboundMessage } from "../../../bot/core/platform.ts";
import { mostTries } from "../../../bot/core/store.ts";
import { deliver } from "../../../bot/engine/deliver.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { storageAccount } from "../../azurite.ts";
import { sharedAnswers } from "../../oneMessage.ts";
import { startWorld, type World } from "../../world.ts";
import { late, soon } from "../late.ts";
import { keyOf } from "../left.ts";
import { dyingAfter, haltingAfter } from "../mortal.ts";

/** What takes the answer's place is one message, whoever sends it, and its last card is the newest. */
const storage = storageAccount();
let world: World;
let mia: Person;
let max: Person;
beforeAll(async () => {
  world = await startWorld({}, { storage });
  ({ mia, max } = world.discord.people);
  await world.enroll(max, { role: "admin" });
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.errors.length = 0;
});
afterEach(async () => {
  world.serving.app = world.app;
  world.discord.setFaults(undefined);
  expect(await sharedAnswers(storage)).toEqual([]);
});

/** Whatever is left is done, also what nobody has queued. */
async function allDone(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    await world.settle();
    world.pass(95);
    await world.app.sweep();
  }
  await world.settle();
}

const last = (person: Person) => world.client.sees(person).at(-1)?.text ?? "";

// A pointer to the effect, what is due, the transaction, the queue; the first card, the call's end; the try, the message, the mark.
test.for(
  [0, 1].flatMap((refusals) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((writes) => [refusals, writes] as const)),
)(
  "the first card of what takes long never replaces the last: Discord refuses %i times, the worker dies after %i writes",
  async ([refusals, writes]) => {
    const { sam } = world.discord.people;
    await world.client.types(max, "openclaw-admin roster add", { person: sam.id, entra: "sam@contoso.com" });
    world.discord.setFaults({ serverErrors: { calls: refusals, status: 503 } });
    const message = world.queue.next();
    const dies = appFrom(dyingAfter(writes, world.parts)).work(message, 1);
    // Then the queue hands it over once more.
    await dies.catch(async () => message && world.queue.send(message, 30));
    await allDone();
    expect(last(max)).toContain("Sam Stranger is on the roster.");
    expect(last(max)).not.toContain("Setting up");
    await world.client.removes(max, { person: sam.id });
    await world.settle();
  },
);

// What is due, the transaction, the queue; the first card, the call's end; the try, the message, the mark.
test.for([2, 3, 4, 5, 6, 7, 8])(
  "who takes themselves off the roster hears so in one message, although the process dies after %i writes",
  async (writes) => {
    const entra = "mia@contoso.com";
    await world.client.types(max, "openclaw-admin roster add", { person: mia.id, entra, role: "admin" });
    await world.settle();
    const question = await world.client.types(mia, "openclaw-admin roster remove", { person: mia.id });
    const { parts, goOn, changed } = haltingAfter(writes, world.parts);
    world.serving.app = appFrom(parts);
    await late(world, () => world.client.clicks(mia, "Yes, remove", question));
    goOn();
    await soon(world, () => expect(changed()).toBe(writes));
    await allDone();
    expect(last(mia)).toContain("Mia Member is off the roster");
    expect(last(mia)).toContain("revoked");
    expect(world.errors).toEqual([]);
  },
);

/** The process that takes calls comes to its transaction, and goes on from there only once it is let; `over`: whether it has looked for the call's row after that. */
function waitingBefore(kind: "op" | "call", parts: Parts) {
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  const { store } = parts;
  let [reached, over] = [false, false];
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    if (changes.some((change) => change.kind === kind)) {
      reached = true;
      await going;
    }
    return store.commit(partition, changes, dues);
  };
  const get = async (...[partition, row, id]: Parameters<typeof store.get>) => {
    over ||= row === "call";
    return store.get(partition, row, id);
  };
  return {
    parts: { ...parts, store: { ...store, commit, get: get as typeof store.get } },
    goOn,
    isThere: () => reached,
    isOver: () => over,
  };
}

test("what the worker has given up is not done any more by the process that took the call", async () => {
  const taking = waitingBefore("op", world.parts);
  world.serving.app = appFrom(taking.parts);
  await late(world, () => world.client.types(max, "openclaw status"));
  await soon(world, () => expect(taking.isThere()).toBe(true));
  const call = world.queue.next();
  const { store } = world.parts;
  const commit: typeof store.commit = (partition, changes, dues = []) =>
    dues.length > 0 ? Promise.reject(new Error("the storage is away")) : store.commit(partition, changes);
  await appFrom({ ...world.parts, store: { ...store, commit } }).work(call, mostTries);
  expect(last(max)).toContain("Something went wrong on our side");
  taking.goOn();
  await soon(world, () => expect(taking.isOver()).toBe(true));
  await allDone();
  expect(last(max)).toContain("Something went wrong on our side");
});

test("an answer that could not be written down does not overwrite what came of it", async () => {
  const { store, platforms } = world.parts;
  const { promise: mayTell, resolve: tell } = Promise.withResolvers<void>();
  let [telling, told] = [0, 0];
  const { discord } = platforms;
  if (!discord) throw new Error("there is Discord");
  const send: typeof discord.send = async (message) => {
    telling += 1;
    await mayTell;
    const ref = await discord.send(message);
    told += 1;
    return ref;
  };
  const receive: typeof discord.receive = async (request) => {
    const inbound = await discord.receive(request);
    if (inbound.kind !== "call") return inbound;
    const late = inbound.late(Promise.resolve(true));
    const tell: typeof late.tell = async (card) => {
      telling += 1;
      await mayTell;
      await late.tell(card);
      told += 1;
    };
    return { ...inbound, late: () => ({ ...late, tell }) };
  };
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    if (changes.some(({ kind }) => kind === "call")) throw new Error("the storage is away");
    return store.commit(partition, changes, dues);
  };
  const taking = haltingAfter(Number.POSITIVE_INFINITY, {
    ...world.parts,
    platforms: { discord: { ...discord, send, receive } },
    store: { ...store, commit },
  });
  world.serving.app = appFrom(taking.parts);
  await late(world, () => world.client.types(max, "openclaw status"));
  taking.goOn();
  await soon(world, () => expect(telling).toBeGreaterThan(0));
  await world.settle();
  tell();
  await soon(world, () => expect(told).toBeGreaterThan(0));
  await allDone();
  expect(last(max)).not.toContain("Checking Azure");
});

test("of two who edit a message at once, the newest card stays", async () => {
  const { store, platforms } = world.parts;
  const key = keyOf(world, max);
  const to = { platform: "discord", account: max.id, data: {} };
  const card = (title: string) => ({ title, tone: "info" as const });
  await store.commit(key, [
    { kind: "delivery", id: "edited", value: owed("edited", to, ["dm"], card("First"), world.now()) },
  ]);
  await deliver(key, "edited", world.parts);
  const turn = async (title: string) => {
    const row = await store.get(key, "delivery", "edited");
    if (!row) throw new Error("it is written down");
    const value = { ...row.value, card: card(title), revision: row.value.revision + 1 };
    await store.commit(key, [{ kind: "delivery", id: "edited", value, etag: row.etag }]);
  };
  const { discord } = platforms;
  if (!discord) throw new Error("there is Discord");
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  const slow = async (message: OutboundMessage) => {
    await going;
    return discord.send(message);
  };
  await turn("Second");
  const slower = deliver(key, "edited", {
    ...world.parts,
    platforms: {
      discord: {
        ...discord,
        send: (message) => (message.card.title === "Second" ? slow(message) : discord.send(message)),
      },
    },
  });
  await soon(world, async () => expect((await store.get(key, "delivery", "edited"))?.value.revision).toBe(2));
  await turn("Third");
  await deliver(key, "edited", world.parts);
  goOn();
  await slower;
  expect(world.client.dms(max).map(({ text }) => text.split("\n")[0])).toContain("Third");
});
