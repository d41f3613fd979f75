import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { TooMany } from "../../../bot/core/errors.ts";
import type { InboundCall } from "../../../bot/core/platform.ts";
import type { Change, WorkMessage } from "../../../bot/core/store.ts";
import { answerLater, owe } from "../../../bot/front/answerLater.ts";
import { defer } from "../../../bot/front/defer.ts";
import { receive } from "../../../bot/front/receive.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";

/** A call has one answer, the first, whatever becomes of whoever asked, and of the rows in which it is kept. */
let world: World;
let ada: Person;
let mia: Person;
let max: Person;
let sam: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ ada, mia, max, sam } = world.discord.people);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.errors.length = 0;
  world.pass(60);
});

const last = (person: Person) => world.client.sees(person).at(-1)?.text ?? "";
const accountOf = ({ id }: Person) => ({ platform: "discord", id, name: "Somebody" });
const says = (title: string) => ({ card: { title, tone: "bad" as const } });

/** What somebody asks for is written down; the message that the worker gets. */
async function asks(who: Person, command: string, options = {}): Promise<WorkMessage> {
  await world.client.types(who, `openclaw-admin ${command}`, options);
  return world.queue.next() ?? expect.fail("nothing is queued");
}

/** A worker that dies once it has written such a change. */
function dyingOnce(isMeant: (change: Change) => boolean) {
  const { store } = world.parts;
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    await store.commit(partition, changes, dues);
    if (changes.some(isMeant)) throw new Error("died");
  };
  return appFrom({ ...world.parts, store: { ...store, commit } });
}

async function enroll(by: Person, who: Person, options = {}) {
  const entra = `${who.username.split(".")[0]}@contoso.com`;
  await world.client.types(by, "openclaw-admin roster add", { person: who.id, entra, ...options });
  await world.settle();
}

async function makeAdmin(who: Person) {
  await enroll(ada, who);
  await world.client.types(ada, "openclaw-admin roster role", { person: who.id, role: "admin" });
  await world.goesOnWithoutMe();
  await world.settle();
}

test("30 commands at once of an admin of whom the process knows nothing yet go through, and as many of a member don't", async () => {
  const burst = async (who: Person) => {
    const asked = Array.from({ length: 70 }, (_, index) =>
      receive(
        {
          id: `burst-${who.id}-${index}`,
          account: accountOf(who),
          place: "team",
          replyTo: { platform: "discord", account: who.id, data: {} },
          read: async () => ({ line: { command: "help", options: {} }, people: {} }),
        },
        world.parts,
      ).then(
        () => 0,
        (error: unknown) => {
          if (error instanceof TooMany) return error.tells ? 1 : 2;
          throw error;
        },
      ),
    );
    const found = await Promise.all(asked);
    return { passed: found.filter((one) => one === 0).length, told: found.filter((one) => one === 1).length };
  };
  expect((await burst(ada)).passed).toBeGreaterThanOrEqual(60);
  expect(await burst(sam)).toEqual({ passed: 10, told: 1 });
  world.pass(120);
  await enroll(ada, mia);
  expect(await burst(mia)).toEqual({ passed: 20, told: 1 });
});

test("an admin who is not on the roster is refused again what they were refused, whatever would be possible by then", async () => {
  const again = { payload: { id: "1300000000000000901" } };
  const remove = () => world.client.removes(ada, { person: max.id }, again);
  const { text } = await remove();
  expect(text).toContain("isn't on the roster");
  await enroll(ada, max);
  expect((await remove()).text).toBe(text);
  await world.settle();
  const members = await world.parts.store.members();
  expect(members.map(({ status }) => status)).toEqual(["active", "active"]);
});

test("nothing is kept of what a stranger was refused", async () => {
  const again = { payload: { id: "1300000000000000902" } };
  await world.client.types(sam, "openclaw status", {}, again);
  const { store } = world.parts;
  expect(await store.get(`account-discord-${sam.id}`, "claim", "1300000000000000902")).toBeUndefined();
});

