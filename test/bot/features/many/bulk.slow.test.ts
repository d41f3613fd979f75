import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { AzureFault } from "../../../../bot/core/errors.ts";
import type { Instance } from "../../../../bot/core/instance.ts";
import type { Member } from "../../../../bot/core/member.ts";
import { botPartition, memberKey } from "../../../../bot/core/names.ts";
import { people as teamsPeople } from "../../../../local/teams/people.ts";
import { teamsClient } from "../../../teamsClient.ts";
import { startWorld, type World } from "../../../world.ts";
import { dyingAfter } from "../../mortal.ts";
import { rows } from "../../store/rows.ts";
import { rowsOf } from "../../tables.ts";

/** One thing done for many: each exactly once, a few at a time, in one message, whatever dies meanwhile. */
let world: World;
let teams: ReturnType<typeof teamsClient>;
const keys: Record<string, string> = {};
beforeAll(async () => {
  world = await startWorld({}, { withTeams: true });
  teams = teamsClient(world.teams);
  const { ada, mia, max: nia, sam } = world.discord.people;
  await world.enroll(ada, { role: "admin" });
  await world.enroll(mia);
  await world.enroll(sam);
  // The fifth has no account but in Teams; whom Discord calls Max is Nia.
  await world.enroll(nia, { entra: "nia@contoso.com" });
  await teams.types(teamsPeople.ada, "@OpenClaw roster add @Max Member", {
    conversation: world.teams.places.group,
  });
  await world.settle();
  for (const { displayName, id } of world.azure.people.list()) keys[displayName] = memberKey(id);
  for (const person of [ada, mia, nia, sam]) await world.client.types(person, "openclaw request");
  await teams.types(teamsPeople.max, "request");
  await settle();
  expect(await states()).toEqual(Array(5).fill("ready"));
}, 300_000);
afterAll(() => world.close());
beforeEach(() => {
  world.errors.length = 0;
  world.azure.faults.clear();
});

const locked = new AzureFault({
  service: "ARM",
  status: 409,
  code: "ScopeLocked",
  detail: "The scope is locked.",
  correlation: "c",
});
const ada = () => world.discord.people.ada;
const names = ["Ada Admin", "Max Member", "Mia Member", "Nia Newcomer", "Sam Stranger"];
const keyOf = (name: string): string => keys[name] ?? expect.fail(name);
const vmOf = (name: string) => `openclaw-${keyOf(name)}`;
const instanceOf = async (name: string) => (await world.parts.store.person(keyOf(name))).instance;
const states = () => Promise.all(names.map(async (name) => (await instanceOf(name))?.value.state));
const settle = async () => {
  while (world.queue.waiting().length > 0) {
    world.pass(5);
    await world.work();
  }
};
const asks = (command: string, options: Readonly<Record<string, string | boolean>> = {}) =>
  world.client.types(ada(), `openclaw-admin ${command}`, options);
/** The messages to Ada about what was asked for many. */
const told = (title: string) => world.client.dms(ada()).filter(({ text }) => text.startsWith(title));
const teamsCards = () => teams.dms(teamsPeople.max).map(({ text }) => text);

test("everyone's instance is listed with its state, size, price and age, and the sum", async () => {
  const { text } = await asks("instances list");
  expect(text).toMatch(/^5 instances\n.*Together they cost about \$\d+\.\d\d a month/);
  for (const name of names)
    expect(text).toMatch(
      new RegExp(
        `${name}\nready, seen <t:\\d+:f> · Standard\\S+ · about \\$\\d+\\.\\d\\d a month · since <t:`,
      ),
    );
  expect((await asks("instances list", { state: "stopped" })).text).toContain("0 instances");
});

