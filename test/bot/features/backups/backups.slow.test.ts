import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { Conflict } from "../../../../bot/core/errors.ts";
import type { FaultSetting } from "../../../../local/azure/faults.ts";
import type { Person } from "../../../../local/discord/people.ts";
import { startWorld, type World } from "../../../world.ts";
import { bare, keyOf, leftOf, whole } from "../../left.ts";
import { rowsOf } from "../../tables.ts";

/** What becomes of a person's data: from a teardown to the instance that has it again. In order, as one story. */
let world: World;
let mia: Person;
let max: Person;
let ada: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia, max, ada } = world.discord.people);
  for (const person of [mia, max]) await world.enroll(person);
}, 60_000);
afterAll(() => world.close());
afterEach(() => {
  world.azure.faults.clear();
  expect(world.errors).toEqual([]);
});

const last = (person = mia) => world.client.dms(person).at(-1);
const parts = (person = mia) => leftOf(world, person).filter((part) => part !== "snapshot");
const resourcesOf = (ending: string) =>
  world.azure.resources().filter(({ type }) => type === `Microsoft.Compute/${ending}`);
/** A member's, oldest first. */
const snapshots = (person = mia) =>
  resourcesOf("snapshots").filter(({ tags }) => tags?.["key"] === keyOf(world, person));
const homeDisk = (person = mia) =>
  resourcesOf("disks").find(({ name }) => name === `openclaw-${keyOf(world, person)}-home`);
const sourceOf = (resource: { properties: Record<string, unknown> } | undefined) =>
  (resource?.properties["creationData"] ?? {}) as { sourceResourceId?: string; sourceUniqueId?: string };
const record = async (person = mia) => (await world.parts.store.person(keyOf(world, person))).instance?.value;

async function does(command: string, options: Readonly<Record<string, string | boolean>> = {}, person = mia) {
  const { id } = await world.client.types(person, `openclaw ${command}`, options);
  await world.settle();
  return world.client.sees(person).find((message) => message.id === id);
}

/** Asked and confirmed. */
async function tearsDown(person = mia, label = "Yes, tear it down") {
  const question = await world.client.types(person, "openclaw teardown");
  await world.client.clicks(person, label, question);
  await world.settle();
}

describe("a teardown", () => {
  test("names what goes, what stays and what that costs, and asks", async () => {
    await does("request");
    const question = await world.client.types(mia, "openclaw teardown");
    expect(question.text).toContain("a snapshot of your home disk with all your data, for 30 days");
    expect(question.text).toContain("about $0.05 a month for each GB in use, $1.50 at most, estimated");
    expect(question.buttons).toEqual(["Keep it", "Yes, tear it down", "Delete all my data"]);
  });

  test("whose agent is at work changes nothing, and says how to go on", async () => {
    world.azure.faults.set({ kind: "script", target: "quiesce" });
    await tearsDown();
    expect(last()?.text).toContain("The agent is busy or doesn't answer, so nothing was changed");
    expect(last()?.buttons).toEqual(["Try the teardown again", "Status", "Tear down without waiting"]);
    expect(parts()).toEqual(whole);
    expect(await record()).toMatchObject({ state: "ready" });
  });

  test.for<[string, FaultSetting]>([
    ["fails in Azure", { kind: "snapshot" }],
    ["is refused", { kind: "authorization", target: "Microsoft.Compute/snapshots/write" }],
    [
      "is forbidden for the disk",
      { kind: "authorization", target: "Microsoft.Compute/disks/beginGetAccess/action" },
    ],
  ])("whose snapshot %s deletes nothing", async ([, fault]) => {
    world.azure.faults.set(fault);
    const cards = world.client.adminChannel(ada).length;
    await tearsDown();
    expect(last()?.text).toContain("The teardown did not finish");
    expect(last()?.text).toContain("The snapshot of the home disk could not be made, so nothing was deleted");
    expect(parts().filter((part) => part !== "run")).toEqual(whole);
    expect(await record()).toMatchObject({ state: "stopped" });
    expect(world.client.adminChannel(ada).slice(cards).at(-1)?.text).toContain("SnapshotFailed");
    world.azure.faults.clear();
    await does("start");
    expect(last()?.text).toContain("Your OpenClaw is ready");
  });

  test("deletes nothing while the snapshot is copied, and all of it afterwards", async () => {
    world.azure.faults.set({ kind: "snapshot", seconds: 300, times: 1 });
    const [disk, begun] = [homeDisk(), world.now().getTime()];
    const question = await world.client.types(mia, "openclaw teardown");
    await world.client.clicks(mia, "Yes, tear it down", question);
    while (world.now().getTime() - begun < 240_000) await world.work();
    expect(parts()).toContain("vm");
    expect(parts()).toContain("home disk");
    expect(last()?.text).toContain("Nothing is deleted until it is complete");
    await world.settle();
    expect(parts()).toEqual(bare);
    const made = snapshots().at(-1);
    expect(made?.properties).toMatchObject({ incremental: true, provisioningState: "Succeeded" });
    expect(sourceOf(made)).toMatchObject({
      sourceResourceId: disk?.id,
      sourceUniqueId: disk?.properties["uniqueId"],
    });
    expect(made?.tags).toMatchObject({
      project: "openclaw",
      kind: "teardown",
      key: keyOf(world, mia),
      owner: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expires: expect.stringMatching(/^2026-12-/),
      madeAfterQuiesce: "true",
    });
    expect(last()?.text).toContain(`is in the snapshot ${made?.name}`);
    expect(last()?.buttons).toEqual(["Request a new one", "Backups", "Delete all my data"]);
  });
});

