import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, appFrom } from "../../../bot/app.ts";
import type { Action } from "../../../bot/core/cloud.ts";
import { Conflict } from "../../../bot/core/errors.ts";
import type { WorkMessage } from "../../../bot/core/store.ts";
import { actionSeconds, holdSeconds } from "../../../bot/engine/hold.ts";
import { taskFor } from "../../../bot/engine/task.ts";
import { usual } from "../../../bot/features/usual/feature.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { endless } from "../../endless.ts";
import { startWorld, type World } from "../../world.ts";
import { bare, keyOf, leftOf } from "../left.ts";
import { rowsOf } from "../tables.ts";

/** A step that is about to act is left to whoever acts; whatever becomes of them, it goes on. */
let world: World;
let mia: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia } = world.discord.people);
  await world.enroll(mia);
}, 60_000);
afterAll(() => world.close());
beforeEach(async () => {
  await world.settle();
  world.errors.length = 0;
});

const act: Act = (...args) => world.parts.cloud.act(...args);
type Act = Parts["cloud"]["act"];
type Do = Action["do"];

/** The bot with another way to act. */
const acting = (act: Act, parts: Parts = world.parts) =>
  appFrom({ ...parts, cloud: { ...parts.cloud, act } });
const isOf = (message: WorkMessage | undefined): message is WorkMessage => message?.kind === "operation";
/** The operation of Mia that runs. */
const operation = async () => {
  const key = keyOf(world, mia);
  const row = Object.entries(await rowsOf(world)).find(
    ([name, json]) => name.startsWith(`state ${key} op:`) && json.includes('"status":"running"'),
  );
  const [, id = ""] = /op:(\w+)$/.exec(row?.[0] ?? "") ?? [];
  return (await world.parts.store.get(key, "op", id))?.value;
};
const dms = () => world.client.dms(mia).at(-1)?.text ?? "";

/** Has Mia ask for something, and works up to the moment `before` or `after` `does` is acted upon, which is held up there until `goOn`. */
async function upTo(does: Do, command: string, when: "before" | "after" = "before") {
  await world.client.types(mia, `openclaw ${command}`);
  return upToStep(does, when);
}

/** The same of what she has asked for already. */
async function upToStep(does: Do, when: "before" | "after" = "before") {
  const [going, there] = [Promise.withResolvers<void>(), Promise.withResolvers<"there">()];
  const slow = acting(async (key, place, action, ending) => {
    if (action.do !== does) return act(key, place, action, ending);
    const done = when === "after" ? await act(key, place, action, ending) : undefined;
    there.resolve("there");
    await going.promise;
    return when === "after" ? done : act(key, place, action, ending);
  });
  for (;;) {
    const message = world.queue.next() ?? expect.fail(`${does} is not reached`);
    const working = slow.work(message);
    if ((await Promise.race([working, there.promise])) === "there")
      return { message, working, goOn: going.resolve };
  }
}

/** A bot that counts what it does to Azure. */
function counting() {
  const done: Do[] = [];
  const app = acting((key, place, action, ending) => {
    done.push(action.do);
    return act(key, place, action, ending);
  });
  return { app, done };
}

/** Works until nothing is queued, with this bot. */
async function settle(app: App): Promise<void> {
  for (let message = world.queue.next(); message; message = world.queue.next()) await app.work(message);
}

const tearDown = () =>
  world.client.types(mia, "openclaw teardown", { "no-backup": true, name: `openclaw-${keyOf(world, mia)}` });
const has = (part: string) => leftOf(world, mia).includes(part);

test("each action is written down before it, and nothing else is: a look or a wait takes no hold", async () => {
  const { store, cloud } = world.parts;
  const order: string[] = [];
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    for (const change of changes)
      if (change.kind === "op") order.push(change.value.hold ? `holds ${change.value.hold.does}` : "writes");
    return store.commit(partition, changes, dues);
  };
  const acts: Act = async (key, place, action, ending) => {
    order.push(action.do);
    return cloud.act(key, place, action, ending);
  };
  await world.client.types(mia, "openclaw request");
  await settle(appFrom({ ...world.parts, store: { ...store, commit }, cloud: { ...cloud, act: acts } }));
  expect(dms()).toContain("Your OpenClaw is ready");
  const steps = order.filter((each) => each !== "deleteRun");
  expect(steps).toContain("deployInstance");
  steps.forEach((each, index) => {
    if (each.startsWith("holds "))
      expect(steps.slice(index + 1, index + 3)).toEqual([each.slice("holds ".length), "writes"]);
    else if (each !== "writes") expect(steps[index - 1]).toBe(`holds ${each}`);
  });
  expect(order.filter((each) => each === "writes").length).toBeGreaterThan(
    order.filter((each) => each.startsWith("holds ")).length,
  );
  expect((await operation())?.hold).toBeUndefined();
});