describe("a confirmation", () => {
  test("lists those affected, and nothing is done before it is given", async () => {
    const asked = await asks("instances stop", { all: true });
    expect(asked.text).toMatch(/Stop 5 instances\?[\s\S]*While stopped, they cost about \$/);
    for (const name of names) expect(asked.text).toContain(`${name}\nready`);
    expect(world.queue.waiting()).toEqual([]);
    world.pass(11 * 60);
    const late = await world.client.clicks(ada(), "Yes, stop", asked);
    expect(late.text).toContain("older than ten minutes");
    expect(world.queue.waiting()).toEqual([]);
    expect((await world.client.clicks(ada(), "Ask again", late)).text).toContain("Stop 5 instances?");
  });

  test("is about one member, or a state, or all, and says so otherwise", async () => {
    const { mia } = world.discord.people;
    expect((await asks("instances stop")).text).toContain("Name one member");
    expect((await asks("instances stop", { all: true, person: mia.id })).text).toContain("Name one member");
    expect((await asks("instances stop", { state: "broken" })).text).toContain("No instance is broken");
    expect((await asks("instances stop", { person: mia.id })).text).toContain("Stop one instance?");
  });
});

test("five are stopped, one fails: killed and doubled all along, each exactly once, in one message", async () => {
  const { cloud } = world.parts;
  const parts = {
    ...world.parts,
    cloud: {
      ...cloud,
      act: (...args: Parameters<typeof cloud.act>) =>
        args[0] === keyOf("Sam Stranger") && args[2].do === "deallocate"
          ? Promise.reject(locked)
          : cloud.act(...args),
    },
  };
  await asks("instances stop", { all: true });
  await world.client.clicks(ada(), "Yes, stop");
  // Twice the same click: one bulk.
  await expect(world.client.clicks(ada(), "Yes, stop")).resolves.toMatchObject({
    text: expect.stringContaining("already answered"),
  });
  let deaths = 0;
  for (let i = 0; i < 800 && !told("Stop: 4 of 5")[0]?.text.includes("This is finished"); i += 1) {
    const message = world.queue.next();
    if (!message) {
      world.pass(95);
      await world.app.sweep();
      continue;
    }
    // Cut off after another of its calls each time; then handed over again, twice at once.
    const cut = appFrom(dyingAfter(1 + (i % 3), parts)).work(message);
    deaths += await cut.then(
      () => 0,
      () => 1,
    );
    world.pass(2);
    await Promise.all([message, message].map((again) => appFrom(parts).work(again)));
    world.pass(5);
  }
  await settle();
  expect(deaths).toBeGreaterThanOrEqual(10);
  const messages = told("Stop: ");
  expect(messages).toHaveLength(1);
  expect(messages[0]?.text).toContain("Stop: 4 of 5 done\n1 failed. This is finished");
  expect(messages[0]?.text).toMatch(/Sam Stranger\nFailed\. .+\n/);
  expect(messages[0]?.text).toContain("Mia Member\nDone.");
  expect(messages[0]?.buttons).toEqual([]);
  for (const name of names.filter((one) => one !== "Sam Stranger")) {
    const operations = await operationsOf(name, "stop");
    expect(operations).toEqual(["succeeded"]);
  }
  expect(await operationsOf("Sam Stranger", "stop")).toEqual(["failed"]);
  const audits = await audited(botPartition);
  expect(audits.filter((what) => what === "started: Stop, 5 instances")).toHaveLength(1);
  expect(
    (await audited(keyOf("Mia Member"))).filter((what) => what === "started, for many at once: Stop"),
  ).toHaveLength(1);
});

test("each owner got a message of their own, on their own platform, that says who did it", () => {
  const { mia, max: nia } = world.discord.people;
  for (const person of [mia, nia]) {
    const cards = world.client.dms(person).filter(({ text }) => text.startsWith("Your OpenClaw is stopped"));
    expect(cards).toHaveLength(1);
    expect(cards[0]?.text).toContain("Ada Admin, an admin, asked for this.");
  }
  const inTeams = teamsCards().filter((text) => text.startsWith("Your OpenClaw is stopped"));
  expect(inTeams).toHaveLength(1);
  expect(inTeams[0]).toContain("Ada Admin, an admin, asked for this.");
});

