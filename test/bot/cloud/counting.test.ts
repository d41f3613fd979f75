import { afterEach, expect, it } from "vitest";
import { type Buckets, bucketsBy } from "../../../bot/cloud/buckets.ts";
import { armClients } from "../../../bot/cloud/clients.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { azureLimits, type Limits } from "../../../local/azure/throttling/limits.ts";
import { group, startWorld, vm, type World } from "../../local/azure/world.ts";

/** What the clients of the bot hear of its limits, from the simulated Azure. */
let world: World;
afterEach(() => world.close());

/** The bot's clients, and what they have heard; the clock stands still. */
async function heard(limits: Limits) {
  world = await startWorld({ limits });
  const buckets: Buckets = bucketsBy({ now: () => world.azure.now() }, 1);
  const clients = armClients({
    credential: world.bot.credential,
    endpoint: world.azure.url,
    scope: "https://management.azure.com/.default",
    buckets,
  })(world.env.AZURE_SUBSCRIPTION_ID);
  return { buckets, clients };
}

it("the older clients and the newer ones alike", async () => {
  const { buckets, clients } = await heard({ ...azureLimits, reads: { most: 100, perSecond: 25 } });
  expect(buckets.least(vm)).toBe(1);
  await clients.resources.resourceGroups.get(group);
  expect(buckets.least(vm)).toBe(99 / 250);
  for await (const _ of clients.network.publicIPAddresses.list(group)) expect.fail("there is none");
  expect(buckets.least(vm)).toBe(98 / 250);
});

it("what a refusal says, which is not waited for here", async () => {
  const { buckets, clients } = await heard({ ...azureLimits, reads: { most: 1, perSecond: 0.01 } });
  await clients.resources.resourceGroups.get(group);
  const refusal: unknown = await clients.resources.resourceGroups.get(group).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AzureFault);
  expect(refusal).toMatchObject({
    status: 429,
    code: "SubscriptionRequestsThrottled",
    retryAfterSeconds: 100,
  });
  expect(buckets.least(vm)).toBe(0);
});

it("of which VM Compute tells", async () => {
  const { buckets, clients } = await heard(azureLimits);
  for (let i = 0; i < 10; i += 1)
    await clients.compute.virtualMachines.start(group, vm).catch(() => undefined);
  expect(buckets.least(vm)).toBeCloseTo(2 / 12);
  expect(buckets.least("openclaw-other")).toBe(1);
});