test("who meets a hold neither looks nor acts, and comes back when it is over", async () => {
  const { message, working, goOn } = await upTo("deallocate", "stop");
  const { store, cloud } = world.parts;
  const look = () => Promise.reject(new Error("nobody looks"));
  const second = appFrom({ ...world.parts, store, cloud: { ...cloud, look, act: look } });
  expect(await operation()).toMatchObject({ hold: { does: "deallocate" } });
  const before = world.now().getTime();
  world.pass(20);
  await second.work(message);
  expect(world.queue.waiting().filter(isOf)).toHaveLength(1);
  world.queue.next();
  expect(world.now().getTime() - before).toBe(holdSeconds * 1000);
  goOn();
  await working;
  const { app, done } = counting();
  await settle(app);
  expect(done).not.toContain("deallocate");
  expect(dms()).toContain("Your OpenClaw is stopped");
  expect(world.errors).toEqual([]);
});

test("two who come at once: one acts, and the other leaves it to them", async () => {
  await world.client.types(mia, "openclaw start");
  const { app, done } = counting();
  for (let message = world.queue.next(); message; message = world.queue.next())
    await Promise.all([app.work(message), app.work(message)]);
  expect(done.filter((each) => each === "start")).toHaveLength(1);
  expect(dms()).toContain("Your OpenClaw is ready");
  expect(world.errors).toEqual([]);
});

describe("a message that is handed over twice at once", () => {
  const next = () => world.queue.next() ?? expect.fail("nothing is queued");
  const queued = () => world.queue.waiting().filter(isOf).length;
  /** A bot that has decided, and lets somebody else be faster with what it was about to write; only once. */
  const slower = (first: () => Promise<unknown>) => {
    const { store } = world.parts;
    let isFirst = true;
    const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
      if (isFirst && changes.some(({ kind }) => kind === "op")) {
        isFirst = false;
        await first();
      }
      return store.commit(partition, changes, dues);
    };
    return appFrom({ ...world.parts, features: features(), store: { ...store, commit } });
  };
  // When it looks would follow from what was usual the times before.
  const features = () => world.parts.features.filter((feature) => feature !== usual);
  /** How many looks it takes, where each message is worked on so. */
  async function looks(wanted: "start" | "stop", work: (message: WorkMessage) => Promise<unknown>) {
    await world.client.types(mia, `openclaw ${wanted}`);
    const id = (await operation())?.id ?? expect.fail("nothing has started");
    for (let one = true; one; one = queued() > 0) {
      await work(next());
      expect(queued()).toBeLessThan(2);
    }
    const { status, looks } = (await world.parts.store.get(keyOf(world, mia), "op", id))?.value ?? {};
    expect(status).toBe("succeeded");
    return looks;
  }
  const once = (message: WorkMessage) => appFrom({ ...world.parts, features: features() }).work(message);
  const twice = (message: WorkMessage) => slower(() => once(message)).work(message);

  test("goes on as one, and no more looks come of it", async () => {
    const [stop, start] = [await looks("stop", once), await looks("start", once)];
    expect(await looks("stop", twice)).toBe(stop);
    expect(await looks("start", twice)).toBe(start);
    expect(world.errors).toEqual([]);
  });

  test("is left to whoever was faster, also while they act", async () => {
    await world.client.types(mia, "openclaw stop");
    const [going, there] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const faster = acting(async (...args) => {
      there.resolve();
      await going.promise;
      return act(...args);
    });
    const message = next();
    let working: Promise<void> | undefined;
    await slower(() => {
      working = faster.work(message);
      return there.promise;
    }).work(message);
    expect(queued()).toBe(0);
    going.resolve();
    await working;
    expect(queued()).toBe(1);
    await world.settle();
    expect(dms()).toContain("is stopped");
  });

  test("is queued again where nobody has taken the step", async () => {
    await world.client.types(mia, "openclaw start");
    await slower(() => Promise.reject(new Conflict("another row of theirs"))).work(next());
    expect(queued()).toBe(1);
    await world.settle();
    expect(dms()).toContain("is ready");
  });
});