test("an instance with an operation in progress is passed over and left alone; the rest is done", async () => {
  const { mia, sam } = world.discord.people;
  await world.client.types(sam, "openclaw stop");
  await settle();
  world.azure.faults.set({ kind: "throttling", target: "virtualMachines", seconds: 5, times: 6 });
  await asks("instances start", { state: "stopped" });
  await world.client.types(mia, "openclaw start");
  await world.client.clicks(ada(), "Yes, start");
  // What was queued is lost, and the sweep brings it back.
  world.queue.lose();
  world.pass(95);
  await world.app.sweep();
  await settle();
  const [card] = told("Start: 4 of 5");
  expect(card?.text).toContain("Mia Member\nSkipped: something else is in progress there.");
  expect(await states()).toEqual(Array(5).fill("ready"));
  expect(await operationsOf("Mia Member", "start")).toEqual(["succeeded"]);
});

test("the first is alone where that is wished, and its failure ends it", async () => {
  const bulkId = await restartCarefully();
  world.azure.faults.set({
    kind: "authorization",
    target: "Microsoft.Compute/virtualMachines/restart/action",
  });
  let most = 0;
  for (let i = 0; i < 300 && world.queue.waiting().length > 0; i += 1) {
    const running = await Promise.all(names.map(async (name) => (await instanceOf(name))?.value.operation));
    most = Math.max(most, running.filter(Boolean).length);
    world.pass(5);
    await world.work();
  }
  expect(most).toBe(1);
  const bulk = await world.parts.store.get(botPartition, "bulk", bulkId);
  expect(bulk?.value.items.map(([, state]) => state)).toEqual(["failed", "held", "held", "held", "held"]);
  expect(told("Restart: 0 of 5")[0]?.text).toContain("4 not started, because one failed.");
});

test("an admin on Teams does it in the same way", async () => {
  const asked = await teams.types(teamsPeople.ada, "instances restart state:ready");
  expect(asked.text).toContain("Restart 5 instances?");
  await teams.clicks(teamsPeople.ada, asked, "Yes, restart");
  await settle();
  const cards = teams.dms(teamsPeople.ada).filter(({ text }) => text.startsWith("Restart: 5 of 5 done"));
  expect(cards).toHaveLength(1);
});

test("an admin has no more started", async () => {
  const id = await restartCarefully();
  await world.work(3);
  const [card] = told("Restart: 0 of 5").toReversed();
  expect((await world.client.clicks(ada(), "Start no more", card)).text).toContain("No more will be started");
  await settle();
  const bulk = await world.parts.store.get(botPartition, "bulk", id);
  expect(bulk?.value.items.map(([, state]) => state)).toEqual(["done", "held", "held", "held", "held"]);
});

