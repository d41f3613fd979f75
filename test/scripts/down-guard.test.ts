import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployer, deployerAt } from "../../scripts/deployer.ts";
import { lostWith } from "../../scripts/down-guard.ts";
import { startWorld, type World } from "../local/azure/world.ts";

let world: World;
let owner: Deployer;
let env: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  owner = deployerAt(world.azure.url, "https://management.azure.com", world.operator.credential);
  env = { AZURE_SUBSCRIPTION_ID: world.env.AZURE_SUBSCRIPTION_ID, BACKUP_GROUP: world.env.BACKUP_GROUP };
});
afterAll(() => world.close());

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

test("an environment without backups and home disks can go", async () => {
  expect(await lostWith(owner, env, new Date())).toEqual([]);
});

test("what has not expired is named, and so is a home disk; what has expired is not", async () => {
  await world.instance();
  expect(await lostWith(owner, env, new Date())).toEqual([
    expect.stringMatching(/^the home disk openclaw-.*-home$/),
  ]);
  const [disk] = world.azure.resources().filter(({ name }) => name.endsWith("-home"));
  const put = (name: string, expires: string) =>
    world.raw(
      "PUT",
      `/subscriptions/${env["AZURE_SUBSCRIPTION_ID"]}/resourceGroups/${env["BACKUP_GROUP"]}/providers/Microsoft.Compute/snapshots/${name}?api-version=2026-03-02`,
      {
        location: "eastus2",
        tags: { project: "openclaw", expires },
        properties: { incremental: true, creationData: { createOption: "Copy", sourceResourceId: disk?.id } },
      },
      world.operator.credential,
    );
  await put("old", day(-1));
  await put("new", day(1));
  expect(await lostWith(owner, env, new Date())).toEqual([
    expect.stringMatching(/^the snapshot new, kept until \d{4}-/),
    expect.stringMatching(/^the home disk /),
  ]);
});

test("without a subscription it does not guess", async () => {
  await expect(lostWith(owner, {}, new Date())).rejects.toThrow("AZURE_SUBSCRIPTION_ID");
});

test("a group that is not there may be one of another name, so it does not pass for empty", async () => {
  const elsewhere = { ...env, INSTANCES_GROUP: "openclaw-elsewhere-rg" };
  await expect(lostWith(owner, elsewhere, new Date())).rejects.toThrow(
    "There is no group openclaw-elsewhere-rg",
  );
});
