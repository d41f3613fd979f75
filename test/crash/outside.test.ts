import { beforeAll, expect, test } from "vitest";
import type { Action } from "../../bot/core/cloud.ts";
import { instanceDeployment, memberKey } from "../../bot/core/names.ts";
import type { Parts } from "../../bot/parts.ts";
import { people } from "../../local/teams/people.ts";
import { endless } from "../endless.ts";
import { frontOn } from "./front.ts";
import { operationNamed } from "./operations.ts";
import { openRuns, type Runs } from "./runs.ts";

/*
 * Somebody with rights in Azure changes something while an operation is under way, at each of its stages. It ends all the same, in its
 * time, and what the record says then is so in Azure.
 */
let runs: Runs;
let parts: Parts;
beforeAll(async () => {
  runs = await openRuns((given) => {
    parts = given;
    return given;
  });
});

const key = memberKey(people.mia.objectId);
const place = () => parts.settings.place;
const record = async () => (await parts.store.person(key)).instance?.value;
const truth = () =>
  parts.cloud.look(key, place(), { parts: ["vm", "networkSecurityGroup", "homeDisk", "logins"] });
const act = (action: Action) => parts.cloud.act(key, place(), action, endless);
const latest = async () => (await record())?.operation ?? "";

/** What somebody does in Azure; what is not there they can't change. */
const events = {
  "the VM is stopped": () => act({ do: "deallocate" }),
  "the VM is restarted": () => act({ do: "restart" }),
  "the VM is deleted": () => act({ do: "delete", part: "vm" }),
  "a rule is added": () => act({ do: "allowSsh", from: ["198.51.100.5"], found: [] }),
  "the roles are taken away": async () =>
    act({ do: "revoke", roles: ((await truth()).logins ?? []).map(({ id }) => id) }),
  "the deployment is cancelled": async () =>
    act({ do: "cancelDeployment", deployment: instanceDeployment(key, await latest()) }),
  "the run command is deleted": async () => {
    for (const run of await parts.cloud.runs(key, place())) await act({ do: "deleteRun", run });
  },
  "the home disk is deleted": () => act({ do: "delete", part: "homeDisk" }),
} as const;

const operations = ["request", "start", "stop", "restart", "connect", "teardown", "rebuild"] as const;
const stages = [1, 2, 3, 5, 8, 12];
const rows = operations.flatMap((name) =>
  Object.entries(events).map(([event, does]) => [name, event, does] as const),
);

test.each(rows)("%s, and %s, at any stage", { timeout: 120_000 }, async (name, _event, does) => {
  const { world, startAt } = runs;
  const { from, asks } = operationNamed(name);
  let met = 0;
  for (const stage of stages) {
    world.restore(await startAt(from, "discord"));
    const front = frontOn("discord", world);
    for (const step of asks) await step(front, world);
    await world.works(stage);
    if ((await record())?.operation === undefined) break;
    met += 1;
    const began = world.now().getTime();
    await does().catch(() => undefined);
    await world.settle();
    const [{ state, operation } = {}, { vm, networkSecurityGroup, logins = [] }] = await Promise.all([
      record(),
      truth(),
    ]);
    const told = `stage ${stage}: ${state}, VM ${vm?.power ?? "gone"}`;
    expect(operation, told).toBeUndefined();
    expect((world.now().getTime() - began) / 60_000, told).toBeLessThan(60);
    if (state === "ready" || state === "degraded") expect(vm?.power, told).toBe("running");
    if (state === "ready" && name !== "request" && name !== "rebuild") expect(logins, told).toHaveLength(3);
    if (state === "stopped") expect(vm?.power, told).toMatch(/deallocat|stopped/);
    if (state === "absent") expect([vm, networkSecurityGroup], told).toEqual([undefined, undefined]);
    expect(world.errors, told).toEqual([]);
  }
  expect(met).toBeGreaterThan(0);
});
