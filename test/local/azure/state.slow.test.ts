import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { State } from "../../../local/azure/state.ts";
import { group, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

it("goes on with everything after a restart, deployments that run included", async () => {
  await world.begin("d", "instance", await world.memberParameters());
  world.pass(20);
  await world.look("d");
  await world.restart();
  expect((await world.look("d", 20)).properties?.provisioningState).toBe("Running");
  await world.restart();
  expect((await world.look("d", 300)).properties?.provisioningState).toBe("Succeeded");
  expect(await world.power()).toBe("running");
  await world.restart();
  expect((await world.bot.compute.virtualMachines.get(group, vm)).name).toBe(vm);
});

it("does in one step what fell due while nobody asked, each at its own time", async () => {
  await world.begin("d", "instance", await world.memberParameters());
  world.pass(86_400);
  const { timestamp, duration } = (await world.look("d")).properties ?? {};
  expect(duration).toMatch(/^PT1\d\d(\.\d+)?S$/);
  expect(timestamp?.toISOString().slice(0, 13)).toBe("2030-01-01T00");
});

it("can be asked to let time pass, and says what it is", async () => {
  const before = world.azure.now().getTime();
  world.azure.advance(3600);
  expect(world.azure.now().getTime() - before).toBe(3_600_000);
  world.pass(60);
  expect(world.azure.now().getTime() - before).toBe(3_660_000);
});

it("answers the console: what exists, faults, people, logins, time", async () => {
  await world.instance();
  const control = async (path: string, body?: object) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${world.azure.url}/_sim/${path}`, init);
    return (await answer.json()) as Record<string, never>;
  };
  const state = await control("state");
  const [instances] = state["groups"] as unknown as { resources: { name: string; type: string }[] }[];
  const machine = instances?.resources.find(({ type }) => type.endsWith("/virtualMachines"));
  expect(machine).toMatchObject({
    power: "running",
    state: "Succeeded",
  });
  expect(await control("faults", { kind: "boot", exitCode: 1, times: 2 })).toMatchObject({
    kind: "boot",
    times: 2,
  });
  expect(await control("faults", { kind: "storm" })).toHaveProperty("error");
  expect(await control("faults", { clear: "all" })).toEqual({ faults: [] });
  const login = { person: "mia@contoso.com", address: "192.0.2.1", vm };
  expect(await control("can-login", login)).toMatchObject({ allowed: false });
  const added = await control("people", { userPrincipalName: "neo@contoso.com", displayName: "Neo New" });
  expect(added).toMatchObject({ accountEnabled: true });
  expect(await control("advance", { seconds: 60 })).toHaveProperty("now");
});

it("makes the same ids from the same calls", async () => {
  const other = await startWorld();
  const ids = (one: World) => one.azure.resources().map(({ id }) => id);
  expect(ids(other)).toEqual(ids(world));
  expect(other.env.BOT_PRINCIPAL_ID).toBe(world.env.BOT_PRINCIPAL_ID);
  await other.close();
});

it("waits as long as life at speed 1, and less when time runs faster", async () => {
  const fast = await startWorld({ speed: 20 });
  await fast.begin("d", "instance", await fast.memberParameters());
  expect((await fast.look("d", 20)).properties?.provisioningState).toBe("Succeeded");
  const path = fast.id("Microsoft.Compute/virtualMachines", vm);
  expect((await fast.raw("POST", `${path}/restart`)).headers.get("retry-after")).toBe("1");
  await fast.close();
});

it.each([
  [20, 5],
  [1000, 0.1],
  [5, 20],
  [1, 1],
])("never goes back in time when a start at speed %d is followed by one at %d", async (before, after) => {
  const other = await startWorld({ speed: before });
  const seen = [other.azure.now().getTime()];
  const look = () => seen.push(other.azure.now().getTime());
  const lookALittleLater = (seconds: number) => {
    other.pass(seconds);
    look();
  };
  lookALittleLater(3600);
  await other.restart(after);
  look();
  // From the second start on it is the new speed that counts.
  const [atStart = 0] = seen.slice(-1);
  lookALittleLater(600);
  expect(seen.at(-1)).toBeCloseTo(atStart + 600_000 * after, -1);
  await other.restart(before);
  look();
  // The machine's clock was put back meanwhile.
  await other.stop();
  other.pass(-1800);
  await other.start(after);
  look();
  lookALittleLater(10);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  await other.close();
});

it("does not go back in time when the machine's clock is put back while it runs", async () => {
  world.pass(60);
  world.azure.resources();
  const before = world.azure.now().getTime();
  world.pass(-30);
  expect(world.azure.now().getTime()).toBeGreaterThanOrEqual(before);
});

it("does not go back in time over a restart for which the machine's clock was put back", async () => {
  const other = await startWorld({ speed: 50 });
  other.pass(3600);
  const before = other.azure.now().getTime();
  await other.stop();
  other.pass(-1800);
  await other.start(1);
  const after = other.azure.now().getTime();
  expect(after).toBeGreaterThanOrEqual(before);
  other.pass(60);
  expect(other.azure.now().getTime()).toBe(after + 60_000);
  await other.close();
});

it("does not go back behind what is in a state that says nothing of its speed", async () => {
  const other = await startWorld({ speed: 50 });
  const stateOf = () => JSON.parse(readFileSync(other.stateFile, "utf8")) as State;
  const { real, simulated } = stateOf().base;
  other.pass(3600);
  const { changedAt } = await other.instance().then(() => newest(other));
  await other.stop();
  writeFileSync(other.stateFile, JSON.stringify({ ...stateOf(), base: { real, simulated } }));
  await other.start(1);
  expect(other.azure.now().getTime()).toBeGreaterThanOrEqual(changedAt);
  await other.close();
});

const newest = (one: World) =>
  one.azure.resources().toSorted((a, b) => b.changedAt - a.changedAt)[0] ?? expect.fail();
