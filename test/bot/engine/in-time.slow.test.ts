import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { actionSeconds, holdSeconds } from "../../../bot/engine/hold.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { type Serve, serve } from "../../../local/serve.ts";
import { endless } from "../../endless.ts";
import { startWorld, type World } from "../../world.ts";
import { bare, keyOf, leftOf } from "../left.ts";

/** What is done in Azure ends before somebody else may do it, even where Azure answers late. */
let world: World;
let mia: Person;
/** Azure answers the first request like this only when the test releases it, and notes all that arrive. */
const azure = { holdsBack: undefined as string | undefined, ...Promise.withResolvers<void>() };
const arrived: string[] = [];
const slowly: Serve = (handle, options) =>
  serve(async (request) => {
    const asked = `${request.method} ${new URL(request.url).pathname}`;
    arrived.push(asked);
    if (azure.holdsBack !== undefined && asked.startsWith(azure.holdsBack)) {
      azure.holdsBack = undefined;
      await azure.promise;
    }
    return handle(request);
  }, options);

beforeAll(async () => {
  world = await startWorld({}, { serve: slowly });
  ({ mia } = world.discord.people);
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());
beforeEach(async () => {
  await world.settle();
  world.pass(60);
});

const working = (parts: Partial<Parts>) => appFrom({ ...world.parts, ...parts });
const dms = () => world.client.dms(mia).at(-1)?.text ?? "";
test("a home disk that somebody has torn down meanwhile is not tagged by whoever was slow to tag it", async () => {
  const { cloud, settings } = world.parts;
  const key = keyOf(world, mia);
  const by = new AbortController();
  azure.holdsBack = "GET";
  const tagging = cloud.act(
    key,
    settings.place,
    { do: "tagHomeDisk", tags: { keptSince: "then" } },
    by.signal,
  );
  await expect.poll(() => azure.holdsBack === undefined && arrived.at(-1)).toContain("/disks/");
  by.abort();
  await expect(tagging).rejects.toThrow();
  const before = arrived.length;
  azure.resolve();
  await sleep(300);
  expect(arrived.slice(before).filter((asked) => !asked.startsWith("GET"))).toEqual([]);
});

test.for([
  [0, actionSeconds],
  [5, actionSeconds],
  [30, holdSeconds - 30 - 10],
  [50, 0],
  [70, 0],
] as const)("who needs %i seconds to write a hold down has %i left to act", async ([needs, left]) => {
  const { store, cloud } = world.parts;
  const wanted = dms().includes("is stopped") ? "start" : "stop";
  await world.client.types(mia, `openclaw ${wanted}`);
  const events: (string | number)[] = [];
  const slow = working({
    store: {
      ...store,
      commit: async (partition, changes, dues) => {
        await store.commit(partition, changes, dues);
        if (!changes.some(({ kind, value }) => kind === "op" && value.hold)) return;
        if (events.length === 0) world.pass(needs);
        events.push("held");
      },
    },
    cloud: {
      ...cloud,
      act: (...args) => {
        events.push("acts");
        return cloud.act(...args);
      },
    },
    wait: (milliseconds, signal) => {
      if (events.at(-1) === "acts") events.push(milliseconds / 1000);
      return world.parts.wait(milliseconds, signal);
    },
  });
  for (let message = world.queue.next(); message; message = world.queue.next()) await slow.work(message);
  expect(events.slice(0, 3)).toEqual(left === 0 ? ["held", "held", "acts"] : ["held", "acts", left]);
  expect(dms()).toContain(wanted === "stop" ? "is stopped" : "is ready");
  expect(world.errors).toEqual([]);
});

test("a copy that gives way to a newer one takes that along in no deletion, however late it comes", async () => {
  const { cloud, settings } = world.parts;
  const key = keyOf(world, mia);
  const done: string[] = [];
  let deleteOld = async () => {};
  const app = working({
    cloud: {
      ...cloud,
      act: async (member, place, action, ending) => {
        const what = action.do === "delete" ? `delete ${action.part}` : action.do;
        const pins = await cloud.act(member, place, action, ending);
        if (action.do === "deleteSnapshot")
          deleteOld = async () => void (await cloud.act(member, place, action, endless));
        if (what === "snapshot" && !done.includes("snapshot"))
          // Somebody works on, and stops: what they did is not in the copy.
          for (const power of ["start", "deallocate"] as const) {
            await cloud.act(member, place, { do: power }, endless);
            world.azure.advance(300);
          }
        if (what === "delete homeDisk") await deleteOld();
        done.push(what);
        return pins;
      },
    },
  });
  if (dms().includes("is ready")) await world.client.types(mia, "openclaw stop");
  await world.settle();
  await world.client.types(mia, "openclaw teardown");
  await world.client.clicks(mia, "Yes, tear it down");
  for (let message = world.queue.next(); message; message = world.queue.next()) await app.work(message);
  expect(done.filter((what) => /snapshot/i.test(what))).toEqual(["snapshot", "deleteSnapshot", "snapshot"]);
  expect(dms()).toContain("is in the snapshot");
  const [kept, ...others] = await cloud.snapshots(settings.place, key);
  expect(others).toEqual([]);
  expect(dms()).toContain(kept?.name);
  expect(leftOf(world, mia)).toEqual([...bare, "snapshot"]);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  expect(dms()).toContain("Your OpenClaw is ready");
  const { homeDisk } = await cloud.look(key, settings.place, { parts: ["osDisk", "homeDisk"] });
  expect(homeDisk?.source).toBe(kept?.id);
  expect(world.errors).toEqual([]);
});
