import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkBuild } from "../../../bot/cloud/build.ts";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { deploymentTruth } from "../../../bot/cloud/deployments.ts";
import { homeDiskTruth } from "../../../bot/cloud/disks.ts";
import { latestImageVersion } from "../../../bot/cloud/images.ts";
import { identityTruth, ownResources } from "../../../bot/cloud/inventory.ts";
import { loginsOn } from "../../../bot/cloud/logins.ts";
import { vmTruth } from "../../../bot/cloud/machines.ts";
import { nicTruth, publicIpTruth, sshTruth } from "../../../bot/cloud/network.ts";
import { checkSize, machinesOf, unfitSizes } from "../../../bot/cloud/quota.ts";
import { runTruth } from "../../../bot/cloud/runs.ts";
import { snapshotTruth } from "../../../bot/cloud/snapshots.ts";
import { namesOf } from "../../../bot/core/names.ts";
import { type Answer, anyToken, cannedServer } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
let clients: Clients;
beforeAll(async () => {
  server = await cannedServer();
  clients = armClients({ credential: anyToken, endpoint: server.url, scope: "any/.default" })("s");
});
afterAll(() => server.close());

const ok = (body: unknown) => ({ status: 200, body });
const missing = { status: 404, body: { error: { code: "ResourceNotFound", message: "" } } };

describe("a VM", () => {
  const vm = (provisioningState: string, ...codes: string[]) => ({
    id: "/vm",
    tags: { generation: "operation-1" },
    properties: {
      provisioningState,
      hardwareProfile: { vmSize: "Standard_B2als_v2" },
      instanceView: { statuses: codes.map((code) => ({ code })) },
    },
  });
  it.each([
    [vm("Succeeded", "ProvisioningState/succeeded", "PowerState/running"), "running", "succeeded"],
    [vm("Updating", "ProvisioningState/updating", "PowerState/deallocating"), "deallocating", "updating"],
    [vm("Succeeded", "PowerState/deallocated"), "deallocated", "succeeded"],
    [vm("Succeeded", "PowerState/stopped"), "stopped", "succeeded"],
    [vm("Creating"), "unknown", "creating"],
    [vm("Failed", "ProvisioningState/failed/AllocationFailed"), "unknown", "failed"],
    [vm("Migrating", "PowerState/starting"), "starting", "updating"],
    [vm("Deleting", "PowerState/stopping"), "stopping", "deleting"],
  ])("%#: has power and provisioning state", async (body, power, provisioning) => {
    server.answer(ok(body));
    expect(await vmTruth(clients.compute, "group", "vm")).toEqual({
      id: "/vm",
      power,
      provisioning,
      generation: "operation-1",
      size: "Standard_B2als_v2",
      fault:
        provisioning === "failed" ? { code: "AllocationFailed", detail: "", correlation: "" } : undefined,
      signIn: undefined,
    });
  });

  it("may be absent", async () => {
    server.answer(missing);
    expect(await vmTruth(clients.compute, "group", "vm")).toBeUndefined();
  });
});

describe("a run command", () => {
  const view = (executionState: string, more: object = {}) => ({
    properties: { provisioningState: "Succeeded", instanceView: { executionState, ...more } },
  });
  it.each([
    [
      view("Running", { output: '{"step":"booting"}\n' }),
      { state: "running", output: '{"step":"booting"}\n' },
    ],
    [view("Succeeded", { exitCode: 0, output: '{"ready":true}' }), { state: "succeeded", exitCode: 0 }],
    [
      view("Failed", { exitCode: 12, output: "a", error: "b" }),
      { state: "failed", exitCode: 12, output: "a" },
    ],
    [view("TimedOut"), { state: "failed" }],
    [view("Canceled"), { state: "failed" }],
    [view("Pending"), { state: "pending", output: "" }],
    [{ properties: { provisioningState: "Failed" } }, { state: "failed" }],
    [{ properties: { provisioningState: "Creating" } }, { state: "pending" }],
  ])("%#: has state, exit code and output", async (body, expected) => {
    server.answer(ok(body));
    expect(await runTruth(clients.compute, "group", "vm", "run")).toMatchObject({ name: "run", ...expected });
  });
});

