import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, appFrom } from "../../../bot/app.ts";
import type { Action } from "../../../bot/core/cloud.ts";
import type { WorkMessage } from "../../../bot/core/store.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { bare, keyOf, leftOf, whole } from "../left.ts";
import { dyingAfter } from "../mortal.ts";

/** Whatever is lost, doubled, late, out of order or cut off: only time is. */
let world: World;
let mia: Person;
let max: Person;
let sam: Person;
let ada: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia, max, sam, ada } = world.discord.people);
  for (const person of [mia, max, sam]) await world.enroll(person);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.errors.length = 0;
  world.azure.faults.clear();
  world.discord.setFaults(undefined);
});

const left = (person: Person) => leftOf(world, person);
const last = (person: Person) => world.client.dms(person).at(-1)?.text ?? "";
const record = async (person: Person) => world.parts.store.person(keyOf(world, person));

/** One VM, one new message, which is the last card. */
function expectBuilt(person: Person, messagesBefore: number) {
  expect(left(person)).toEqual(whole);
  expect(world.client.dms(person)).toHaveLength(messagesBefore + 1);
  expect(last(person)).toContain("Your OpenClaw is ready");
}

async function nothing(person: Person) {
  await world.client.types(person, "openclaw teardown", {
    "no-backup": true,
    name: `openclaw-${keyOf(world, person)}`,
  });
  await settle();
  expect(left(person)).toEqual(bare);
}

/** Works until nothing is queued, with another app than the world's if need be. */
async function settle(app: App = world.app) {
  for (let i = 0; i < 1000; i += 1) {
    const message = world.queue.next();
    if (!message) return;
    world.pass(15);
    await app.work(message);
  }
  throw new Error("this does not end");
}

describe("the queue", () => {
  test("loses every message: the sweep does it all", async () => {
    const messages = world.client.dms(mia).length;
    await world.client.types(mia, "openclaw request");
    for (let i = 0; i < 60 && !last(mia).includes("is ready"); i += 1) {
      world.queue.lose();
      world.pass(95);
      await world.app.sweep();
      await world.work();
    }
    world.queue.lose();
    expectBuilt(mia, messages);
    await nothing(mia);
  });

  test("hands every message over twice, at the same time, and in the wrong order", async () => {
    const before = [mia, max].map((person) => world.client.dms(person).length);
    for (const person of [mia, max]) await world.client.types(person, "openclaw request");
    let worked = 0;
    for (; worked < 600 && world.queue.waiting().length > 0; worked += 1) {
      const some: WorkMessage[] = [];
      while (some.length < 3 && world.queue.waiting().length > 0) {
        const message = world.queue.next();
        if (message) some.unshift(message);
      }
      world.pass(5);
      await Promise.all([...some, ...some].map((message) => world.app.work(message)));
    }
    expect(worked).toBeLessThan(600);
    expectBuilt(mia, before[0] ?? 0);
    expectBuilt(max, before[1] ?? 0);
    expect(world.errors).toEqual([]);
  });

  test("can't be reached when a command was written: it is done all the same", async () => {
    const { send } = world.queue;
    world.queue.send = () => Promise.reject(new Error("the queue is away"));
    const answer = await world.client.types(max, "openclaw stop");
    world.queue.send = send;
    expect(answer.text).toContain("Stopping your OpenClaw");
    world.pass(95);
    await world.app.sweep();
    await settle();
    expect(last(max)).toContain("Your OpenClaw is stopped");
  });
});

test.for([0, 1, 2, 3])(
  "the process dies again and again, each time after another call that changes something (%i)",
  async (shift) => {
    if (left(mia).includes("vm")) await nothing(mia);
    const messages = world.client.dms(mia).length;
    await world.client.types(mia, "openclaw request");
    let deaths = 0;
    for (let i = shift; i < 200 && !last(mia).includes("is ready"); i += 1) {
      const message = world.queue.next();
      if (!message) {
        world.pass(95);
        await world.app.sweep();
        continue;
      }
      const mortal = appFrom(dyingAfter(1 + (i % 4), world.parts));
      const died = await mortal.work(message).then(
        () => false,
        () => true,
      );
      if (!died) continue;
      deaths += 1;
      // The queue hands it over again.
      world.pass(2);
      await world.app.work(message);
    }
    await settle();
    expect(deaths).toBeGreaterThan(2);
    expectBuilt(mia, messages);
    await nothing(mia);
  },
);

