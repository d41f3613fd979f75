import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { Conflict } from "../../../bot/core/errors.ts";
import { type Change, mostTries, type WorkMessage } from "../../../bot/core/store.ts";
import { defer } from "../../../bot/front/defer.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { rowsOf } from "../tables.ts";

/** What is answered later is repeated while tries remain, and answered plainly where none does. */
let world: World;
let ada: Person;
let mia: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ ada, mia } = world.discord.people);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.errors.length = 0;
});

const last = () => world.client.sees(ada).at(-1)?.text ?? "";
const plain = "Something went wrong on our side";

/** Ada asks for what is answered later: the message that the worker gets. */
async function asks(command: string, options = {}): Promise<WorkMessage> {
  await world.client.types(ada, `openclaw-admin ${command}`, options);
  return world.queue.next() ?? expect.fail("nothing is queued");
}

/** A bot whose storage fails, as long as it does, where it would write such a change; and how often it has. */
function failing(times: number, why: () => Error, isMeant: (change: Change) => boolean) {
  let failed = 0;
  const { store } = world.parts;
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    if (failed < times && changes.some(isMeant)) {
      failed += 1;
      throw why();
    }
    return store.commit(partition, changes, dues);
  };
  return { app: appFrom({ ...world.parts, store: { ...store, commit } }), failed: () => failed };
}

const away = () => new Error("the storage is away");
const isMember = ({ kind }: Change) => kind === "member";
const isPolicy = ({ kind }: Change) => kind === "policy";
const add = () => asks("roster add", { person: mia.id, entra: "mia@contoso.com" });
const remove = async () => {
  await world.client.removes(ada, { person: mia.id });
  await world.settle();
};

test("of a call that is answered nothing stays of what was typed, in a command's place neither", async () => {
  const key = "sk-test-1234567890abcdef";
  const account = { platform: "discord", id: ada.id, name: "Ada" };
  const call = { id: "typed", account, line: { command: key, options: { json: key } }, people: {} };
  const replyTo = { platform: "discord", account: ada.id, data: {} };
  const message = await defer({ ...call, place: "team", replyTo, files: {} }, world.parts);
  await world.app.work(message, 1);
  const row = await world.parts.store.get(message.partition, "call", "typed");
  expect(row?.value).toMatchObject({ done: true, line: { command: "unknown", options: {} } });
  expect(JSON.stringify(await rowsOf(world))).not.toContain(key);
  await world.settle();
});

describe("storage fails for a moment", () => {
  test("the call is thrown while tries remain, and done once by the next", async () => {
    const message = await add();
    const { app } = failing(1, away, isMember);
    await expect(app.work(message, 1)).rejects.toThrow("away");
    expect(last()).toBe("");
    await app.work(message, 2);
    await world.settle();
    expect(last()).toContain("Mia Member is on the roster. They can type");
    await remove();
  });

  test("who calls can't be looked up: that is no answer, whichever try it is", async () => {
    const message = await add();
    const { store } = world.parts;
    const memberOf = () => Promise.reject(away());
    const app = appFrom({ ...world.parts, store: { ...store, memberOf } });
    for (const tries of [1, mostTries]) await expect(app.work(message, tries)).rejects.toThrow("away");
    expect(last()).toBe("");
    await world.app.work(message, 1);
    await world.settle();
    expect(last()).toContain("They can type");
    await remove();
  });

  test("up to the last try: the plain answer, once, and no try after it has an effect", async () => {
    const message = await add();
    const { app, failed } = failing(mostTries, away, isMember);
    for (let tries = 1; tries < mostTries; tries += 1)
      await expect(app.work(message, tries)).rejects.toThrow("away");
    await app.work(message, mostTries);
    expect(failed()).toBe(mostTries);
    expect(last()).toContain(plain);
    await app.work(message, 1);
    await world.settle();
    expect(last()).toContain(plain);
    expect(await world.parts.store.members()).toMatchObject([{ status: "left" }]);
    expect(world.errors).toHaveLength(1);
  });

  test("what was written although it failed is the answer, also at the last try", async () => {
    const message = await asks("policy set", { "keep-days": "9" });
    const { store } = world.parts;
    const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
      await store.commit(partition, changes, dues);
      if (changes.some(isPolicy)) throw away();
    };
    await appFrom({ ...world.parts, store: { ...store, commit } }).work(message, mostTries);
    await world.settle();
    expect(last()).not.toContain(plain);
    expect(last()).toContain("default → 9");
  });
});