it.each([
  ["is fresh", {}, {}, { everMounted: false, attached: false }],
  ["is attached", { managedBy: "/vm" }, {}, { everMounted: true, attached: true, heldBy: "/vm" }],
  ["is shared", { managedByExtended: ["/vm"] }, {}, { everMounted: true, attached: true, heldBy: "/vm" }],
  [
    "was attached",
    {},
    { LastOwnershipUpdateTime: "2026-08-01T00:00:00Z" },
    { everMounted: true, attached: false, ownedSince: "2026-08-01T00:00:00.000Z" },
  ],
])("a home disk that %s is recognized", async (_, top, properties, expected) => {
  const body = {
    id: "/disk",
    sku: { name: "StandardSSD_LRS" },
    ...top,
    properties: { diskSizeGB: 30, ...properties },
  };
  server.answer(ok(body));
  expect(await homeDiskTruth(clients.compute, "group", "disk")).toEqual({
    id: "/disk",
    sizeGb: 30,
    sku: "StandardSSD_LRS",
    tags: {},
    ...expected,
  });
});

it.each([
  [
    "is copied",
    { provisioningState: "Succeeded", completionPercent: 40 },
    { complete: false, failed: false },
  ],
  ["has no copy to wait for", { provisioningState: "Succeeded" }, { complete: true, failed: false }],
  [
    "is being made",
    { provisioningState: "Creating", completionPercent: 100 },
    { complete: false, failed: false },
  ],
  ["failed", { provisioningState: "Failed" }, { complete: false, failed: true }],
  [
    "could not be copied",
    {
      provisioningState: "Succeeded",
      copyCompletionError: { errorCode: "CopySourceNotFound", errorMessage: "" },
    },
    { complete: false, failed: true },
  ],
])("a snapshot that %s is recognized", async (_, properties, expected) => {
  const creationData = { createOption: "Copy", sourceResourceId: "/disk", sourceUniqueId: "u" };
  const timeCreated = "2026-08-01T00:00:00Z";
  server.answer(
    ok({ id: "/s", name: "s", properties: { diskSizeGB: 30, creationData, timeCreated, ...properties } }),
  );
  expect(await snapshotTruth(clients.compute, "group", "s")).toEqual({
    id: "/s",
    name: "s",
    createdAt: "2026-08-01T00:00:00.000Z",
    sourceDisk: "/disk",
    sourceUniqueId: "u",
    sizeGb: 30,
    tags: {},
    ...expected,
  });
});