describe("Discord", () => {
  const faults: [string, Parameters<World["discord"]["setFaults"]>[0]][] = [
    // Discord's library counts real seconds: here there are few.
    ["limits the rate", { rateLimited: { calls: 4, retryAfter: 0.05 } }],
    ["has trouble of its own", { serverErrors: { calls: 4, status: 503 } }],
    ["does it, but its answers are lost", { lostAnswers: 6 }],
  ];
  test.for(faults)("%s: one message, up to date", async ([, fault]) => {
    const messages = world.client.dms(max).length;
    await world.client.types(max, `openclaw ${last(max).includes("stopped") ? "start" : "stop"}`);
    world.discord.setFaults(fault);
    await settle();
    expect(world.client.dms(max)).toHaveLength(messages + 1);
    expect(last(max)).toMatch(/Your OpenClaw is (ready|stopped)/);
    expect(world.errors).toEqual([]);
  });

  test("takes no direct message: a private thread, where nobody else is", async () => {
    world.discord.setFaults({ dmsClosed: [max.id] });
    const messages = world.client.dms(max).length;
    await world.client.types(max, "openclaw restart");
    await settle();
    expect(world.client.dms(max)).toHaveLength(messages);
    const threads = (person: Person) =>
      world.discord.channelsFor(person.id).filter(({ type }) => type === 12);
    expect(threads(max)).toHaveLength(1);
    expect(threads(mia)).toHaveLength(0);
    expect(world.discord.messagesFor(max.id, threads(max)[0]?.id)).toHaveLength(1);
    expect(world.client.latest(max).text).toContain("Your OpenClaw is ready");
  });

  test("has no place for a thread either: the admins get it, without the buttons", async () => {
    world.discord.setFaults({ dmsClosed: [max.id] });
    await world.discord.interact(
      max,
      { command: "openclaw restart" },
      { forge: true, payload: { channel: undefined } },
    );
    await settle();
    const card = world.client.adminChannel(ada).at(-1);
    expect(card?.text).toContain("Couldn't reach the recipient: Your OpenClaw is ready");
    expect(card?.buttons).toEqual([]);
  });
});

describe("two at once", () => {
  test("two requests start one operation", async () => {
    const messages = world.client.dms(mia).length;
    const answers = await Promise.all([1, 2].map(() => world.client.types(mia, "openclaw request")));
    const texts = answers.map(({ text }) => text).join("\n");
    expect(texts).toContain("I'll send you a direct message");
    expect(texts).toContain("A request is in progress");
    await settle();
    expectBuilt(mia, messages);
  });

  test("a command during another is answered with what is under way, and changes nothing", async () => {
    await world.client.types(mia, "openclaw stop");
    await settle();
    await world.client.types(mia, "openclaw start");
    await world.work(2);
    for (const command of ["stop", "start", "restart", "request", "teardown", "retry"]) {
      const answer = await world.client.types(mia, `openclaw ${command}`);
      expect(answer.text).toContain("A start is in progress");
      expect(answer.text).toContain("This command changed nothing");
    }
    expect((await world.client.types(mia, "openclaw status")).text).toContain("A start is in progress");
    expect((await world.client.types(mia, "openclaw cancel")).text).toContain("can't be cancelled");
    await settle();
    expect(last(mia)).toContain("Your OpenClaw is ready");
  });
});

test("access closes by itself when its time is over, and the sessions with it", async () => {
  const acts: Action["do"][] = [];
  const { cloud } = world.parts;
  const app = appFrom({
    ...world.parts,
    cloud: {
      ...cloud,
      act: (key, place, action, ending) => {
        acts.push(action.do);
        return cloud.act(key, place, action, ending);
      },
    },
  });
  await world.client.types(mia, "openclaw open-access", { address: "203.0.113.7" });
  await settle();
  world.azure.advance(900);
  const login = () => world.azure.canLogin("mia@contoso.com", "203.0.113.7", `openclaw-${keyOf(world, mia)}`);
  expect(login().allowed).toBe(true);
  world.pass(12 * 3600 - 3600);
  await app.sweep();
  await settle(app);
  expect(login().allowed).toBe(true);
  world.pass(3600);
  await app.sweep();
  // Handed over twice, and the process dies once its rule is written: the sessions are ended all the same.
  const [message] = world.queue.waiting().filter(({ kind }) => kind === "access");
  if (message) await Promise.all([app.work(message), app.work(message)]);
  await settle(app);
  expect(login().allowed).toBe(false);
  expect(acts).toContain("endSessions");
  expect((await record(mia)).instance?.value.access).toEqual([]);
  expect(world.errors).toEqual([]);
});