test("a message that has met a hold starts no second series of looks beside that of whoever acted", async () => {
  await world.client.types(mia, "openclaw request");
  await world.settle();
  await tearDown();
  const queued = () => world.queue.waiting().filter(isOf).length;
  const { message, working, goOn } = await upToStep("revoke");
  await world.app.work(message);
  world.pass(holdSeconds - 1);
  goOn();
  await working;
  // Where each look follows the last one within moments, nobody is too early.
  const { settings } = world.parts;
  const quick = appFrom({ ...world.parts, settings: { ...settings, azurePace: 5 } });
  const counts: number[] = [];
  for (let next = world.queue.next(); next; next = world.queue.next()) {
    await quick.work(next);
    counts.push(queued());
  }
  expect(Math.max(...counts)).toBe(1);
  expect(leftOf(world, mia)).toEqual(bare);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  expect(world.errors).toEqual([]);
});

test("the sweep sends nobody to what somebody just acts on", async () => {
  const { message, working, goOn } = await upTo("deallocate", "stop");
  const state = () => taskFor(message, world.parts)?.state(message, world.parts);
  world.pass(holdSeconds - 1);
  expect(await state()).toBe("pending");
  world.pass(1);
  expect(await state()).toBe("overdue");
  goOn();
  await working;
  await world.settle();
  await world.client.types(mia, "openclaw start");
  await world.settle();
});

test("what somebody changes meanwhile counts at once: a hold whose step was not written is let go", async () => {
  await tearDown();
  await world.settle();
  const { working, goOn } = await upTo("deployInstance", "request");
  expect((await world.client.clicks(mia, "Cancel")).text).toContain("Cancelling the build");
  goOn();
  await working;
  expect((await operation())?.hold).toBeUndefined();
  const before = world.now().getTime();
  const { app, done } = counting();
  while (!done.includes("cancelDeployment"))
    await app.work(world.queue.next() ?? expect.fail("nothing is queued"));
  expect(world.now().getTime() - before).toBeLessThan(5000);
  await world.settle();
  expect(dms()).toContain("cancelled");
  expect(has("vm")).toBe(false);
  expect(world.errors).toEqual([]);
});

const admin = () => world.discord.people.ada;
const putsAside = async () => {
  await world.client.types(admin(), "openclaw-admin unlock", { person: mia.id });
  await world.client.clicks(admin(), "Yes, unlock");
};
const cancels = async () => {
  expect((await world.client.clicks(mia, "Cancel")).text).toContain("Cancelling the build");
};
test.for([
  ["ended by an admin", "restart", "restart", putsAside],
  ["cancelled", "request", "deployInstance", cancels],
] as const)(
  "what is %s right after a hold was written, and before it was read again, does not act",
  async ([_what, command, does, change]) => {
    if (has("vm")) await tearDown();
    await world.settle();
    if (command === "restart") await world.client.types(mia, "openclaw request");
    await world.settle();
    world.pass(60);
    await world.client.types(mia, `openclaw ${command}`);
    const { store } = world.parts;
    const order: string[] = [];
    const commit: typeof store.commit = async (partition, changes, dues) => {
      await store.commit(partition, changes, dues);
      const isHold = changes.some(({ kind, value }) => kind === "op" && value.hold?.does === does);
      if (order.length > 0 || !isHold) return;
      order.push("held");
      await change();
      order.push("changed");
    };
    const app = acting(
      async (key, place, action, ending) => {
        if (action.do === does) order.push("acted");
        return act(key, place, action, ending);
      },
      { ...world.parts, store: { ...store, commit } },
    );
    while (order.length === 0) await app.work(world.queue.next() ?? expect.fail("there is nothing to do"));
    expect(order).toEqual(["held", "changed"]);
    // Nobody has to wait for the end of it.
    expect((await operation())?.hold).toBeUndefined();
    await world.settle();
  },
);