/** The home disk that is there now was made from the newest snapshot, and that from the disk before. */
const lineage = (person = mia) => ({
  disk: sourceOf(homeDisk(person)).sourceResourceId,
  snapshots: snapshots(person).map(({ id }) => id),
});

describe("the data comes back", () => {
  test("by itself, with the next request", async () => {
    const before = snapshots().at(-1);
    const answer = await world.client.types(mia, "openclaw request");
    expect(answer.text).toContain("Your home disk comes back with it, from the snapshot of");
    await world.settle();
    expect(last()?.text).toContain(`comes from the snapshot ${before?.name}`);
    expect(lineage().disk).toBe(before?.id);
    expect(sourceOf(homeDisk()).sourceUniqueId).toBe(before?.properties["uniqueId"]);
    expect((await record())?.backup).toBeUndefined();
  });

  test("from the backup that its owner chooses, and not while a home disk is there", async () => {
    const backup = await does("backup now");
    expect(backup?.text).toContain("Your home disk is backed up");
    expect(backup?.text).toContain("The VM was running");
    const chosen = snapshots().at(-1);
    expect(chosen?.tags).toMatchObject({ kind: "manual", madeAfterQuiesce: "false" });

    const refused = await does("restore", { snapshot: chosen?.name ?? "" });
    expect(refused?.text).toContain("first press Tear down");
    expect(refused?.buttons).toEqual(["Tear down"]);
    await tearsDown();

    const list = await does("backups");
    expect(list?.text).toMatch(/1\. Before a teardown[\s\S]+2\. On request[\s\S]+3\. Before a teardown/);
    expect(list?.buttons).toEqual(["Restore 1", "Restore 2", "Restore 3"]);
    await world.client.clicks(mia, "Restore 2", list);
    await world.settle();
    expect(last()?.text).toContain("Your OpenClaw is ready");
    expect(lineage().disk).toBe(chosen?.id);
  });

  test("not for somebody else, and not from what is not there", async () => {
    for (const name of [snapshots().at(-1)?.name ?? "", "openclaw-nothing"]) {
      const answer = await does("restore", { snapshot: name }, max);
      expect(answer?.text).toContain(`You have no backup ${name}`);
    }
    expect((await does("backups", {}, max))?.text).toContain("There are no backups");
    expect(parts(max)).toEqual(bare);
  });

  test("unless somebody wants to start afresh", async () => {
    await tearsDown();
    const answer = await does("request", { fresh: true });
    expect(answer?.text).toContain("an empty home disk");
    expect(lineage().disk).toBeUndefined();
  });

  test("from a disk that was kept, before any snapshot", async () => {
    await world.client.clicks(mia, "Tear down", last());
    const disk = homeDisk()?.id;
    await tearsDown();
    expect(disk).toBeDefined();
    await world.client.types(mia, "openclaw request", { fresh: true });
    for (let i = 0; i < 60 && !parts().includes("vm"); i += 1) await world.work();
    await does("cancel");
    const kept = homeDisk()?.properties["uniqueId"];
    const answer = await world.client.types(mia, "openclaw request");
    expect(answer.text).toContain("Your home disk comes back with it.");
    await world.settle();
    expect(homeDisk()?.properties["uniqueId"]).toBe(kept);
  });
});

test("all backups are shown, page by page", async () => {
  while (snapshots().length < 7) await does("backup now");
  const first = await does("backups");
  expect(first?.buttons).toEqual(["Next page", "Back up now", "Tear down"]);
  expect(first?.text).toContain("Page 1 of 2");
  const second = await world.client.clicks(mia, "Next page", first);
  await world.settle();
  expect(world.client.sees(mia).find(({ id }) => id === second.id)?.text).toContain("6. ");
});

