import { afterAll, beforeAll, expect, test } from "vitest";
import { owed } from "../../../bot/core/delivery.ts";
import { DeliveryRefused, NoAnswer } from "../../../bot/core/errors.ts";
import type { Platform } from "../../../bot/core/platform.ts";
import { deliver } from "../../../bot/engine/deliver.ts";
import { startWorld, type World } from "../../world.ts";
import { soon } from "../late.ts";
import { keyOf } from "../left.ts";

/** Two processes bring one message up to date, and the older card is the last to arrive: the newest is shown in the end all the same. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.mia);
  key = keyOf(world, world.discord.people.mia);
}, 60_000);
afterAll(() => world.close());

const card = (title: string) => ({ title, tone: "info" as const });
const shown = () => world.client.dms(world.discord.people.mia).at(-1)?.text.split("\n")[0];
const rowOf = async (id: string) =>
  (await world.parts.store.get(key, "delivery", id)) ?? expect.fail("it is written down");

/** A message that somebody has, with its first card. */
async function sent(id: string): Promise<void> {
  const to = { platform: "discord", account: world.discord.people.mia.id, data: {} };
  const value = owed(id, to, ["dm"], card("First"), world.now());
  await world.parts.store.commit(key, [{ kind: "delivery", id, value }]);
  await deliver(key, id, world.parts);
}

async function turn(id: string, title: string): Promise<void> {
  const { value, etag } = await rowOf(id);
  const turned = { ...value, card: card(title), revision: value.revision + 1 };
  await world.parts.store.commit(key, [{ kind: "delivery", id, value: turned, etag }]);
}

type End = "hears of it" | "gets a 503 although it arrived" | "dies after it arrived" | "dies before it";

/** A process that stalls where it sends the second card. */
function stallingAt(title: string, end: End) {
  const discord = world.parts.platforms["discord"] ?? expect.fail("there is Discord");
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  const state = { isThere: false, isOver: false };
  const send: Platform["send"] = async (message) => {
    if (message.card.title !== title || state.isThere) return discord.send(message);
    state.isThere = true;
    await going;
    const ref = end === "dies before it" ? undefined : await discord.send(message);
    state.isOver = true;
    if (end === "gets a 503 although it arrived")
      throw new DeliveryRefused("passing", "Discord answered 503");
    return end === "hears of it" && ref ? ref : new Promise<never>(() => undefined);
  };
  return { parts: { ...world.parts, platforms: { discord: { ...discord, send } } }, goOn, state };
}

const ends: readonly End[] = [
  "hears of it",
  "gets a 503 although it arrived",
  "dies after it arrived",
  "dies before it",
];
test.for([
  ...ends.map((end) => [end, "comes meanwhile", 0] as const),
  // Who dies after that has stood still for longer than any call is waited for: nobody can know when they go on.
  ...ends.slice(0, 2).map((end) => [end, "comes when nobody waits for them any more", 46] as const),
])("one who sends an older card stalls, and %s; one with a newer card %s", async ([end, _when, seconds]) => {
  const id = `edited-${ends.indexOf(end)}-${seconds}`;
  await sent(id);
  await turn(id, "Second");
  const { parts, goOn, state } = stallingAt("Second", end);
  const slower = deliver(key, id, parts);
  await soon(world, () => expect(state.isThere).toBe(true));
  await turn(id, "Third");
  world.pass(seconds);
  await deliver(key, id, world.parts);
  goOn();
  await soon(world, () => expect(state.isOver).toBe(true));
  if (!end.startsWith("dies")) await slower;
  await world.settle();
  expect(shown()).toBe("Third");
  expect((await rowOf(id)).value).toMatchObject({ revision: 3, sent: 3 });
});

test("an edit that got no answer may arrive as long as its hold lasts: the newer card is sent after that", async () => {
  const id = "unanswered";
  await sent(id);
  await turn(id, "Second");
  const discord = world.parts.platforms["discord"] ?? expect.fail("there is Discord");
  let arrives: () => Promise<unknown> = () => expect.fail("nothing was sent");
  const send: Platform["send"] = async (message) => {
    arrives = () => discord.send(message);
    world.pass(10);
    throw new NoAnswer("no answer from Discord (AbortError)");
  };
  await deliver(key, id, { ...world.parts, platforms: { discord: { ...discord, send } } });
  await turn(id, "Third");
  world.pass(30);
  await deliver(key, id, world.parts);
  await arrives();
  await world.settle();
  expect(shown()).toBe("Third");
  expect((await rowOf(id)).value).toMatchObject({ revision: 3, sent: 3 });
});

test("one who was refused leaves alone what somebody else has tried since, and their hold", async () => {
  const id = "retried";
  await sent(id);
  await turn(id, "Second");
  const discord = world.parts.platforms["discord"] ?? expect.fail("there is Discord");
  const theirs = { heldUntil: new Date(world.now().getTime() + 90_000).toISOString() };
  const taken = async () => {
    const { value, etag } = await rowOf(id);
    await world.parts.store.commit(key, [{ kind: "delivery", id, value: { ...value, ...theirs }, etag }]);
  };
  const refused: Platform["send"] = async () => {
    await taken();
    throw new DeliveryRefused("passing", "Discord answered 503");
  };
  await deliver(key, id, { ...world.parts, platforms: { discord: { ...discord, send: refused } } });
  expect((await rowOf(id)).value).toMatchObject(theirs);
  expect((await rowOf(id)).value.nextTryAt).toBeUndefined();
  world.pass(46);
  const late: Platform["send"] = async (message) => {
    const ref = await discord.send(message);
    theirs.heldUntil = new Date(world.now().getTime() + 90_000).toISOString();
    await taken();
    return ref;
  };
  world.pass(60);
  await deliver(key, id, { ...world.parts, platforms: { discord: { ...discord, send: late } } });
  expect((await rowOf(id)).value).toMatchObject({ ...theirs, sent: 2 });
  await world.settle();
});

test("bringing a message up to date costs no more than three reads and two writes", async () => {
  await sent("counted");
  await turn("counted", "Second");
  const { store } = world.parts;
  const calls: string[] = [];
  const get = async (...[partition, kind, id]: Parameters<typeof store.get>) => {
    calls.push(`get ${kind}`);
    return store.get(partition, kind, id);
  };
  const commit: typeof store.commit = async (partition, changes, dues) => {
    calls.push(`commit ${changes.map(({ kind }) => kind).join(" ")}`);
    return store.commit(partition, changes, dues);
  };
  await deliver(key, "counted", {
    ...world.parts,
    store: { ...store, get: get as typeof store.get, commit },
  });
  expect(shown()).toBe("Second");
  expect(calls).toEqual([
    "get delivery",
    "commit delivery",
    "get delivery",
    "commit delivery",
    // Whether the platform was unwell until now.
    "get platform",
  ]);
});
