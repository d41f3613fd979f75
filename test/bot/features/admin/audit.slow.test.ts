import { TableClient } from "@azure/data-tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import type { Command } from "../../../../bot/core/command.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import { commands } from "../../../../bot/features/commands.ts";
import { endless } from "../../../endless.ts";
import { listed } from "../../../listed.ts";
import { startWorld, type World } from "../../../world.ts";

/** Who did what and when, for admins. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
  await world.enroll(people().max);
  world.pass(2 * 24 * 3600);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
  await world.client.types(people().max, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());

const people = () => world.discord.people;
const ask = async (options: Readonly<Record<string, string>> = {}) => {
  await world.client.types(people().ada, "openclaw-admin audit", options);
  await world.settle();
  return world.client.latest(people().ada);
};
const lines = async (options: Readonly<Record<string, string>> = {}) =>
  (await ask(options)).text.split("\n").flatMap((line) => /^<t:\d+:f> – (.*)$/.exec(line)?.[1] ?? []);
const ada = "discord:1100000000000000101";

test("newest first, with names, and what is about somebody else says about whom", async () => {
  expect(await lines()).toEqual([
    "Max Member: requested an instance – done",
    "Mia Member: requested an instance – done",
    `${ada}: added Max Member to the roster (Max Member) – done`,
    `${ada}: added Mia Member to the roster (Mia Member) – done`,
  ]);
});

test("of one person: what they did, and what was done about them", async () => {
  expect(await lines({ person: people().mia.id })).toEqual([
    "Mia Member: requested an instance – done",
    `${ada}: added Mia Member to the roster (Mia Member) – done`,
  ]);
  expect(await lines({ person: people().sam.id })).toEqual([]);
});

test("of so many days", async () => {
  expect(await lines({ days: "1" })).toHaveLength(2);
  for (const days of ["0", "91", "all"]) expect((await ask({ days })).text).toContain("from 1 to 90");
});

/** Mia starts so many times what runs, a minute apart: each leaves an entry. */
async function restarts(times: number) {
  for (let i = 0; i < times; i += 1) {
    world.pass(60);
    await world.client.types(people().mia, "openclaw restart");
    await world.settle();
  }
}
const timesIn = ({ text }: { readonly text: string }) =>
  [...text.matchAll(/^<t:(\d+):f> – /gm)].map(([, time]) => Number(time));

test("paged, of the same person on each page", async () => {
  await restarts(16);
  const first = await ask({ person: people().mia.id, days: "1" });
  expect(first.text).toContain("Page 1");
  expect(timesIn(first)).toHaveLength(15);
  await world.client.clicks(people().ada, "Next page", first);
  await world.settle();
  const second = world.client.latest(people().ada);
  expect(second.text).toContain("Page 2");
  expect(second.text).toContain(": Mia Member");
  expect(second.text).not.toContain("Max");
});

test("the next page goes on where the last one has ended, whatever was done meanwhile", async () => {
  const first = await ask({ days: "1" });
  await restarts(7);
  await world.client.clicks(people().ada, "Next page", first);
  await world.settle();
  const pages = [...timesIn(first), ...timesIn(world.client.latest(people().ada))];
  expect(new Set(pages).size).toBe(pages.length);
  expect(pages).toEqual(pages.toSorted((a, b) => b - a));
  // All but those that came after the first page.
  const known = await listed(
    world.parts.store.audit(new Date(world.now().getTime() - 86_400_000), world.now()),
  );
  const all = known.map(({ at }) => Math.floor(Date.parse(at) / 1000));
  expect(pages).toEqual(all.slice(7));
});

test("a button of an earlier version, which counts pages, still leads to that page", async () => {
  const first = await ask({ days: "1" });
  await world.client.clicks(people().ada, "Next page", first);
  await world.settle();
  const second = world.client.latest(people().ada).text;
  expect((await ask({ days: "1", page: "2" })).text).toBe(second);
  expect((await ask({ days: "1", page: "99" })).text).toBe(second);
});