describe("the answer to a call is written down before the call is done", () => {
  const call = (id: string): InboundCall => ({
    ...{ id, account: accountOf(ada), place: "team", people: {} },
    line: { command: "policy show", options: {} },
    replyTo: { platform: "discord", account: ada.id, data: {} },
  });
  const isDone = async ({ partition, id }: WorkMessage) =>
    (await world.parts.store.get(partition, "call", id))?.value.done;

  test("since it could not be given at once: the call is done all the same, and there is one message, with its answer", async () => {
    const message = await defer(call("owed-first"), world.parts, Promise.resolve());
    world.queue.lose();
    await owe(call("owed-first"), says("Something went wrong"), world.parts);
    const before = world.client.sees(ada).length;
    await world.settle();
    await world.app.work(message, 1);
    await world.settle();
    expect(await isDone(message)).toBe(true);
    expect(world.client.sees(ada)).toHaveLength(before + 1);
    expect(last(ada)).not.toContain("Something went wrong");
    expect(last(ada)).toContain("access-hours");
  });

  test("and owed again: it is the message that was sent, however long ago", async () => {
    await owe(call("owed-twice"), says("That is it"), world.parts);
    await world.settle();
    const before = world.client.sees(ada).length;
    world.pass(3600);
    await owe(call("owed-twice"), says("That is it"), world.parts);
    await owe(call("owed-twice"), says("That is not it"), world.parts);
    await world.settle();
    expect(world.client.sees(ada)).toHaveLength(before);
    expect(last(ada)).toContain("That is not it");
  });

  test("and is the same: the message stays as it is", async () => {
    const message = await defer(call("owed-same"), world.parts, Promise.resolve());
    await owe(call("owed-same"), says("That is it"), world.parts);
    await world.app.work({ ...message, kind: "delivery", id: (world.queue.waiting().at(-1) ?? message).id });
    const [, delivery = message] = world.queue.waiting();
    await answerLater(message, { reply: says("That is it") }, world.parts);
    expect(await isDone(message)).toBe(true);
    expect((await world.parts.store.get(delivery.partition, "delivery", delivery.id))?.value.revision).toBe(
      1,
    );
    await world.settle();
  });
});

test("who was put on the roster since they asked gets the first answer, in one message", async () => {
  const message = await asks(ada, "roster add", { person: sam.id, entra: "sam@contoso.com" });
  await expect(dyingOnce(({ kind }) => kind === "member").work(message, 1)).rejects.toThrow("died");
  await enroll(ada, ada, { role: "admin" });
  const before = world.client.sees(ada).length;
  await world.app.work(message, 2);
  await world.settle();
  world.pass(95);
  await world.app.sweep();
  await world.settle();
  const seen = world.client.sees(ada);
  expect(
    seen.filter(({ text }) => text.includes("Sam Stranger is on the roster. They can type")),
  ).toHaveLength(1);
  expect(seen).toHaveLength(before);
  expect(world.errors).toEqual([]);
});

test("who was taken off the roster since they asked gets the first answer", async () => {
  await enroll(ada, ada, { role: "admin" });
  await makeAdmin(max);
  const message = await asks(max, "policy set", { "keep-days": "9" });
  await expect(dyingOnce(({ kind }) => kind === "policy").work(message, 1)).rejects.toThrow("died");
  await world.client.removes(ada, { person: max.id });
  await world.app.work(message, 2);
  await world.settle();
  expect(last(max)).toContain("default → 9");
  expect(world.errors).toEqual([]);
});

test("whose account was taken by what they asked gets the first answer", async () => {
  await enroll(ada, ada, { role: "admin" });
  await makeAdmin(sam);
  const { store } = world.parts;
  const account = accountOf(sam);
  const call: InboundCall = {
    ...{ id: "unlinks-self", account, place: "team", people: { [sam.id]: account } },
    line: { command: "roster unlink", options: { person: sam.id } },
    replyTo: { platform: "discord", account: sam.id, data: {} },
  };
  const message = await defer(call, world.parts, Promise.resolve());
  world.queue.lose();
  await expect(dyingOnce(({ kind }) => kind === "member").work(message, 1)).rejects.toThrow("died");
  // The account is out of the record, whose transaction is written; only what finds the record by it is still there.
  const record = (await store.members()).find(({ name }) => name === "Sam Stranger");
  expect(record?.accounts).toEqual([]);
  await world.app.work(message, 2);
  await world.settle();
  expect(last(sam)).toContain("The account of Somebody is no longer linked to Sam Stranger.");
  expect(world.errors).toEqual([]);
});