describe("a deployment", () => {
  const deployment = (provisioningState: string, more: object = {}) =>
    ok({ properties: { provisioningState, correlationId: "correlation", ...more } });
  const operation = (timestamp: string, provisioningState: string, error?: object) => ({
    properties: { timestamp, provisioningState, statusMessage: error && { status: "Failed", error } },
  });

  it.each([
    ["Accepted", "running"],
    ["Running", "running"],
    ["Creating", "running"],
    ["Succeeded", "succeeded"],
    ["Canceled", "canceled"],
  ])("that is %s is %s", async (provisioningState, state) => {
    server.answer(deployment(provisioningState));
    expect(await deploymentTruth(clients.deployments, "group", "name")).toEqual({ name: "name", state });
  });

  it("that failed says the innermost cause of what failed first", async () => {
    server.answer(
      deployment("Failed", { error: { code: "DeploymentFailed", message: "see operations" } }),
      ok({
        value: [
          operation("2026-08-01T10:00:09Z", "Failed", { code: "Conflict", message: "a consequence" }),
          operation("2026-08-01T10:00:01Z", "Succeeded"),
          operation("2026-08-01T10:00:05Z", "Failed", {
            code: "ResourceDeploymentFailure",
            message: "",
            details: [{ code: "AllocationFailed", message: "no room" }],
          }),
        ],
      }),
    );
    expect(await deploymentTruth(clients.deployments, "group", "name")).toEqual({
      name: "name",
      state: "failed",
      fault: { code: "AllocationFailed", detail: "no room", correlation: "correlation" },
    });
  });

  it("that failed with what a newer call took the place of says so", async () => {
    const code = "CanceledAndSupersededDueToAnotherOperation";
    server.answer(
      deployment("Failed", { error: { code: "DeploymentFailed", message: "see operations" } }),
      ok({
        value: [
          operation("2026-08-01T10:00:01Z", "Canceled", {
            code: "ResourceDeploymentFailure",
            message: "",
            details: [
              { code: "Canceled", message: "Operation was canceled.", details: [{ code, message: "newer" }] },
            ],
          }),
        ],
      }),
    );
    const truth = await deploymentTruth(clients.deployments, "group", "name");
    expect(truth?.fault).toEqual({ code, detail: "newer", correlation: "correlation" });
  });

  it("that failed before its first operation says its own cause", async () => {
    const error = {
      code: "DeploymentFailed",
      message: "",
      details: [{ code: "PolicyViolation", message: "no" }],
    };
    server.answer(deployment("Failed", { error }), ok({ value: [] }));
    const truth = await deploymentTruth(clients.deployments, "group", "name");
    expect(truth?.fault).toEqual({ code: "PolicyViolation", detail: "no", correlation: "correlation" });
  });
});

it("sees who may reach SSH, by the bot's own rule alone", async () => {
  const rule = (name: string, properties: object) => ({ name, properties });
  const rules = [
    rule("ssh", { sourceAddressPrefixes: ["203.0.113.7", "198.51.100.0/24"] }),
    rule("deny-inbound", { sourceAddressPrefix: "*" }),
  ];
  const asked = (path: string) => server.requests.some(({ url }) => url.includes(path));
  server.answer(ok({ id: "/x", properties: { ipAddress: "192.0.2.1", securityRules: rules } }));
  const { nic, publicIp, networkSecurityGroup } = namesOf("abcdefghij");
  expect(await nicTruth(clients.network, "group", nic)).toEqual({ id: "/x" });
  expect(await publicIpTruth(clients.network, "group", publicIp)).toEqual({ id: "/x", address: "192.0.2.1" });
  expect(await sshTruth(clients.network, "group", networkSecurityGroup)).toEqual({
    sshFrom: ["203.0.113.7", "198.51.100.0/24"],
    changing: false,
  });
  expect(asked("/networkInterfaces/openclaw-abcdefghij-nic?")).toBe(true);
});

it("lists the login roles made on a resource itself, with one slash in front", async () => {
  const scope = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
  const assignment = (at: string, role: string) => ({
    id: `${at}/providers/Microsoft.Authorization/roleAssignments/${role.slice(0, 3)}`,
    properties: {
      roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    },
  });
  server.answer(
    ok({
      value: [
        assignment(scope, "fb879df8-f326-4884-b1cf-06f3ad86be52"),
        assignment(scope.toUpperCase(), "1c0163c0-47e6-4577-8991-ea5c82e286e4"),
        assignment(scope, "acdd72a7-3385-48ef-bd42-f606fba81ae7"), // Reader
        assignment("/subscriptions/s", "fb879df8-f326-4884-b1cf-06f3ad86be52"), // inherited
      ],
    }),
  );
  const logins = await loginsOn(clients.authorization, [scope]);
  expect(logins.map(({ id, role }) => [id.slice(-4), role])).toEqual([
    ["/fb8", "user"],
    ["/1c0", "administrator"],
  ]);
  expect(new URL(server.requests[0]?.url ?? "").pathname.startsWith("/subscriptions/")).toBe(true);
  server.answer(missing);
  expect(await loginsOn(clients.authorization, [scope])).toEqual([]);
});