describe("what is stuck", () => {
  test("is shown, ended on confirmation, and the next command goes through", async () => {
    const { mia } = world.discord.people;
    expect((await asks("unlock", { person: mia.id })).text).toContain(
      "No operation is in progress for Mia Member",
    );
    await world.client.types(mia, "openclaw restart");
    await world.work(2);
    world.queue.lose();
    world.pass(300);
    const asked = await asks("unlock", { person: mia.id });
    expect(asked.text).toMatch(/End the restart of Mia Member\?[\s\S]*In progress since\n<t:\d+:f>/);
    expect((await world.client.types(mia, "openclaw stop")).text).toContain("A restart is in progress");
    await world.client.clicks(ada(), "Yes, unlock", asked);
    await settle();
    expect(world.client.dms(mia).at(-1)?.text).toContain("An admin ended it because it was stuck");
    const { state, operation } = (await instanceOf("Mia Member"))?.value ?? {};
    expect([state, operation]).toEqual(["ready", undefined]);
    expect(await audited(keyOf("Mia Member"))).toContain("ended the stuck restart of Mia Member");
    await world.client.types(mia, "openclaw retry");
    await settle();
    expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
    const again = await world.client.clicks(ada(), "Yes, unlock", asked);
    expect(again.text).toContain("No operation is in progress");
  });

  test("an admin who unlocks their own instance leaves an entry, too", async () => {
    await world.client.types(ada(), "openclaw restart");
    await world.work(2);
    world.queue.lose();
    world.pass(300);
    const first = await asks("unlock", { person: ada().id });
    world.pass(11 * 60);
    const late = await world.client.clicks(ada(), "Yes, unlock", first);
    expect(late.text).toContain("older than ten minutes");
    const asked = await world.client.clicks(ada(), "Ask again", late);
    expect(asked.text).toContain("End the restart of Ada Admin?");
    await world.client.clicks(ada(), "Yes, unlock", asked);
    await settle();
    const entries = await audited(keyOf("Ada Admin"));
    expect(entries).toContain("ended the stuck restart of Ada Admin");
    expect(entries).not.toContain("was asked to confirm unlock");
    await world.client.types(ada(), "openclaw retry");
    await settle();
    expect((await instanceOf("Ada Admin"))?.value.state).toBe("ready");
  });
});

describe("what is pushed to all that run", () => {
  const pushes = async (what: string) => {
    const asked = await asks(`${what} push`, { all: true });
    expect(asked.text).toContain("One goes first, then a few at a time. The first failure stops it.");
    await world.client.clicks(ada(), "Yes, push", asked);
    await settle();
  };

  test("a configuration goes to one first; where that one refuses it, nobody else is asked", async () => {
    await world.client.clicks(ada(), "Yes, start", await asks("instances start", { all: true }));
    await settle();
    const patch = '{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}';
    await asks("config push", { person: world.discord.people.mia.id, patch });
    await settle();
    const running = (await states()).filter((state) => state === "ready").length;
    world.azure.faults.set({ kind: "script", target: "apply-config" });
    await pushes("config");
    expect(told(`Push the configuration: 0 of ${running}`)).toHaveLength(1);
    world.azure.faults.clear();
    await pushes("config");
    expect(told(`Push the configuration: ${running} of ${running}`)).toHaveLength(1);
    const configured = await Promise.all(
      names.map(async (name) => (await instanceOf(name))?.value.configured),
    );
    expect(new Set(configured.filter((hash) => hash !== undefined)).size).toBe(1);
  });

  test("keys are read anew", async () => {
    const running = (await states()).filter((state) => state === "ready").length;
    await pushes("secrets");
    expect(told(`Push the keys: ${running} of ${running}`)).toHaveLength(1);
  });

  test("not without saying whose", async () => {
    expect((await asks("secrets push")).text).toContain("Say whose: one member, or all.");
  });
});

