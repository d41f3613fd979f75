import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../local/serve.ts";
import { waitForApp } from "../../scripts/deploy-wait.ts";
import { deployerAt } from "../../scripts/deployer.ts";
import { type Rights, secondsToWait } from "../../scripts/role-wait.ts";
import { startWorld, type World } from "../local/azure/world.ts";

describe("how long the deployment of the program waits", () => {
  test.each<[string, Rights, number]>([
    ["not at all for a role of yesterday", { appsAge: 86_400, ownAge: 86_400, ownWorksFor: undefined }, 0],
    ["not at all from the tenth minute on", { appsAge: 600, ownAge: 600, ownWorksFor: undefined }, 0],
    ["a little while the deployer is refused", { appsAge: 30, ownAge: 31, ownWorksFor: undefined }, 15],
    ["no longer than to the tenth minute", { appsAge: 592, ownAge: 593, ownWorksFor: undefined }, 8],
    ["two minutes once the deployer's role works", { appsAge: 60, ownAge: 61, ownWorksFor: 0 }, 120],
    ["what is left of them", { appsAge: 150, ownAge: 151, ownWorksFor: 90 }, 30],
    ["not longer than these two minutes", { appsAge: 180, ownAge: 181, ownWorksFor: 120 }, 0],
    ["even these to the tenth minute only", { appsAge: 540, ownAge: 541, ownWorksFor: 0 }, 60],
    [
      "to the tenth minute where the deployer has no role",
      { appsAge: 60, ownAge: undefined, ownWorksFor: undefined },
      540,
    ],
    // A role that was given long ago and works says nothing about a new one.
    [
      "to the tenth minute where the deployer's role is old",
      { appsAge: 60, ownAge: 9000, ownWorksFor: 0 },
      540,
    ],
  ])("%s", (_title, rights, seconds) => {
    expect(secondsToWait(rights)).toBe(seconds);
  });
});

describe("deploy:wait, after a deployment into the simulator", () => {
  let world: World;
  /** The container, whose owner honours the deployer's role from this moment on. */
  let honouredFrom = Number.POSITIVE_INFINITY;
  /** What it does until then. */
  let refusal: () => Response = () => new Response(null, { status: 403 });
  let storage: Awaited<ReturnType<typeof serve>>;
  const asked: string[] = [];
  beforeAll(async () => {
    world = await startWorld();
    storage = await serve(
      (request) => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`);
        return clock >= honouredFrom ? new Response(null, { status: 404 }) : refusal();
      },
      { port: 0, service: () => undefined },
    );
  });
  afterAll(() => Promise.all([world.close(), storage.close()]));

  /** Seconds since the deployment. */
  let clock = 0;
  const deployed = () =>
    Math.max(
      ...world.azure
        .resources()
        .filter(({ type }) => type.endsWith("roleAssignments"))
        .map(({ properties }) => Date.parse(String(properties["createdOn"]))),
    );
  /** Runs it, `age` seconds after the deployment; tells how many seconds it waited and what it said. */
  async function waits(age: number, more: { owner?: boolean; noApp?: boolean; host?: string } = {}) {
    clock = age;
    asked.length = 0;
    const said: string[] = [];
    const start = deployed();
    const account = world.azure.resources().find(({ type }) => type.endsWith("/storageAccounts"));
    const identity = more.owner === false ? world.bot : world.operator;
    const arm = deployerAt(world.azure.url, "https://management.azure.com", world.operator.credential);
    const own = deployerAt(world.azure.url, "https://management.azure.com", identity.credential);
    await waitForApp(
      {
        AZURE_SUBSCRIPTION_ID: world.env.AZURE_SUBSCRIPTION_ID,
        AZURE_RESOURCE_GROUP: "openclaw-bot-rg",
        BOT_PRINCIPAL_ID: more.noApp ? world.env.AZURE_TENANT_ID : world.env.BOT_PRINCIPAL_ID,
        STORAGE_ACCOUNT_NAME: account?.name ?? "",
        ARCHIVE_CONTAINER_URL: `${more.host ?? storage.url}/archive`,
      },
      {
        arm: { call: arm.call, objectId: own.objectId },
        storage: { getToken: async () => ({ token: "a token", expiresOnTimestamp: 0 }) },
        now: () => new Date(start + clock * 1000),
        sleep: async (seconds) => {
          clock += seconds;
        },
        say: (text) => said.push(text),
      },
    );
    return { seconds: clock - age, said };
  }

  test("waits until the deployer's own role works and two minutes more, and says why", async () => {
    honouredFrom = 100;
    const { seconds, said } = await waits(20);
    // Asked every 15 seconds from the 20th on; the role works when asked at the 110th.
    expect(seconds).toBe(110 - 20 + 120);
    expect(said).toEqual([
      expect.stringMatching(/ten minutes to honour it.*fails with 403.*two minutes more/),
    ]);
    expect(new Set(asked)).toEqual(new Set(["HEAD /archive/no-such-blob"]));
  });

  test("gives up waiting in the tenth minute", async () => {
    honouredFrom = Number.POSITIVE_INFINITY;
    expect((await waits(20)).seconds).toBe(580);
  });

  test.each([500, 503, 409, 401])("waits as well while the storage answers %i", async (status) => {
    honouredFrom = 100;
    refusal = () => new Response(null, { status });
    expect((await waits(20)).seconds).toBe(110 - 20 + 120);
  });

  test.each([
    ["nobody listens", "http://localhost:9"],
    // A name that is never given to anybody (RFC 6761).
    ["nobody knows its name yet", "https://account.invalid"],
  ])("waits where the storage can't be reached: %s", async (_why, host) => {
    expect((await waits(560, { host })).seconds).toBe(40);
  });

  test("does not wait, and says nothing, where the role is older", async () => {
    expect(await waits(3600)).toEqual({ seconds: 0, said: [] });
  });

  test("without a role of one's own waits for the tenth minute, without asking the storage", async () => {
    expect((await waits(60, { owner: false })).seconds).toBe(540);
    expect(asked).toEqual([]);
  });

  test("an app without a role is an error", async () => {
    await expect(waits(60, { noApp: true })).rejects.toThrow("The app has no role on");
  });
});