it("takes the newest image by number", async () => {
  server.answer(ok(["24.04.9", "24.04.202608010", "24.04.202605210"].map((name) => ({ name }))));
  expect(await latestImageVersion(clients.compute, "eastus2")).toBe("24.04.202608010");
  server.answer(ok([]));
  await expect(latestImageVersion(clients.compute, "eastus2")).rejects.toMatchObject({
    code: "ImageNotFound",
  });
});

describe("a size", () => {
  const sku = (restrictions: object[] = []) =>
    ok({
      value: [
        { resourceType: "disks", name: "Standard_B2als_v2" },
        {
          resourceType: "virtualMachines",
          name: "Standard_B2als_v2",
          family: "standardBasv2Family",
          capabilities: [{ name: "vCPUs", value: "2" }],
          restrictions,
        },
      ],
    });
  const usages = (cores: number, family: number) =>
    ok({
      value: [
        {
          unit: "Count",
          currentValue: cores,
          limit: 100,
          name: { value: "cores", localizedValue: "Total Regional vCPUs" },
        },
        { unit: "Count", currentValue: family, limit: 50, name: { value: "StandardBasv2Family" } },
      ],
    });
  const location = { type: "Location", values: ["EastUS2"], reasonCode: "NotAvailableForSubscription" };
  const zone = { type: "Zone", values: ["EastUS2"], restrictionInfo: { zones: ["1"] } };
  const check = (size: string, skus: Answer, used: Answer) => {
    server.answerBy((url) => (url.includes("/skus?") ? skus : used));
    return checkSize(clients.compute, "eastus2", size);
  };

  it.each<[string, string, ReturnType<typeof ok>, ReturnType<typeof ok>, string, string]>([
    ["is not listed", "Standard_X1", sku(), usages(0, 0), "SkuNotAvailable", "does not offer Standard_X1"],
    ["is closed here", "Standard_B2als_v2", sku([location]), usages(0, 0), "SkuNotAvailable", "eastus2"],
    ["has no cores left", "Standard_B2als_v2", sku(), usages(99, 0), "QuotaExceeded", "99 of 100 used"],
    [
      "has none left in its family",
      "Standard_B2als_v2",
      sku(),
      usages(0, 49),
      "QuotaExceeded",
      "49 of 50 used",
    ],
  ])("that %s is refused", async (_, size, skus, used, code, detail) => {
    const fault = await check(size, skus, used).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  it("gives its cores back to another one, also where Azure has closed it since", async () => {
    const family = { family: "StandardBasv2Family", capabilities: [{ name: "vCPUs", value: "2" }] };
    const kind = { ...family, resourceType: "virtualMachines" };
    const closed = { ...kind, name: "Standard_B2ms", restrictions: [location] };
    const skus = ok({ value: [closed, { ...kind, name: "Standard_B2as_v2" }] });
    server.answerBy((url) => (url.includes("/skus?") ? skus : usages(100, 50)));
    await checkSize(clients.compute, "eastus2", "Standard_B2as_v2", "Standard_B2ms");
  });

  it("is refused in its own place where more is used than the limit allows", async () => {
    server.answerBy((url) => (url.includes("/skus?") ? sku() : usages(101, 0)));
    const size = "Standard_B2als_v2";
    const checked = checkSize(clients.compute, "eastus2", size, size);
    const detail = "Total Regional vCPUs in eastus2: 101 of 100 used, which is over the limit already.";
    await expect(checked).rejects.toMatchObject({ code: "QuotaExceeded", detail });
  });

  it("a build that has no image is refused beforehand", async () => {
    server.answerBy((url) =>
      url.includes("/versions") ? ok([]) : url.includes("/skus?") ? sku() : usages(0, 0),
    );
    const checked = checkBuild(clients.compute, "eastus2", "Standard_B2als_v2", "Standard_B2als_v2");
    await expect(checked).rejects.toMatchObject({ code: "ImageNotFound" });
  });

  it.each([
    ["nothing", {}, undefined],
    ["an Arm processor", { CpuArchitectureType: "Arm64" }, "processor"],
    ["the first generation alone", { HyperVGenerations: "V1" }, "trustedLaunch"],
    ["no Trusted Launch", { TrustedLaunchDisabled: "True" }, "trustedLaunch"],
    ["a temporary disk", { MaxResourceVolumeMB: "8192" }, "temporaryDisk"],
  ])("with %s against it fits an instance, or not", async (_, capabilities, flaw) => {
    const usual = { CpuArchitectureType: "x64", HyperVGenerations: "V1,V2", MaxResourceVolumeMB: "0" };
    const size = {
      resourceType: "virtualMachines",
      name: "Standard_B2als_v2",
      capabilities: Object.entries({ ...usual, ...capabilities }).map(([name, value]) => ({ name, value })),
    };
    server.answer(ok({ value: [size] }));
    expect(await unfitSizes(clients.compute, "eastus2", ["standard_b2als_v2", "Standard_X1"])).toEqual([
      ...(flaw ? [{ size: "standard_b2als_v2", flaw }] : []),
      { size: "Standard_X1", flaw: "notOffered" },
    ]);
  });

  it("that is closed here fits no instance", async () => {
    server.answer(sku([location]));
    expect(await unfitSizes(clients.compute, "eastus2", ["Standard_B2als_v2"])).toEqual([
      { size: "Standard_B2als_v2", flaw: "notOffered" },
    ]);
  });

  it("has cores and memory, where it is offered and Azure says both", async () => {
    const size = (name: string, capabilities: Readonly<Record<string, string>>) => ({
      resourceType: "virtualMachines",
      name,
      capabilities: Object.entries(capabilities).map(([key, value]) => ({ name: key, value })),
    });
    const value = [
      size("Standard_B2als_v2", { vCPUs: "2", MemoryGB: "4" }),
      size("Standard_B2ats_v2", { vCPUs: "2", MemoryGB: "0.5" }),
      size("Standard_D2as_v5", { vCPUs: "2" }),
    ];
    server.answer(ok({ value }));
    const wanted = ["standard_b2als_v2", "Standard_B2ats_v2", "Standard_D2as_v5", "Standard_X1"];
    expect(await machinesOf(clients.compute, "eastus2", wanted)).toEqual([
      { size: "standard_b2als_v2", cores: 2, memoryGb: 4 },
      { size: "Standard_B2ats_v2", cores: 2, memoryGb: 0.5 },
    ]);
  });

  it("that fits exactly is not, nor one that lacks a zone", async () => {
    await check("standard_b2als_v2", sku([zone]), usages(98, 48));
  });
});

it("lists what is ours, and whose", async () => {
  const tags = { project: "openclaw", key: "abcdefghij" };
  const own = { id: "/a", type: "T", name: "a" };
  server.answer(
    ok({
      value: [
        { ...own, tags },
        { id: "/b", type: "T", name: "b", tags: { project: "other" } },
      ],
    }),
  );
  expect(await ownResources(clients.resources, "group")).toEqual([{ ...own, key: "abcdefghij" }]);
  // Asked by tag, Azure leaves the tags out of its answer.
  server.answer(ok({ value: [own] }));
  expect(await ownResources(clients.resources, "group", "abcdefghij")).toEqual([
    { ...own, key: "abcdefghij" },
  ]);
  expect(new URL(server.requests[0]?.url ?? "").searchParams.get("$filter")).toBe(
    "tagName eq 'key' and tagValue eq 'abcdefghij'",
  );
});

it("knows an identity only once Entra does", async () => {
  const known = { principalId: "p", clientId: "c" };
  server.answer(ok({ id: "/i", properties: known }));
  expect(await identityTruth(clients.resources, "/subscriptions/s/i")).toEqual({ id: "/i", ...known });
  expect(new URL(server.requests[0]?.url ?? "").pathname).toBe("/subscriptions/s/i");
  server.answer(ok({ id: "/i", properties: {} }));
  expect(await identityTruth(clients.resources, "/subscriptions/s/i")).toBeUndefined();
});
