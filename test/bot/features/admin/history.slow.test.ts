import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { operationId } from "../../../../bot/core/names.ts";
import { deployments, trimHistory } from "../../../../bot/features/admin/history.ts";
import { operatorEnvironment } from "../../../../local/azure/environment.ts";
import type { Person } from "../../../../local/discord/people.ts";
import { startWorld, type World } from "../../../world.ts";
import { bare, leftOf } from "../../left.ts";
import { operation } from "../../store/rows.ts";

/* A resource group holds 800 deployments on record. In order: each test goes on where the one before it ended. */
let world: World;
let mia: Person;
let bearer: string;
beforeAll(async () => {
  world = await startWorld();
  ({ mia } = world.discord.people);
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = operatorEnvironment(world.azure);
  const token = await fetch(
    `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://management.azure.com`,
    { headers: { "x-identity-header": IDENTITY_HEADER } },
  );
  ({ access_token: bearer } = (await token.json()) as { access_token: string });
  await world.enroll(mia);
}, 60_000);
afterAll(() => world.close());

const told = () => world.client.dms(mia).at(-1)?.text ?? "";
const ada = () => world.discord.people.ada;
const seconds = () => world.now().getTime() / 1000;

/** A call by the owner of the subscription on the deployments of the group. */
async function asOwner(method: string, name = "", body?: unknown): Promise<string> {
  const group = world.azure
    .resources()
    .find(({ name: called, type }) => called === "openclaw-rg" && type.endsWith("/resourceGroups"));
  const path = `${group?.id}/providers/Microsoft.Resources/deployments${name && `/${name}`}`;
  const answer = await fetch(`${world.azure.url}${path}?api-version=2026-06-01`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return answer.text();
}
const deploy = (name: string) =>
  asOwner("PUT", name, {
    properties: {
      mode: "Incremental",
      template: {
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        contentVersion: "1.0.0.0",
        resources: [],
      },
    },
  });
/** The names on record, in order. */
const onRecord = async () =>
  (JSON.parse(await asOwner("GET")) as { value: { name: string }[] }).value
    .map(({ name }) => name)
    .toSorted();
/** Named like one of ours, of an operation that nobody knows. */
const ours = (i: number) => `openclaw-aaaaaaaaaa-${operationId(`${i}`)}`;

test("where it is full the request waits, and the next sweep takes old ones of ours off it", async () => {
  await deploy("somebody");
  for (const i of [1, 2, 3]) await deploy(ours(i));
  const running = { ...operation(operationId("2")), status: "running" as const };
  await world.parts.store.commit("aaaaaaaaaa", [{ kind: "op", id: running.id, value: running }]);
  const cards = world.client.adminChannel(ada()).length;
  world.azure.faults.set({ kind: "history" });
  await world.client.types(mia, "openclaw request");
  await world.work(8);
  expect(leftOf(world, mia)).toEqual(bare);
  expect(await onRecord()).toContain(ours(1));

  await world.app.sweep();
  const after = await onRecord();
  // The record of an operation that runs tells it how its build goes; what is not ours is not touched.
  expect(after).toEqual(expect.arrayContaining(["somebody", ours(2)]));
  expect(after).not.toContain(ours(1));
  expect(after).not.toContain(ours(3));
  await world.settle();
  expect(told()).toContain("Your OpenClaw is ready");
  expect(world.client.adminChannel(ada())).toHaveLength(cards);
  expect(world.errors).toEqual([]);

  const ended = await world.parts.store.get("aaaaaaaaaa", "op", running.id);
  const value = { ...running, status: "failed" as const };
  await world.parts.store.commit("aaaaaaaaaa", [{ kind: "op", id: running.id, value, etag: ended?.etag }]);
  world.azure.faults.clear();
});

test("the message at the deadline says what an admin can do", async () => {
  const { max } = world.discord.people;
  await world.enroll(max);
  world.azure.faults.set({ kind: "history", limit: 1 });
  const begun = seconds();
  await world.client.types(max, "openclaw request");
  await world.settle();
  expect(seconds() - begun).toBeGreaterThan(40 * 60);
  expect(seconds() - begun).toBeLessThan(42 * 60);
  const text = world.client.dms(max).at(-1)?.text ?? "";
  expect(text).toContain("Ask an admin to delete old ones in Azure");
  expect(text).toContain("Nothing that costs money is left in Azure");
  expect(world.client.adminChannel(ada()).at(-1)?.text).toContain("DeploymentQuotaExceeded");
  world.azure.faults.clear();
});

const mine = async () => (await onRecord()).filter((name) => name.startsWith("openclaw-"));
const limits = { kept: 5, mostAtOnce: 10 };
const sweep = () =>
  appFrom({
    ...world.parts,
    periodic: [{ ...deployments, run: (parts, from) => trimHistory(parts, from, limits) }],
  }).sweep();

test("once an hour our oldest go, a few in a sweep, until some are left", async () => {
  // What was full is no longer.
  await world.app.sweep();
  const added: string[] = [];
  while ((await mine()).length < 20) {
    world.pass(1);
    added.push(ours(100 + added.length));
    await deploy(added.at(-1) ?? "");
  }
  await sweep();
  expect(await mine()).toHaveLength(20);
  world.pass(3600);
  await sweep();
  expect(await mine()).toHaveLength(10);
  // Not all were gone: it goes on in the next minute.
  await sweep();
  expect(await mine()).toEqual(added.slice(-5).toSorted());
  world.pass(3600);
  await sweep();
  expect(await mine()).toHaveLength(5);
  expect(await onRecord()).toContain("somebody");

  // Nothing needs a record once its operation is over.
  const question = await world.client.types(mia, "openclaw teardown");
  await world.client.clicks(mia, "Yes, tear it down", question);
  await world.settle();
  expect(told()).toContain("Your OpenClaw is deleted");
});

test("where a lock keeps them it is tried again in an hour, and nothing else suffers", async () => {
  await deploy(ours(200));
  world.pass(3600);
  const target = "DELETE Microsoft.Resources/deployments";
  world.azure.faults.set({ kind: "refusal", code: "ScopeLocked", target });
  await sweep();
  world.azure.faults.clear();
  await sweep();
  expect(await mine()).toHaveLength(6);
  world.pass(3600);
  await sweep();
  expect(await mine()).toHaveLength(5);
  expect(world.errors).toEqual([]);
});