test("what an earlier version has left in the index, and did not come to be, takes no place on a page", async () => {
  const partition = memberKey("nobody");
  const table = TableClient.fromConnectionString(world.storage, "audit", { allowInsecureConnection: true });
  for (let i = 0; i < 40; i += 1) {
    const at = new Date(world.now().getTime() - i).toISOString();
    const value = { at, by: "bot", what: "did nothing", about: partition, call: `lost${i}` };
    await table.createEntity({
      partitionKey: at.slice(0, 10),
      rowKey: `${at}-lost${i}:${partition}`,
      json: JSON.stringify(value),
    });
  }
  const page = await ask({ days: "1" });
  expect(page.text).not.toContain("did nothing");
  expect(timesIn(page)).toHaveLength(15);
});

test("who looks at their own leaves nothing, and an admin who looks at somebody else's does", async () => {
  const { store } = world.parts;
  world.pass(3600);
  for (const look of ["status", "doctor", "logs", "connect"]) {
    await world.client.types(people().mia, `openclaw ${look}`);
    await world.settle();
  }
  const since = new Date(world.now().getTime() - 1800_000);
  expect(await listed(store.audit(since, world.now()))).toEqual([]);
  const status = commands.find(({ name }) => name === "status");
  const key = (await store.memberOf({ platform: "discord", id: people().mia.id })) ?? "";
  const member = await store.person(key);
  if (!status) throw new Error("there is no status");
  const theirs: Command = {
    ...status,
    audience: "admin",
    run: (call, bot) => status.run({ ...call, ...member }, bot),
  };
  const app = appFrom({ ...world.parts, commands: [theirs] });
  const served = world.serving.app;
  world.serving.app = app;
  await world.client.types(people().ada, "openclaw status");
  world.serving.app = served;
  await world.settle();
  const left = await listed(store.audit(since, world.now()));
  expect(left.map(({ what, about }) => [what, about])).toEqual([["asked for the status", key]]);
});

test("who gets in to a VM that had to be started or put right for that leaves an entry, and one alone", async () => {
  const { mia } = people();
  const { store, cloud } = world.parts;
  const entries = async () => {
    const since = new Date(world.now().getTime() - 1800_000);
    return (await listed(store.audit(since, world.now()))).map(({ by, byMember, about, what }) => ({
      isHers: by === `discord:${mia.id}` && byMember === about,
      what,
    }));
  };
  const connects = async () => {
    world.pass(3600);
    await world.client.types(mia, "openclaw connect");
    await world.settle();
    return entries();
  };
  const unending = new AbortController().signal;
  const entry = { isHers: true, what: "connected to their VM, which was started or repaired for that" };
  const key = (await store.memberOf({ platform: "discord", id: mia.id })) ?? "";
  const { instance } = await store.person(key);
  if (!instance) throw new Error("there is no instance");
  expect(await connects()).toEqual([]);
  // The record says that it runs.
  await cloud.act(key, instance.value.place, { do: "deallocate" }, unending);
  world.azure.advance(900);
  await cloud.act(key, instance.value.place, { do: "allowSsh", from: ["198.51.100.5"], found: [] }, unending);
  expect(await connects()).toEqual([entry]);
  expect((await lines({ person: mia.id, days: "1" }))[0]).toBe(`Mia Member: ${entry.what} – done`);
  expect(await connects()).toEqual([]);
  await world.client.types(mia, "openclaw stop");
  await world.settle();
  expect(await connects()).toEqual([entry]);
  // Its configuration is older than the team's: connecting brings it up to date.
  const { value } = (await store.get("bot", "config", "")) ?? { value: undefined };
  expect(value).toBeUndefined();
  const newer = {
    overrides: '{"agents":{"defaults":{"heartbeat":{"every":"3h"}}}}',
    changedAt: world.now().toISOString(),
    by: "ada",
  };
  await store.commit("bot", [{ kind: "config", id: "", value: newer }]);
  expect(await connects()).toEqual([entry]);
  expect(await connects()).toEqual([]);
});

