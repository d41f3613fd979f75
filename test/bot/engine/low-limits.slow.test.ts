import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { azureLimits, type Limits } from "../../../local/azure/throttling/limits.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { keyOf } from "../left.ts";

/*
 * What becomes of the waits while little is left of what the bot may ask of Azure. In order: each test goes on where the one before it
 * ended.
 */
const limits: { -readonly [name in keyof Limits]: Limits[name] } = { ...azureLimits };
/** As many more come back, so that none is refused, but an eighth of the usual are there at most. */
const low = () => {
  limits.reads = { most: 31, perSecond: 25 };
};
const usual = () => {
  limits.reads = azureLimits.reads;
};

let world: World;
let mia: Person;
let keyOfMia: string;
beforeAll(async () => {
  world = await startWorld({}, { limits });
  ({ mia } = world.discord.people);
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  keyOfMia = keyOf(world, mia);
}, 60_000);
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

const told = () => world.client.dms(mia).at(-1)?.text ?? "";

/** How long each wait was between two looks at the operation that `begin` starts, in seconds. */
async function waits(begin: () => Promise<unknown>): Promise<readonly number[]> {
  const found: number[] = [];
  const send = vi.spyOn(world.queue, "send");
  try {
    await begin();
    await world.settle();
    for (const [{ kind }, seconds] of send.mock.calls) if (kind === "operation") found.push(seconds);
  } finally {
    send.mockRestore();
  }
  return found;
}
const does = (command: string, options = {}) =>
  waits(() => world.client.types(mia, `openclaw ${command}`, options));

const address = "203.0.113.7";
const before: Record<string, readonly number[]> = {};
const longest = (seconds: readonly number[] = []) => Math.max(...seconds);

test("with plenty left no wait is longer than half a minute", async () => {
  before["stop"] = await does("stop");
  expect(told()).toContain("Your OpenClaw is stopped");
  before["start"] = await does("start");
  expect(told()).toContain("Your OpenClaw is ready");
  before["open"] = await does("open-access", { address });
  before["close"] = await does("close-access");
  expect(longest(Object.values(before).flat())).toBeLessThan(30);
});

describe("with little left", () => {
  beforeAll(low);
  afterAll(usual);

  test("a stop looks as often as ever", async () => {
    expect(longest(await does("stop"))).toBeLessThanOrEqual(longest(before["stop"]));
    expect(told()).toContain("Your OpenClaw is stopped");
  });

  test("a start looks at once, and then less often, though within a minute", async () => {
    const found = await does("start");
    expect(told()).toContain("Your OpenClaw is ready");
    expect(found[0]).toBe(0);
    expect(longest(found)).toBeGreaterThan(30);
    expect(longest(found)).toBeLessThanOrEqual(60);
    expect(found.length).toBeLessThan(before["start"]?.length ?? 0);
  });

  test("to open access takes longer, to close it does not", async () => {
    expect(longest(await does("open-access", { address }))).toBeGreaterThan(longest(before["open"]));
    expect(longest(await does("close-access"))).toBeLessThanOrEqual(longest(before["close"]));
  });

  test("nobody's question is answered later", async () => {
    const begun = world.now();
    const answer = await world.client.types(mia, "openclaw help");
    expect(answer.text).toContain("openclaw");
    expect(world.now()).toEqual(begun);
  });

  test("what Azure asks for after a refusal is waited for, a stop's too", async () => {
    world.azure.faults.set({ kind: "throttling", target: "/virtualMachines/", seconds: 90, times: 1 });
    expect(await does("stop")).toContain(90);
    world.azure.faults.set({ kind: "throttling", target: "/virtualMachines/", seconds: 90, times: 1 });
    expect(await does("start")).toContain(90);
    expect(told()).toContain("Your OpenClaw is ready");
  });

  test("who leaves the roster is shut out as fast as ever", async () => {
    const { ada } = world.discord.people;
    const remove = () => world.client.removes(ada, { person: mia.id });
    const found = await waits(remove);
    expect(found.length).toBeGreaterThan(2);
    expect(longest(found)).toBeLessThanOrEqual(5);
    const { member } = await world.parts.store.person(keyOfMia);
    expect(member?.value.status).toBe("left");
  });
});