describe("everything is torn down", () => {
  const begin = async () => {
    const asked = await asks("teardown-all");
    for (const name of names) expect(asked.text).toContain(name);
    return world.client.clicks(ada(), "Go on", asked);
  };

  test("not without the phrase", async () => {
    const form = await begin();
    expect(form.fields).toEqual(["phrase"]);
    const answer = await world.client.fills(ada(), { phrase: "tear down everything" });
    expect(answer.text).toContain("That is not “tear down 5 instances”. Nothing was changed.");
    const inTeams = await teams.types(teamsPeople.ada, "teardown-all");
    const card = await teams.clicks(teamsPeople.ada, inTeams, "Go on");
    const refused = await teams.fills(teamsPeople.ada, card, { phrase: "yes" });
    expect(refused.text).toContain("Nothing was changed");
    expect(world.queue.waiting()).toEqual([]);
  });

  test("but for what was built after the list was shown", async () => {
    await begin();
    const { sam } = world.discord.people;
    await world.client.types(sam, "openclaw teardown");
    await world.client.clicks(sam, "Yes, tear it down");
    await settle();
    await world.client.types(sam, "openclaw request");
    await settle();
    await world.client.fills(ada(), { phrase: "tear down 5 instances" });
    await settle();
    const [card] = told("Tear down: 4 of 5");
    expect(card?.text).toContain("Sam Stranger\nSkipped: the instance is newer");
    const vms = world.azure.resources().filter(({ type }) => /virtualMachines$/i.test(type));
    expect(vms.map(({ name }) => name)).toEqual([vmOf("Sam Stranger")]);
    const disks = world.azure.resources().filter(({ name }) => name.endsWith("-home"));
    expect(disks.map(({ name }) => name)).toEqual([`${vmOf("Sam Stranger")}-home`]);
    const snapshots = world.azure.resources().filter(({ type }) => type.endsWith("/snapshots"));
    expect(new Set(snapshots.map(({ tags }) => tags?.["key"])).size).toBe(5);
    expect(world.errors).toEqual([]);
  });
});

test("whoever has left since the list was shown is passed over", async () => {
  const asked = await asks("instances stop", { all: true });
  await world.client.removes(ada(), { person: world.discord.people.sam.id });
  await settle();
  await world.client.clicks(ada(), "Yes, stop", asked);
  await settle();
  expect(told("Stop: 0 of 1")[0]?.text).toContain("Sam Stranger\nSkipped: no longer on the roster.");
});

/** What the audit entries of a partition say. */
const audited = async (partition: string): Promise<readonly string[]> =>
  Object.entries(await rowsOf(world)).flatMap(([key, json]) =>
    key.startsWith(`state ${partition} audit:`) ? [JSON.parse(json).what] : [],
  );

/** A restart of all, as careful as the pushing of a config. */
async function restartCarefully(): Promise<string> {
  await asks("instances restart", { all: true });
  await world.client.clicks(ada(), "Yes, restart");
  const [message] = world.queue.waiting();
  const id = message?.kind === "bulk" ? message.id : expect.fail("nothing was started");
  const row = (await world.parts.store.get(botPartition, "bulk", id)) ?? expect.fail("no record");
  const value = { ...row.value, firstAlone: true, stopOnFailure: true };
  await world.parts.store.commit(botPartition, [{ kind: "bulk", id, value, etag: row.etag }]);
  return id;
}

/** How the member's operations of a kind that were asked for many have ended. */
async function operationsOf(name: string, operation: string): Promise<readonly string[]> {
  return Object.entries(await rowsOf(world)).flatMap(([key, json]) => {
    if (!key.startsWith(`state ${keyOf(name)} op:`)) return [];
    const found = JSON.parse(json);
    return found.name === operation && found.looks > 0 ? [found.status] : [];
  });
}

describe("more than a card holds", () => {
  test("are shown before anybody says yes", async () => {
    const many = Array.from({ length: 21 }, (_, i): [Member, Instance] => {
      const key = memberKey(`many ${i}`);
      const member: Member = {
        ...rows.member,
        key,
        name: `Many ${String(i).padStart(2, "0")}`,
        status: "active",
      };
      return [member, { ...rows.instance, operation: undefined, state: "stopped" }];
    });
    for (const [member, instance] of many)
      await world.parts.store.commit(member.key, [
        { kind: "member", id: "", value: member },
        { kind: "instance", id: "", value: instance },
      ]);
    const asked = await asks("instances start", { state: "stopped" });
    expect(asked.text).toContain("Many 00");
    expect(asked.text).toMatch(/and \d+ more/);
    const all = await world.client.clicks(ada(), "Show all", asked);
    expect(all.text).toContain("Page 1 of 2");
    const rest = await world.client.clicks(ada(), "Next page", all);
    expect(rest.text).toContain("Many 20\nstopped");
  });
});