test("a teardown whose messages come twice, and whose process dies again and again, makes one snapshot", async () => {
  const before = snapshots().length;
  const question = await world.client.types(mia, "openclaw teardown");
  await world.client.clicks(mia, "Yes, tear it down", question);
  const { cloud } = world.parts;
  const mortal = appFrom({
    ...world.parts,
    cloud: {
      ...cloud,
      act: async (...args) => {
        await cloud.act(...args);
        throw new Error("died");
      },
    },
  });
  let deaths = 0;
  for (let i = 0; i < 300; i += 1) {
    const message = world.queue.next();
    if (!message) break;
    const died = await mortal.work(message).then(
      () => false,
      () => true,
    );
    if (died) deaths += 1;
    // The queue hands it over again.
    await Promise.all([world.app.work(message), world.app.work(message)]);
    world.pass(3);
  }
  expect(deaths).toBeGreaterThan(5);
  expect(snapshots()).toHaveLength(before + 1);
  expect(parts()).toEqual(bare);
  await does("request");
  expect(lineage().disk).toBe(snapshots().at(-1)?.id);
});

describe("by policy", () => {
  const night = async () => {
    // Four in the morning of the next day.
    const day = 24 * 3600;
    world.pass(day - ((world.now().getTime() / 1000 - 4 * 3600) % day));
    await world.app.sweep();
    await world.settle();
    // An hour later there is nothing more to do.
    world.pass(3601);
    await world.app.sweep();
    await world.settle();
  };
  const nightly = () => snapshots().filter(({ tags }) => tags?.["kind"] === "nightly");

  test("a home disk is backed up once a day while its VM runs, once more after it has stopped, and then no more", async () => {
    await night();
    expect(nightly()).toHaveLength(1);
    await night();
    expect(nightly()).toHaveLength(2);
    await does("stop");
    await night();
    await night();
    expect(nightly()).toHaveLength(3);
    await does("start");
  });

  test("seven nightly ones are kept, and what has expired goes, audited", async () => {
    const dms = world.client.dms(mia).length;
    for (let i = 0; i < 31; i += 1) await night();
    world.azure.advance(60);
    expect(nightly()).toHaveLength(7);
    expect(snapshots().filter(({ tags }) => tags?.["kind"] === "manual")).toEqual([]);
    expect(world.client.dms(mia)).toHaveLength(dms);
    const audit = Object.entries(await rowsOf(world)).filter(([row]) =>
      row.startsWith(`state ${keyOf(world, mia)} audit:`),
    );
    expect(audit.map(([, json]) => json)).toContainEqual(
      expect.stringMatching(/"bot".*to delete the snapshot openclaw-/),
    );
    const { ada } = world.discord.people;
    await world.client.types(ada, "openclaw-admin audit", { days: "2" });
    await world.settle();
    expect(world.client.latest(ada).text).toContain("the bot: started to delete the snapshot openclaw-");
  }, 120_000);

  test("fewer are kept only once an admin has said yes to what that deletes", async () => {
    const { ada } = world.discord.people;
    const asked = await world.client.types(ada, "openclaw-admin policy set", { "nightly-keep": "2" });
    await world.settle();
    const question = world.client.sees(ada).find(({ id }) => id === asked.id);
    expect(question?.text).toContain("5 nightly snapshots would be deleted");
    world.pass(3601);
    await world.app.sweep();
    expect(nightly()).toHaveLength(7);
    await world.client.types(ada, "openclaw-admin policy set", { "nightly-keep": "2" });
    await world.settle();
    const again = world.client.sees(ada).findLast(({ buttons }) => buttons.includes("Yes, change it"));
    await world.client.clicks(ada, "Yes, change it", again);
    await world.settle();
    world.pass(3601);
    await world.app.sweep();
    world.azure.advance(60);
    expect(nightly()).toHaveLength(2);
    await world.client.types(ada, "openclaw-admin policy set", { "nightly-keep": "7" });
    await world.settle();
  });

  test("a snapshot that has expired is no longer promised", async () => {
    await tearsDown();
    expect((await record())?.backup).toBeDefined();
    const before = world.client.dms(mia).length;
    world.pass(26 * 24 * 3600);
    await world.app.sweep();
    expect(world.client.dms(mia)).toHaveLength(before);
    for (let days = 0; days < 3; days += 1) {
      world.pass(24 * 3600);
      await world.app.sweep();
    }
    expect(world.client.dms(mia).slice(before)).toMatchObject([
      {
        text: expect.stringContaining("Your last backup will be deleted soon"),
        buttons: ["Request a new one", "Backups"],
      },
    ]);
    world.pass(2 * 24 * 3600);
    await world.app.sweep();
    world.pass(3700);
    await world.app.sweep();
    expect(snapshots()).toEqual([]);
    expect((await record())?.backup).toBeUndefined();
  });
});

