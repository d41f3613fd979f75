import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { namesOf } from "../../../bot/core/names.ts";
import { makeRoom } from "../../../bot/engine/runs.ts";
import type { FaultSetting } from "../../../local/azure/faults.ts";
import type { Resource } from "../../../local/azure/state.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { keyOf } from "../left.ts";

/** The run commands on a VM: none is left, none is touched while it runs, and a build's gate says why it failed. */
let world: World;
let mia: Person;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  ({ mia } = world.discord.people);
  key = keyOf(world, mia);
  await world.enroll(mia);
  await world.client.types(world.discord.people.ada, "openclaw-admin policy set", {
    sizes: "Standard_B2als_v2,Standard_B2as_v2",
  });
  await does("request");
}, 60_000);
beforeEach(() => {
  world.errors.length = 0;
});
afterEach(() => {
  world.azure.faults.clear();
  expect(spoiled()).toEqual([]);
  expect(world.errors).toEqual([]);
});
afterAll(() => world.close());

async function does(command: string, options: Readonly<Record<string, string | boolean>> = {}) {
  const answer = await world.client.types(mia, `openclaw ${command}`, options);
  await world.settle();
  return world.client.sees(mia).find(({ id }) => id === answer.id) ?? answer;
}
async function confirms(command: string, label: string, options: Readonly<Record<string, string>> = {}) {
  await world.client.clicks(mia, label, await does(command, options));
  await world.settle();
}

const commands = (): readonly Resource[] =>
  world.azure.resources().filter(({ id }) => id.includes("/runCommands/"));
/** Those that are there still, once what is being deleted is gone. */
const left = () => {
  world.azure.advance(10);
  return commands().map(({ name }) => name);
};
/** What was cut short by the end of an earlier one of its name. */
const spoiled = () =>
  commands().flatMap(({ name, hidden }) =>
    (hidden["run"] as { spoiledAt?: number }).spoiledAt === undefined ? [] : [name],
  );
const adminCards = () => world.client.adminChannel(world.discord.people.ada);

/** A run command on the VM, put there by this name. `seconds`: that its script takes. */
async function put(name: string, seconds = 2): Promise<void> {
  world.azure.faults.set({ kind: "prints", target: `# ${name}`, seconds, times: 1 });
  const vm = world.azure
    .resources()
    .find(({ name, type }) => name === namesOf(key).vm && type.endsWith("/virtualMachines"));
  const token = await fetch(
    `${process.env["IDENTITY_ENDPOINT"]}?api-version=2019-08-01&resource=https://management.azure.com`,
    { headers: { "x-identity-header": world.azure.identity("operator").header } },
  );
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const { status } = await fetch(`${world.azure.url}${vm?.id}/runCommands/${name}?api-version=2026-03-01`, {
    method: "PUT",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify({
      location: "eastus2",
      properties: { source: { script: `# ${name}` }, asyncExecution: true },
    }),
  });
  expect(status).toBe(201);
}

test("whatever a member does, each operation deletes what it had run", async () => {
  expect(left()).toEqual([]);
  for (const command of ["status", "doctor", "logs", "restart", "connect"]) {
    await does(command);
    expect([command, left()]).toEqual([command, []]);
  }
  await does("open-access", { address: "203.0.113.7" });
  await does("close-access");
  expect(left()).toEqual([]);
  await confirms("resize", "Yes, change it", { size: "Standard_B2as_v2" });
  expect(left()).toEqual([]);
  await confirms("rebuild", "Yes, rebuild it");
  expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  expect(left()).toEqual([]);
});