describe("somebody is taken off the roster while their request runs", () => {
  const phases: [string, () => Person, (person: Person) => boolean][] = [
    ["before anything was done", () => sam, () => true],
    ["while the network is made", () => sam, (person) => left(person).includes("nsg")],
    ["while the VM is made", () => sam, (person) => left(person).includes("vm")],
    ["while it boots", () => sam, (person) => left(person).includes("run")],
  ];
  test.for(phases)("%s", async ([, who, reached]) => {
    const person = who();
    await joins(person);
    await world.client.types(person, "openclaw request");
    for (let i = 0; i < 60 && !reached(person); i += 1) await world.work();
    await world.client.removes(ada, { person: person.id });
    expect((await world.client.types(person, "openclaw status")).text).toContain("not on this team's roster");
    await settle();
    await expectGone(person);
  });

  test("at the very moment when the build is sent to Azure", async () => {
    await joins(sam);
    await world.client.types(sam, "openclaw request");
    const { cloud } = world.parts;
    let removed = false;
    const app = appFrom({
      ...world.parts,
      cloud: {
        ...cloud,
        act: async (key, place, action, ending) => {
          if (action.do === "deployInstance" && !removed) {
            removed = true;
            await world.client.removes(ada, { person: sam.id });
            await world.work(4);
          }
          return cloud.act(key, place, action, ending);
        },
      },
    });
    await settle(app);
    expect(removed).toBe(true);
    await expectGone(sam);
  });

  test("although Azure refuses to stop the VM: everything else is closed, the admins hear of it, it goes on", async () => {
    await joins(sam);
    await world.client.types(sam, "openclaw request");
    await settle();
    await world.client.types(sam, "openclaw open-access", { address: "203.0.113.9" });
    await settle();
    world.azure.faults.set({
      kind: "authorization",
      target: "Microsoft.Compute/virtualMachines/deallocate/action",
    });
    await world.client.removes(ada, { person: sam.id });
    await world.work(20);
    expect(left(sam).filter((part) => part.startsWith("role"))).toEqual(["role on secret"]);
    expect((await record(sam)).member?.value.status).toBe("leaving");
    const told = world.client
      .adminChannel(ada)
      .filter(({ text }) => text.includes("refuses to close Sam Stranger’s access"));
    expect(told).toHaveLength(1);
    world.azure.faults.clear();
    await settle();
    await expectGone(sam);
  });

  /** Puts somebody back on the roster who may have left something behind. */
  async function joins(person: Person) {
    const { member, instance } = await record(person);
    if (member?.value.status !== "active") await world.enroll(person);
    if (instance?.value.generation) await nothing(person);
  }

  async function expectGone(person: Person) {
    world.azure.advance(900);
    const { member, instance } = await record(person);
    expect(member?.value.status).toBe("left");
    expect(instance?.value.operation).toBeUndefined();
    expect(left(person).filter((part) => part.startsWith("role"))).toEqual(["role on secret"]);
    const vm = `openclaw-${keyOf(world, person)}`;
    if (left(person).includes("vm"))
      expect(world.azure.canLogin("sam@contoso.com", "203.0.113.9", vm).allowed).toBe(false);
    const found = await world.parts.cloud.look(keyOf(world, person), world.parts.settings.place, {
      parts: ["vm", "nic", "publicIp", "networkSecurityGroup", "logins"],
    });
    expect([undefined, "deallocated"]).toContain(found.vm?.power);
    expect(found.networkSecurityGroup?.sshFrom ?? []).toEqual([]);
    // What is left is the admins' to know, and goes when its time is over.
    const parts = left(person).filter((part) => !bare.includes(part));
    expect(instance?.value.generation === undefined).toBe(parts.length === 0);
  }
});