test("a question that nobody says yes to, and what is so already, leave nothing", async () => {
  const { store } = world.parts;
  const { mia } = people();
  const types = async (command: string, options = {}) => {
    const { id } = await world.client.types(mia, `openclaw ${command}`, options);
    await world.settle();
    return world.client.sees(mia).find((message) => message.id === id)?.text;
  };
  const entries = async () => {
    const found = await listed(store.audit(new Date(world.now().getTime() - 1800_000), world.now()));
    return found.map(({ what }) => what);
  };
  world.pass(3600);
  for (let i = 0; i < 3; i += 1) {
    expect(await types("teardown")).toContain("Tear down");
    expect(await types("rebuild")).toContain("Rebuild");
    expect(await types("resize", { size: "Standard_B2as_v2" })).toContain("Standard_B2as_v2");
    expect(await types("close-access")).toContain("SSH is closed");
  }
  expect(await entries()).toEqual([]);
  for (let i = 0; i < 3; i += 1)
    expect(await types("open-access", { address: "203.0.113.7" })).toContain("SSH is open for 203.0.113.7");
  expect(await entries()).toEqual(["asked to open SSH for 203.0.113.7"]);
  // Later it stays open for longer, which is a change.
  world.pass(1200);
  await types("open-access", { address: "203.0.113.7" });
  for (let i = 0; i < 3; i += 1) await types("close-access");
  expect(await entries()).toEqual([
    "asked to close SSH",
    "asked to open SSH for 203.0.113.7",
    "asked to open SSH for 203.0.113.7",
  ]);
  expect(world.errors).toEqual([]);
});

test("closing what is closed looks all the same, once for all who ask meanwhile", async () => {
  const { mia } = people();
  const key = (await world.parts.store.memberOf({ platform: "discord", id: mia.id })) ?? "";
  const { instance } = await world.parts.store.person(key);
  if (!instance) throw new Error("there is no instance");
  await world.parts.cloud.act(
    key,
    instance.value.place,
    { do: "allowSsh", from: ["198.51.100.5"], found: [] },
    endless,
  );
  const asked = [];
  for (let i = 0; i < 3; i += 1) asked.push(await world.client.types(mia, "openclaw close-access"));
  expect(asked.map(({ text }) => text.includes("already in progress"))).toEqual([false, true, true]);
  await world.settle();
  world.pass(60);
  const truth = await world.parts.cloud.look(key, instance.value.place, {
    parts: ["nic", "publicIp", "networkSecurityGroup"],
  });
  expect(truth.networkSecurityGroup?.sshFrom).toEqual([]);
  const again = await world.client.types(mia, "openclaw close-access");
  expect(again.text).not.toContain("already in progress");
  await world.settle();
});

test("how what was asked for has ended", async () => {
  const { azure, client, settle } = world;
  azure.faults.set({ kind: "authorization", target: "Microsoft.Compute/virtualMachines/deallocate/action" });
  await client.types(people().max, "openclaw stop");
  await settle();
  expect(await lines({ person: people().max.id, days: "1" })).toContain(
    "Max Member: asked to stop their instance – failed: AuthorizationFailed",
  );
  azure.faults.clear();
});

test("of somebody who came back with another account, what they did under the one that they had", async () => {
  await world.client.removes(people().ada, { person: people().mia.id });
  await world.settle();
  await world.client.types(people().ada, "openclaw-admin roster add", {
    person: people().sam.id,
    entra: "mia@contoso.com",
  });
  await world.settle();
  const theirs = await lines({ person: people().sam.id, days: "1" });
  expect(theirs).toContain("Mia Member: asked to restart their instance – done");
  expect(await lines({ entra: "mia@contoso.com", days: "1" })).toEqual(theirs);
});

test("for admins alone", async () => {
  expect((await world.client.types(people().max, "openclaw-admin audit")).text).toContain("Only admins");
});