test("what an operation had run that was given up goes after the next, once a day, and nothing else does", async () => {
  world.pass(24 * 3600);
  const ours = [
    "ready",
    "gateway-start",
    "sessions",
    "quiesce",
    "doctor-doctor",
    "gateway-aaaaaaaaaaaa",
    "ready-bbbbbbbbbbbb-2",
  ];
  for (const name of [...ours, "somebody-s", "doctor", "gateway-of-ada"]) await put(name);
  await put("logs-cccccccccccc", 3000);
  world.azure.advance(60);
  const before = (await deletions()).length;
  await does("doctor");
  const [own, ...others] = (await deletions()).slice(before);
  expect(others.toSorted()).toEqual(ours.toSorted());
  expect(own).toMatch(/^doctor-[a-z2-7]{12}$/);
  expect(left().toSorted()).toEqual(["doctor", "gateway-of-ada", "logs-cccccccccccc", "somebody-s"]);
  // Its time is over: whatever it says, it can't be running.
  world.azure.advance(5400);
  world.pass(24 * 3600);
  await does("doctor");
  expect(left().toSorted()).toEqual(["doctor", "gateway-of-ada", "somebody-s"]);
});

interface Activity {
  readonly method: string;
  readonly path: string;
}

/** The run commands that were deleted, oldest first. */
async function deletions(): Promise<readonly string[]> {
  const { activity } = (await (await fetch(`${world.azure.url}/_sim/state`)).json()) as {
    activity: Activity[];
  };
  return activity
    .toReversed()
    .flatMap(({ method, path }) =>
      method === "DELETE" ? (/\/runCommands\/([^/?]+)/.exec(path)?.[1] ?? []) : [],
    );
}

test("two at a time keep their hands off each other's", async () => {
  const slow: FaultSetting = {
    kind: "prints",
    target: "# openclaw-doctor:",
    output: "ok    keys\n",
    seconds: 40,
  };
  world.azure.faults.set(slow);
  const first = await world.client.types(mia, "openclaw doctor");
  await world.work(3);
  const second = await world.client.types(mia, "openclaw doctor");
  const third = await world.client.types(mia, "openclaw logs");
  await world.settle();
  const text = (id: string) => world.client.sees(mia).find((message) => message.id === id)?.text;
  expect([text(first.id), text(second.id)]).toEqual([
    expect.stringContaining("All is well"),
    expect.stringContaining("All is well"),
  ]);
  expect(text(third.id)).toContain("Gateway log");
  expect(left().filter((name) => /^(doctor|logs)-/.test(name))).toEqual([]);
});

test("a run command that was put, and whose message was lost with the process, is waited for and not put once more", async () => {
  world.azure.faults.set({
    kind: "prints",
    target: "# openclaw-doctor:",
    output: "ok    keys\n",
    seconds: 60,
  });
  const { cloud } = world.parts;
  let puts = 0;
  const act: typeof cloud.act = async (...args) => {
    const done = await cloud.act(...args);
    if (args[2].do === "runScript") {
      puts += 1;
      if (puts === 1) throw new Error("died");
    }
    return done;
  };
  const app = appFrom({ ...world.parts, cloud: { ...cloud, act } });
  const answer = await world.client.types(mia, "openclaw doctor");
  for (let message = world.queue.next(); message; message = world.queue.next())
    await app.work(message).catch(() => {});
  world.pass(120);
  await app.sweep();
  await world.settle();
  expect(world.client.sees(mia).find(({ id }) => id === answer.id)?.text).toContain("All is well");
  expect(puts).toBe(1);
});

test("at 20 run commands on a VM the admins hear, once a day", async () => {
  world.pass(24 * 3600);
  const before = adminCards().length;
  for (let i = left().length; i < 19; i += 1) await put(`of-somebody-${i}`);
  await does("doctor");
  await does("logs");
  const told = adminCards().slice(before);
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain(`openclaw-${key} has 20 of the 25 run commands that Azure allows`);
  expect(told[0]?.code.join()).toContain("az vm run-command list");
  world.pass(24 * 3600);
  await does("doctor");
  expect(adminCards().slice(before)).toHaveLength(2);
});

const machine = async () => {
  const { instance } = await world.parts.store.person(key);
  return { key, instance: instance?.value ?? expect.fail("there is no instance") };
};