test("somebody else is faster each time: after four decisions that is an answer, with tries left", async () => {
  const message = await asks("policy set", { "keep-days": "8" });
  const { app, failed } = failing(Number.POSITIVE_INFINITY, () => new Conflict("they were faster"), isPolicy);
  await app.work(message, 1);
  expect(failed()).toBe(4);
  expect(last()).toContain(plain);
});

test("somebody else is faster once: it is decided anew, at once", async () => {
  const message = await asks("policy set", { "keep-days": "7" });
  const { app } = failing(1, () => new Conflict("they were faster"), isPolicy);
  await app.work(message, 1);
  await world.settle();
  expect(last()).toContain("9 → 7");
});

test("what nobody came to for a quarter of an hour is not done any more, and that is said", async () => {
  const roster = async () => Object.entries(await rowsOf(world)).filter(([row]) => row.endsWith(" member"));
  const before = await roster();
  const message = await add();
  world.pass(15 * 60 + 1);
  await world.app.work(message, 1);
  await world.settle();
  expect(world.client.dms(ada).at(-1)?.text).toContain("more than 15 minutes ago");
  expect(await roster()).toEqual(before);
  // Nor by whoever comes to it later.
  await world.app.work(message, 2);
  expect(await roster()).toEqual(before);
});

test("what is refused is answered at the first try", async () => {
  const message = await asks("roster add", { person: mia.id, entra: "nobody@contoso.com" });
  await world.app.work(message, 1);
  expect(last()).toContain("is not in your organisation's directory");
  expect(world.errors).toEqual([]);
});

test("a call whose worker was never woken is queued by its repeat", async () => {
  const use = { payload: { id: "1300000000000000777" } };
  const options = { person: mia.id, entra: "nobody@contoso.com" };
  await world.client.types(ada, "openclaw-admin roster add", options, use);
  world.queue.lose();
  await world.client.types(ada, "openclaw-admin roster add", options, use);
  expect(world.queue.waiting()).toEqual([
    { kind: "call", partition: `account-discord-${ada.id}`, id: "1300000000000000777" },
  ]);
  await world.settle();
});

describe("of a call that is done", () => {
  const rowOf = async ({ partition, id }: WorkMessage) =>
    (await world.parts.store.get(partition, "call", id))?.value;

  test("what was typed is not kept, since it may be a secret", async () => {
    const secret = "abcdefghijkl";
    const patch = JSON.stringify({ channels: { discord: { token: secret } } });
    const line = { command: "config push", options: { person: mia.id, patch } };
    const replyTo = { platform: "discord", account: ada.id, data: {} };
    const account = { platform: "discord", id: ada.id, name: "Ada Admin" };
    const late = { id: "late", account, place: "team", line, replyTo, people: {} } as const;
    await defer(late, world.parts, Promise.resolve());
    const message = world.queue.next() ?? expect.fail("nothing is queued");
    expect(JSON.stringify(await rowOf(message))).toContain(secret);
    await world.app.work(message, 1);
    await world.settle();
    expect(await rowOf(message)).toMatchObject({ done: true, line: { command: "config push", options: {} } });
    expect(JSON.stringify(await rowsOf(world)).includes(secret)).toBe(false);
  });

  test("where its file is, which opens it, is not kept", async () => {
    const files = { file: { name: "team.json", text: "[]" } };
    await world.client.types(ada, "openclaw-admin roster import", {}, { files });
    const message = world.queue.next() ?? expect.fail("nothing is queued");
    const [file] = Object.values((await rowOf(message))?.files ?? {});
    const url = file?.url ?? expect.fail("there is no file");
    await world.app.work(message, 1);
    await world.settle();
    expect(await rowOf(message)).toMatchObject({ done: true });
    expect(JSON.stringify(await rowsOf(world)).includes(url)).toBe(false);
  });
});