describe("who leaves", () => {
  test("keeps a snapshot after their instance is torn down, and an admin can give it to somebody", async () => {
    await does("request");
    await world.client.removes(ada, { person: mia.id });
    await world.settle();
    await world.client.clicks(ada, "Tear down", world.client.adminChannel(ada).at(-1));
    await world.client.clicks(ada, "Yes, tear it down");
    await world.settle();
    expect(parts()).toEqual(bare);
    const [snapshot] = snapshots();
    expect(snapshot?.tags).toMatchObject({ kind: "teardown" });

    const give = { from: "mia@contoso.com", to: max.id };
    const question = await world.client.types(ada, "openclaw-admin roster transfer", give);
    expect(question.text).toContain("Give the home disk of Mia Member to Max Member?");
    // Somebody else is faster twice: what is decided anew leaves one entry all the same.
    const { app } = world.serving;
    const { store } = world.parts;
    let faster = 2;
    const commit: typeof store.commit = async (partition, changes, dues) => {
      if (changes.some(({ kind, value }) => kind === "op" && value.name === "transfer") && faster-- > 0) {
        world.pass(1);
        throw new Conflict("they were faster");
      }
      return store.commit(partition, changes, dues);
    };
    world.serving.app = appFrom({ ...world.parts, store: { ...store, commit } });
    const answer = await world.client.clicks(ada, "Yes, give it", question);
    world.serving.app = app;
    await world.settle();
    expect(faster).toBe(-1);
    expect(world.client.sees(ada).find(({ id }) => id === answer.id)?.text).toContain(
      "Max Member has the home disk of Mia Member",
    );
    expect(snapshots()).toEqual([]);
    const told = world.client.adminChannel(ada).at(-1);
    expect(told?.text).toContain("What Mia Member leaves in Azure");
    expect(told?.code.join()).toContain(`az identity delete`);
    expect(last(max)?.text).toContain("Mia Member’s home disk is now yours");
    expect(last(max)?.buttons).toEqual(["Backups"]);
    const list = await does("backups", {}, max);
    expect(list?.text).toContain("Given by an admin");
    // The copy of the audit entry for each person comes with the sweep.
    world.pass(120);
    await world.app.sweep();
    const audit = await rowsOf(world);
    for (const person of [mia, max])
      expect(
        Object.entries(audit).filter(
          ([row, json]) =>
            row.startsWith(`state ${keyOf(world, person)} audit:`) &&
            json.includes("to give the home disk of Mia Member to Max Member"),
        ),
      ).toHaveLength(1);
    // It is never taken for their own.
    const own = await does("restore", {}, max);
    expect(own?.text).toContain("There is no backup of your home disk");
    await world.client.clicks(max, "Restore 1", list);
    await world.settle();
    expect(lineage(max).disk).toBe(snapshot?.id);
    expect(parts(max)).toEqual(whole);
  });

  test("leaves a home disk that can be given away while it is there, from a new snapshot", async () => {
    await world.enroll(mia);
    await does("teardown", { "no-backup": true, name: `openclaw-${keyOf(world, max)}` }, max);
    expect(snapshots(max)).toEqual([]);
    await does("request", {}, mia);
    const disk = homeDisk()?.id;
    await world.client.removes(ada, { person: mia.id });
    await world.settle();
    const question = await world.client.types(ada, "openclaw-admin roster transfer", {
      from: `openclaw-${keyOf(world, mia)}`,
      to: max.id,
    });
    await world.client.clicks(ada, "Yes, give it", question);
    await world.settle();
    expect(sourceOf(snapshots(max)[0]).sourceResourceId).toBe(disk);
    expect(homeDisk()?.id).toBe(disk);
    // What is not theirs alone is not given a second time for one confirmation.
    expect((await world.client.clicks(ada, "Yes, give it", question)).text).toContain("Nothing");
  });

  test("is nobody whose home disk an admin can give away while they are on the roster", async () => {
    const answer = await world.client.types(ada, "openclaw-admin roster transfer", {
      from: "max@contoso.com",
      to: max.id,
    });
    expect(answer.text).toContain("is on the roster");
  });
});