test("what has ended stays while an operation that is under way still has to read it", async () => {
  world.azure.faults.set({
    kind: "prints",
    target: "# openclaw-doctor:",
    output: "ok    keys\n",
    seconds: 40,
  });
  const asked = await world.client.types(mia, "openclaw doctor");
  const own = () => left().find((name) => name.startsWith("doctor-"));
  for (let steps = 0; !own() && steps < 10; steps += 1) await world.work(1);
  world.azure.advance(60);
  const put = own();
  expect(put).toBeDefined();
  await makeRoom(await machine(), "another", world.parts);
  expect(left()).toContain(put);
  await world.settle();
  expect(world.client.sees(mia).find(({ id }) => id === asked.id)?.text).toContain("All is well");
});

test("the admins hear of what Azure refuses to delete, too", async () => {
  world.pass(24 * 3600);
  const before = adminCards().length;
  const refusal = new AzureFault({
    ...{ service: "Azure", status: 403, code: "AuthorizationFailed" },
    ...{ detail: "may not delete", correlation: "" },
  });
  const { cloud } = world.parts;
  const act: typeof cloud.act = async (...args) => {
    if (args[2].do === "deleteRun") throw refusal;
    return cloud.act(...args);
  };
  const there = left().length;
  for (let i = 0; i < 4; i += 1) await put(`gateway-${"abcd".charAt(i).repeat(12)}`);
  world.azure.advance(60);
  await makeRoom(await machine(), "own", { ...world.parts, cloud: { ...cloud, act } });
  await world.settle();
  const [told] = adminCards().slice(before);
  expect(told?.text).toContain(`has ${there + 5} of the 25 run commands`);
  // Once it may delete them they go, and nobody hears of it.
  world.pass(24 * 3600);
  await makeRoom(await machine(), "own", world.parts);
  expect(left()).toHaveLength(there);
});

test("what the handler lost by an update is asked once more", async () => {
  world.azure.faults.set({ kind: "handler-update", times: 1 });
  expect((await does("doctor")).text).toContain("✓ gateway answers");
  expect(left().filter((name) => name.startsWith("doctor-"))).toEqual([]);
});

test("errors of what a script ran are no part of its answer", async () => {
  const answer = JSON.stringify({
    ready: true,
    warnings: [],
    keys: ["OPENAI_API_KEY"],
    model: "m",
    note: "",
  });
  world.azure.faults.set({
    kind: "prints",
    target: "cloud-init status --wait",
    output: `${answer}\n`,
    error: '{"ready":false,"keys":["WRONG"],"note":"no model key"}\n',
    times: 1,
  });
  await does("status");
  const { instance } = await world.parts.store.person(key);
  expect(Object.keys(instance?.value.keys ?? {})).toEqual(["OPENAI_API_KEY"]);
});

describe("a gate that failed says why, however Azure tells of it", () => {
  beforeAll(async () => {
    await does("teardown", { "no-backup": true, name: `openclaw-${key}` });
  });
  test.for(["message", "reason", "words"])("in the form %s", async (target) => {
    world.azure.faults.set({ kind: "frame", target });
    world.azure.faults.set({
      kind: "prints",
      target: "cloud-init status --wait",
      output: 'gateway: main process failed with exit code 12\n{"ready":false,"error":"key-vault"}\n',
      error: "exit status=11, exit code 10: sk-ant-secret\n",
      exitCode: 14,
      seconds: 20,
      times: 1,
    });
    const before = adminCards().length;
    await does("request");
    expect(world.client.dms(mia).at(-1)?.text).toContain("refused to give the VM your keys");
    const [card, ...others] = adminCards().slice(before);
    expect(others).toEqual([]);
    expect(card?.text).toContain("KeyVaultRefused");
    expect(card?.text).toContain("error key-vault (exit code 14)");
    expect(card?.text).not.toContain("sk-ant-secret");
    world.azure.faults.clear();
    await does("cancel");
  });
});