test("an action that takes too long is not waited for: the next look tells", async () => {
  const { working } = await upTo("deployInstance", "request");
  expect(world.patience.asked.at(-1)).toBe(actionSeconds * 1000);
  expect(actionSeconds).toBeLessThan(holdSeconds);
  world.patience.runOut();
  await working;
  const after = await operation();
  expect(after).toMatchObject({ refusal: { code: "Timeout" } });
  expect(after?.hold).toBeUndefined();
  await world.settle();
  expect(dms()).toContain("Your OpenClaw is ready");
});

describe("whoever holds it dies, and every message is lost", () => {
  /** In seconds, as the page says it. */
  const [, said = ""] =
    /at most (\d+) seconds to what it interrupts/.exec(readFileSync("docs/reliability.md", "utf8")) ?? [];
  const delays: number[] = [];
  // At worst its due row comes just before the hold is over, and a sweep just before the next due row.
  const cases = [0, 15, 30, 45, 59, 60].flatMap((offset) =>
    (["before", "after"] as const).map((when) => [when, offset] as const),
  );
  test.for(cases)("%s it has acted; its due row comes %i seconds after", async ([when, offset]) => {
    const [wanted, does, ends] = dms().includes("is ready")
      ? (["stop", "deallocate", "is stopped"] as const)
      : (["start", "start", "is ready"] as const);
    await upTo(does, wanted, when);
    const died = world.now().getTime();
    world.queue.lose();
    const { store } = world.parts;
    for await (const due of store.dueBy(new Date(died + 3600_000))) {
      await store.dropDue(due);
      if (isOf(due.message)) await store.addDue({ ...due, at: new Date(died + offset * 1000) });
    }
    world.pass(offset);
    let [looked, acted] = [0, 0];
    const survivor = appFrom({
      ...world.parts,
      cloud: {
        ...world.parts.cloud,
        look: async (...args) => {
          looked ||= world.now().getTime();
          return world.parts.cloud.look(...args);
        },
        act: async (key, place, action, ending) => {
          if (action.do === does) acted += 1;
          return act(key, place, action, ending);
        },
      },
    });
    while (looked === 0) {
      await survivor.sweep();
      await settle(survivor);
      if (looked === 0) world.pass(59);
    }
    delays.push((looked - died) / 1000);
    expect((looked - died) / 1000).toBeGreaterThanOrEqual(holdSeconds);
    expect((looked - died) / 1000).toBeLessThanOrEqual(Number(said));
    expect(acted).toBe(when === "before" ? 1 : 0);
    await settle(survivor);
    expect(dms()).toContain(ends);
  });

  test("and what is said of the longest delay is not said for safety's sake", () => {
    expect(Math.max(...delays)).toBeGreaterThan(Number(said) - 5);
  });
});

test("no action relies on it: each of a build and of a teardown is done twice at the same time", async () => {
  if (has("vm")) await tearDown();
  await world.settle();
  const twice = acting(async (key, place, action, ending) => {
    const [pins] = await Promise.all([act(key, place, action, ending), act(key, place, action, ending)]);
    return pins;
  });
  await world.client.types(mia, "openclaw request");
  await settle(twice);
  expect(dms()).toContain("Your OpenClaw is ready");
  await tearDown();
  await settle(twice);
  expect(leftOf(world, mia)).toEqual(bare);
  expect(world.client.adminChannel(world.discord.people.ada)).toEqual([]);
  expect(world.errors).toEqual([]);
});

test("logins that another worker has taken away meanwhile, which had listed them too, are gone: Azure's 403 is no alarm", async () => {
  await world.client.types(mia, "openclaw request");
  await world.settle();
  const { cloud, settings } = world.parts;
  const key = keyOf(world, mia);
  const { logins = [] } = await cloud.look(key, settings.place, { parts: ["logins"] });
  expect(logins).toHaveLength(3);
  for (const _worker of [1, 2])
    await cloud.act(key, settings.place, { do: "revoke", roles: logins.map(({ id }) => id) }, endless);
  expect((await cloud.look(key, settings.place, { parts: ["logins"] })).logins).toEqual([]);
});
