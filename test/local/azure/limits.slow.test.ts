import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { azureLimits, type Limits } from "../../../local/azure/throttling/limits.ts";
import { unrecordedFile } from "../../recording.ts";
import { group, startWorld, vm, type World } from "./world.ts";

unrecordedFile("calls that no client makes: here only what they are counted as matters");

const small: Limits = {
  ...azureLimits,
  reads: { most: 3, perSecond: 0.5 },
  writes: { most: 2, perSecond: 0.1 },
  deletes: { most: 1, perSecond: 0.1 },
};

const own = "x-ms-ratelimit-remaining-subscription";
const policies = "x-ms-ratelimit-remaining-resource";

let world: World;
afterEach(() => world.close());

const theGroup = () => `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${group}`;
const theVm = () => world.id("Microsoft.Compute/virtualMachines", vm);
const read = (as = world.bot.credential) => world.raw("GET", theGroup(), undefined, as);

describe("with Azure's own limits", () => {
  beforeEach(async () => {
    world = await startWorld({ limits: azureLimits });
  });

  it("each answer tells what is left of what the call was taken from", async () => {
    const { headers } = await read();
    expect([headers.get(`${own}-reads`), headers.get(`${own}-global-reads`)]).toEqual(["249", "3749"]);
    expect([headers.get(`${own}-writes`), headers.get(policies)]).toEqual([null, null]);
    // Refused or not: it was counted before anybody looked at it.
    const written = await world.raw("PUT", `${theGroup()}/providers/Microsoft.Network/nonsense/a`, {});
    expect([written.headers.get(`${own}-writes`), written.headers.get(`${own}-reads`)]).toEqual([
      "199",
      null,
    ]);
    const deleted = await world.raw("DELETE", `${theGroup()}/providers/Microsoft.Network/nonsense/a`);
    expect(deleted.headers.get(`${own}-deletes`)).toBe("199");
  });

  it("reads come back with 25 a second", async () => {
    for (let i = 0; i < 60; i += 1) await read();
    world.pass(2);
    expect((await read()).headers.get(`${own}-reads`)).toBe("239");
    world.pass(60);
    expect((await read()).headers.get(`${own}-reads`)).toBe("249");
  });

  it("an identity's own are its own, and all share the subscription's", async () => {
    await read();
    const { headers } = await read(world.operator.credential);
    expect([headers.get(`${own}-reads`), headers.get(`${own}-global-reads`)]).toEqual(["249", "3748"]);
  });

  it("a call without a subscription is the tenant's", async () => {
    const { headers } = await world.raw("GET", "/subscriptions");
    expect(headers.get("x-ms-ratelimit-remaining-tenant-reads")).toBe("249");
  });

  it.each([
    ["GET", "", "GetVM3Min;23999,Microsoft.Compute/GetVMResource3Min;35"],
    ["GET", "/instanceView", "GetVM3Min;23999,Microsoft.Compute/GetVMResource3Min;35"],
    ["PUT", "", "PutVM3Min;1499,Microsoft.Compute/PutVMResource3Min;11"],
    ["POST", "/start", "UpdateVM3Min;1499,Microsoft.Compute/UpdateVMResource3Min;11"],
    ["PUT", "/runCommands/a", "UpdateVM3Min;1499,Microsoft.Compute/UpdateVMResource3Min;11"],
    ["POST", "/deallocate", "DeleteVM3Min;1499,Microsoft.Compute/DeleteVMResource3Min;11"],
    ["DELETE", "", "DeleteVM3Min;1499,Microsoft.Compute/DeleteVMResource3Min;11"],
  ])("Compute counts %s of a VM%s", async (method, under, expected) => {
    const { headers } = await world.raw(method, `${theVm()}${under}`, method === "PUT" ? {} : undefined);
    expect(headers.get(policies)).toBe(`Microsoft.Compute/${expected}`);
  });

  it("Compute counts a list of VMs, and no disks", async () => {
    const list = await world.raw("GET", world.id("Microsoft.Compute/virtualMachines", "").slice(0, -1));
    expect(list.headers.get(policies)).toBe("Microsoft.Compute/ListVM3Min;899");
    expect(
      (await world.raw("GET", world.id("Microsoft.Compute/disks", "a"))).headers.get(policies),
    ).toBeNull();
  });

  it("Compute refuses the 13th change of one VM within a minute, and takes that of another", async () => {
    for (let i = 0; i < 12; i += 1) expect((await world.raw("POST", `${theVm()}/start`)).status).toBe(404);
    const refused = await world.raw("POST", `${theVm()}/start`);
    expect([refused.status, refused.code, refused.headers.get("retry-after")]).toEqual([
      429,
      "OperationNotAllowed",
      "15",
    ]);
    expect(refused.body.error?.details?.[0]?.code).toBe("TooManyRequests");
    expect(refused.headers.get(policies)).toContain("UpdateVMResource3Min;0");
    expect((await world.raw("POST", `${theVm()}x/start`)).status).toBe(404);
    world.pass(15);
    expect((await world.raw("POST", `${theVm()}/start`)).status).toBe(404);
  });
});

describe("with less", () => {
  it("an empty bucket refuses with the time to wait, and lets through after it", async () => {
    world = await startWorld({ limits: small });
    for (let i = 0; i < 3; i += 1) expect((await read()).status).toBe(200);
    const refused = await read();
    expect([refused.status, refused.code, refused.headers.get("retry-after")]).toEqual([
      429,
      "SubscriptionRequestsThrottled",
      "2",
    ]);
    expect(refused.headers.get(`${own}-reads`)).toBe("0");
    // What is asked too early costs nothing.
    world.pass(1);
    expect((await read()).status).toBe(429);
    world.pass(1);
    expect((await read()).status).toBe(200);
  });

  it("the time to wait is a client's own, where Azure is simulated faster", async () => {
    world = await startWorld({ limits: small, speed: 2 });
    for (let i = 0; i < 3; i += 1) await read();
    expect((await read()).headers.get("retry-after")).toBe("1");
  });

  it("what was put back to an earlier moment has what was left then", async () => {
    world = await startWorld({ limits: small });
    await read();
    const snapshot = world.azure.snapshot();
    for (let i = 0; i < 3; i += 1) await read();
    expect((await read()).status).toBe(429);
    world.azure.restore(snapshot);
    expect((await read()).headers.get(`${own}-reads`)).toBe("1");
  });
});

it("without limits nothing runs out", async () => {
  world = await startWorld();
  for (let i = 0; i < 251; i += 1) await read();
  const { status, headers } = await read();
  expect([status, headers.get(`${own}-reads`)]).toEqual([200, "249"]);
});
