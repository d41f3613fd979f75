import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AzureCloud, azureCloud } from "../../../bot/cloud/azure.ts";
import { bucketsBy } from "../../../bot/cloud/buckets.ts";
import { botCredential } from "../../../bot/cloud/credential.ts";
import { graphDirectory } from "../../../bot/cloud/directory.ts";
import { image } from "../../../bot/cloud/images.ts";
import { retailPrices } from "../../../bot/cloud/prices.ts";
import { scriptsIn } from "../../../bot/cloud/scripts.ts";
import type { Action, CloudPlace, Look, Pins, Truth } from "../../../bot/core/cloud.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { namesOf } from "../../../bot/core/names.ts";
import { isPassing } from "../../../bot/core/passing.ts";
import instanceTemplate from "../../../infra/instance.json" with { type: "json" };
import { botEnvironment } from "../../../local/azure/environment.ts";
import { type AzureSimulator, startAzure } from "../../../local/azure/start.ts";
import { certificateIn } from "../../../local/certificate.ts";
import { endless } from "../../endless.ts";
import { recorder } from "../../recording.ts";
import { noteSecrets } from "../../secretsInPlay.ts";
import { trust } from "./canned.ts";

const key = "abcdefghij";
const names = namesOf(key);
const gate = "ready-operation-1";
const everything: Look["parts"] = [
  "vm",
  "nic",
  "publicIp",
  "networkSecurityGroup",
  "osDisk",
  "homeDisk",
  "logins",
  "identity",
  "secret",
];

const now = new Date("2026-11-22T09:00:00Z");
const clock = { now: () => now };
const folder = mkdtempSync(join(tmpdir(), "openclaw-cloud-"));
const tls = await certificateIn(folder, new Date());
trust(tls.cert);
const record = recorder();
const start = (file: string, port: number) =>
  startAzure({ port, stateFile: join(folder, file), tls, clock, record });

let azure: AzureSimulator;
let cloud: AzureCloud;
let place: CloudPlace;

// The identity SDK keeps its tokens and its endpoint for as long as the process lives: so all tests have the same.
let port: number;
beforeAll(async () => {
  const first = await start("first.json", 0);
  port = Number(new URL(first.url).port);
  await first.close();
});
afterAll(() => {
  noteSecrets(folder);
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  copyFileSync(join(folder, "first.json"), join(folder, "azure.json"));
  azure = await start("azure.json", port);
  const env = botEnvironment(azure);
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: env.IDENTITY_ENDPOINT,
    IDENTITY_HEADER: env.IDENTITY_HEADER,
  });
  place = { subscription: env.AZURE_SUBSCRIPTION_ID, resourceGroup: env.INSTANCES_GROUP };
  cloud = azureCloud({
    credential: botCredential(env.AZURE_CLIENT_ID),
    endpoint: azure.url,
    scope: "https://management.azure.com/.default",
    vault: { url: env.KEY_VAULT_URL, id: env.KEY_VAULT_ID },
    readsSecret: undefined,
    bootIdentityId: env.BOOT_IDENTITY_ID,
    scaleSetId: env.SCALE_SET_ID,
    attachToScaleSet: true,
    subnetId: env.SUBNET_ID,
    location: env.AZURE_LOCATION,
    adminUsername: "azureuser",
    breakGlassPublicKey: undefined,
    openclawPort: 18789,
    homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS" },
    backupGroup: env.BACKUP_GROUP,
    archive: undefined,
    extras: false,
    environment: "test",
    buckets: bucketsBy({ now: () => new Date() }, 1),
    scripts: scriptsIn("cloud-init"),
    randomBytes: (count) => new Uint8Array(count).fill(7),
  });
});
afterEach(() => azure.close());

const look = (parts: Look["parts"] = everything, more: Partial<Look> = {}) =>
  cloud.look(key, place, {
    parts: [
      ...parts,
      ...(more.run ? (["run"] as const) : []),
      ...(more.snapshot ? (["snapshot"] as const) : []),
      ...(more.deployment ? (["deployment"] as const) : []),
    ],
    ...more,
  });

/** Everything may run twice: so here everything does. `pause`: seconds between, where Azure does one thing at a time. */
async function act(action: Action, pause = 0): Promise<Pins | undefined> {
  await cloud.act(key, place, action, endless);
  azure.advance(pause);
  return cloud.act(key, place, action, endless);
}
const refused = (action: Action): Promise<AzureFault> =>
  cloud.act(key, place, action, endless).then(
    () => expect.unreachable("Azure took it"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(AzureFault);
      return error as AzureFault;
    },
  );

const mia = () => {
  const person = azure.people.list().find(({ displayName }) => displayName === "Mia Member");
  if (!person) throw new Error("Mia is not in the directory");
  return person;
};

/** What enrolling does. */
async function enrolled(): Promise<NonNullable<Truth["identity"]>> {
  await act({ do: "createSecret" });
  await act({ do: "deployIdentity", deployment: "identity-1", ownerName: "Mia Member" });
  azure.advance(60);
  const { identity } = await look(["identity"]);
  if (!identity) throw new Error("there is no identity");
  await act({ do: "grantSecret", principalId: identity.principalId });
  return identity;
}

async function build(generation = "operation-1") {
  const identity = await enrolled();
  const pins = await act({ do: "pin", size: "Standard_B2als_v2", networkPolicy: "locked", gate });
  if (!pins) throw new Error("nothing was pinned");
  const deploy: Action = {
    do: "deployInstance",
    deployment: `instance-${generation}`,
    generation,
    gate: `ready-${generation}`,
    pins,
    identity,
    owner: { objectId: mia().id, name: "Mia Member", loginRole: "user" },
  };
  await act(deploy);
  return deploy;
}
const deploymentNow = async (deployment = "instance-operation-1") =>
  (await look([], { deployment })).deployment;

async function built() {
  const deploy = await build();
  for (let minutes = 0; minutes < 40; minutes += 1) {
    azure.advance(60);
    const state = (await deploymentNow())?.state;
    if (state === "succeeded") return deploy;
    if (state !== "running")
      throw new Error(`the deployment ${state}: ${JSON.stringify(await deploymentNow())}`);
  }
  throw new Error("the deployment does not end");
}

describe("a member", () => {
  it("has nothing at first", async () => {
    expect(await look()).toEqual({ logins: [] });
    expect(await look([], { deployment: "none", run: "none" })).toEqual({});
  });

  it("gets an empty secret, an identity, and the right of the one to the other", async () => {
    await act({ do: "createSecret" });
    expect(await look(["secret"])).toMatchObject({ secret: { granted: false }, identity: undefined });
    const identity = await enrolled();
    expect(await look(["identity", "secret"])).toMatchObject({ identity, secret: { granted: true } });
    expect(await deploymentNow("identity-1")).toEqual({ name: "identity-1", state: "succeeded" });
  });
});

describe("an instance", () => {
  it("is pinned before it is built", async () => {
    expect(
      await cloud.act(
        key,
        place,
        { do: "pin", size: "Standard_B2als_v2", networkPolicy: "locked", gate },
        endless,
      ),
    ).toEqual({
      size: "Standard_B2als_v2",
      imageVersion: "24.04.202608010",
      sshPublicKey: expect.stringMatching(/^ssh-ed25519 \S+ openclaw-throw-away$/),
      homeDisk: "create",
      networkPolicy: "locked",
      gate,
      template: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("is built, seen while it boots, and then all there", async () => {
    await build();
    expect(await deploymentNow()).toMatchObject({ state: "running" });
    azure.advance(90);
    expect((await look([], { run: gate })).run).toMatchObject({
      state: "running",
      output: '{"step":"booting"}\n',
    });
    for (let i = 0; i < 30 && (await deploymentNow())?.state === "running"; i += 1) azure.advance(30);

    const truth = await look(everything, { deployment: "instance-operation-1", run: gate });
    expect(truth).toMatchObject({
      vm: {
        power: "running",
        provisioning: "succeeded",
        generation: "operation-1",
        size: "Standard_B2als_v2",
      },
      publicIp: { address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) },
      networkSecurityGroup: { sshFrom: [] },
      homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS", attached: true, everMounted: true },
      secret: { granted: true },
      deployment: { state: "succeeded" },
      run: {
        name: gate,
        state: "succeeded",
        exitCode: 0,
        output: expect.stringContaining('"ready":true'),
      },
    });
    expect(truth.homeDisk?.tags).toMatchObject({ owner: "Mia Member", key });
    expect(truth.logins).toHaveLength(3);
    expect(truth.logins?.map(({ role }) => role)).toEqual(["user", "user", "user"]);
    expect((await cloud.resources(place, key)).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        names.vm,
        names.nic,
        names.publicIp,
        names.networkSecurityGroup,
        names.homeDisk,
      ]),
    );
    expect(new Set((await cloud.resources(place)).map((resource) => resource.key))).toContain(key);
  });

  it("is not built over one that exists, nor from another template than was pinned", async () => {
    const deploy = await built();
    if (deploy.do !== "deployInstance") throw new Error("not a deployment");
    const second: Action = { ...deploy, deployment: "instance-2", generation: "operation-2" };
    expect(await refused(second)).toMatchObject({ code: "InstanceExists" });
    const older: Action = { ...deploy, pins: { ...deploy.pins, template: "older" } };
    expect(await refused(older)).toMatchObject({ code: "TemplateChanged" });
  });

  it("is stopped, started and restarted", async () => {
    await built();
    await act({ do: "deallocate" });
    expect((await look(["vm"])).vm?.power).toBe("deallocating");
    azure.advance(300);
    expect((await look(["vm"])).vm?.power).toBe("deallocated");
    await act({ do: "start" });
    expect((await look(["vm"])).vm?.power).toBe("starting");
    azure.advance(300);
    expect((await look(["vm"])).vm?.power).toBe("running");
    await act({ do: "restart" });
    azure.advance(300);
    expect((await look(["vm"])).vm).toMatchObject({ power: "running", provisioning: "succeeded" });
  });

  it("opens SSH for the given addresses, and lets its owner in from there alone", async () => {
    await built();
    const open: Action = { do: "allowSsh", from: ["203.0.113.7", "198.51.100.0/24"], found: [] };
    await act(open, 30);
    const busy = await act(open).catch((error: unknown) => error);
    expect(busy).toMatchObject({ code: "RetryableErrorDueToAnotherOperation" });
    expect(busy).toSatisfy(isPassing);
    azure.advance(30);
    const { networkSecurityGroup } = await look(["networkSecurityGroup"]);
    expect(networkSecurityGroup?.sshFrom).toEqual(["203.0.113.7", "198.51.100.0/24"]);
    expect(azure.canLogin("mia@contoso.com", "203.0.113.7", names.vm).allowed).toBe(true);
    expect(azure.canLogin("mia@contoso.com", "203.0.113.8", names.vm).allowed).toBe(false);
    expect(azure.canLogin("max@contoso.com", "203.0.113.7", names.vm).allowed).toBe(false);
    await act({ do: "allowSsh", from: [], found: [] }, 30);
    azure.advance(30);
    expect((await look(["networkSecurityGroup"])).networkSecurityGroup?.sshFrom).toEqual([]);
    expect(azure.canLogin("mia@contoso.com", "203.0.113.7", names.vm).allowed).toBe(false);
  });

  it("runs its checks, each under its own name", async () => {
    await built();
    await act({ do: "checkGateway", run: "check-1", seconds: 60, at: "2026-11-22T10:00:00.000Z" });
    await act({ do: "endSessions", run: "end-1", except: ["203.0.113.7"], at: "2026-11-22T10:00:00.000Z" });
    azure.advance(30);
    expect((await look([], { run: "check-1" })).run).toMatchObject({
      state: "succeeded",
      exitCode: 0,
      at: "2026-11-22T10:00:00.000Z",
    });
    expect((await look([], { run: "end-1" })).run).toMatchObject({ output: "count=0\n" });
    await act({ do: "deleteRun", run: "check-1" });
    azure.advance(30);
    expect((await look([], { run: "check-1" })).run).toBeUndefined();
    expect(await cloud.runs(key, place)).toEqual([gate, "end-1"]);
  });

  it("runs a check once that is sent twice just the same, as the SDK does where no answer comes", async () => {
    await built();
    const check: Action = { do: "checkGateway", run: "check-1", seconds: 60, at: "2026-11-22T10:00:00.000Z" };
    azure.faults.set({ kind: "prints", output: '{"ready":true}\n', seconds: 60 });
    await act(check, 20);
    azure.advance(120);
    expect((await look([], { run: "check-1" })).run).toMatchObject({
      state: "succeeded",
      output: '{"ready":true}\n',
    });
  });

  it("is taken down part by part; the home disk stays, tagged, and is mounted by the next", async () => {
    await built();
    await act({ do: "revoke", roles: ((await look(["logins"])).logins ?? []).map(({ id }) => id) });
    expect((await look(["logins"])).logins).toEqual([]);
    await act({ do: "delete", part: "vm" });
    azure.advance(300);
    for (const part of ["nic", "publicIp", "networkSecurityGroup", "osDisk"] as const) {
      await act({ do: "delete", part });
      azure.advance(60);
    }
    await act({ do: "tagHomeDisk", tags: { kept: "2026-11-22" } });
    const truth = await look();
    const { homeDisk: _, identity: __, secret: ___, ...gone } = truth;
    expect(gone).toEqual({ logins: [] });
    expect(truth.homeDisk).toMatchObject({ everMounted: true, attached: false });
    expect(truth.homeDisk?.tags).toMatchObject({ owner: "Mia Member", kept: "2026-11-22" });
    expect(await act({ do: "pin", size: "Standard_B2als_v2", networkPolicy: "locked", gate })).toMatchObject({
      homeDisk: "existing",
    });

    await act({ do: "delete", part: "homeDisk" });
    azure.advance(60);
    expect((await look(["homeDisk"])).homeDisk).toBeUndefined();
  });

  it("has snapshots in a group of their own, each made once, and a disk that is made from one", async () => {
    await built();
    const max = { key: "maxaaaaaaa", objectId: "44444444-4444-4444-8444-444444444444" };
    const owner = { key, objectId: mia().id };
    const expires = "2026-12-22T10:00:00.000Z";
    const make = (name: string) =>
      act({ do: "snapshot", name, kind: "manual", owner, expires, madeAfterQuiesce: false });
    await act({ do: "deallocate" });
    azure.advance(60);
    const stopped = (await look(["homeDisk"])).homeDisk;
    await make("snapshot-1");
    expect((await look([], { snapshot: "snapshot-1" })).snapshot).toMatchObject({
      complete: false,
      failed: false,
    });
    azure.advance(60);
    await make("snapshot-2");
    azure.advance(60);
    const { snapshots, snapshot: first } = await look(["snapshots"], { snapshot: "snapshot-1" });
    expect(snapshots?.map(({ name }) => name)).toEqual(["snapshot-2", "snapshot-1"]);
    expect(first).toMatchObject({
      complete: true,
      sizeGb: 30,
      sourceDisk: stopped?.id,
      sourceUniqueId: stopped?.uniqueId,
      tags: {
        project: "openclaw",
        environment: "test",
        key,
        kind: "manual",
        expires,
        madeAfterQuiesce: "false",
      },
    });
    expect(first?.id).toContain("/resourceGroups/openclaw-backup-rg/");
    expect(Date.parse(first?.createdAt ?? "")).toBeGreaterThan(Date.parse(stopped?.ownedSince ?? ""));

    for (const part of ["vm", "homeDisk"] as const) {
      await act({ do: "delete", part });
      azure.advance(300);
    }
    // The disk that it was made of is gone.
    await act({ do: "giveSnapshot", name: "snapshot-2", owner: max, expires });
    azure.advance(30);
    expect((await cloud.snapshots(place, max.key)).map(({ tags }) => tags["kind"])).toEqual(["transfer"]);
    expect(await cloud.snapshots(place)).toHaveLength(2);
    const pin = { do: "pin", size: "Standard_B2als_v2", networkPolicy: "locked", gate } as const;
    expect(await act({ ...pin, snapshotId: first?.id })).toMatchObject({
      homeDisk: "restore",
      homeDiskSnapshotId: first?.id,
    });
    await act({ do: "deleteSnapshot", name: "snapshot-1" });
    azure.advance(60);
    expect((await look(["snapshots"])).snapshots).toEqual([]);
  });

  it("is not there any more for whatever still wants to change it", async () => {
    expect(await refused({ do: "start" })).toMatchObject({ status: 404 });
    expect(await refused({ do: "allowSsh", from: ["203.0.113.7"], found: [] })).toMatchObject({
      status: 404,
    });
    expect(await refused({ do: "tagHomeDisk", tags: {} })).toMatchObject({ status: 404 });
    await act({ do: "allowSsh", from: [], found: [] });
    await act({ do: "revoke", roles: ((await look(["logins"])).logins ?? []).map(({ id }) => id) });
    await act({ do: "deleteRun", run: "none" });
    await act({ do: "cancelDeployment", deployment: "none" });
  });
});

describe("a build that Azure hinders", () => {
  const ends = async () => {
    for (let i = 0; i < 60; i += 1) {
      azure.advance(60);
      const deployment = await deploymentNow();
      if (deployment?.state !== "running") return deployment;
    }
    throw new Error("the deployment does not end");
  };

  it("says why it failed, innermost first", async () => {
    azure.faults.set({ kind: "allocation" });
    await build();
    expect(await ends()).toMatchObject({ state: "failed", fault: { code: "AllocationFailed" } });
    expect((await deploymentNow())?.fault?.correlation).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("says that the first boot failed", async () => {
    azure.faults.set({ kind: "boot", exitCode: 1 });
    await build();
    expect(await ends()).toMatchObject({ state: "failed", failed: "gate", exitCode: 10 });
    expect((await look([], { run: gate })).run).toMatchObject({ state: "failed", exitCode: 10 });
  });

  it("can be cancelled", async () => {
    azure.faults.set({ kind: "slow", target: "Microsoft.Network/networkInterfaces" });
    await build();
    azure.advance(60);
    await act({ do: "cancelDeployment", deployment: "instance-operation-1" });
    expect(await ends()).toMatchObject({ state: "canceled" });
    expect((await look(["homeDisk"])).homeDisk).toMatchObject({ everMounted: false });
  });

  it("is refused before it starts", async () => {
    azure.faults.set({ kind: "policy" });
    const fault = await build().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(AzureFault);
    expect(fault).toMatchObject({ code: "RequestDisallowedByPolicy" });
    expect(await deploymentNow()).toBeUndefined();
  });

  it.each([
    ["quota", { limit: 1 }, "QuotaExceeded", /0 of 1 used/],
    ["sku", {}, "SkuNotAvailable", /Standard_B2als_v2/],
  ] as const)("is refused when it is pinned: %s", async (kind, more, code, detail) => {
    azure.faults.set({ kind, ...more });
    const fault = await refused({ do: "pin", size: "Standard_B2als_v2", networkPolicy: "locked", gate });
    expect(fault).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });
});

it("says that Azure throttles, and for how long", async () => {
  azure.faults.set({ kind: "throttling", target: "virtualMachines", seconds: 77 });
  const fault = await look(["vm"]).catch((error: unknown) => error);
  expect(fault).toMatchObject({ status: 429, retryAfterSeconds: 77 });
});

it("says which right it lacks", async () => {
  await built();
  azure.faults.set({ kind: "authorization" });
  const fault = await refused({ do: "deallocate" });
  expect(fault).toMatchObject({ status: 403, code: "AuthorizationFailed" });
  expect(fault.detail).toContain("Microsoft.Compute/virtualMachines/deallocate/action");
  expect(fault.correlation).not.toBe("");
});

it("never takes a vault that refuses for one that is empty", async () => {
  azure.faults.set({ kind: "vault" });
  await expect(look(["secret"])).rejects.toMatchObject({ status: 403 });
  expect(await refused({ do: "createSecret" })).toMatchObject({ status: 403 });
});

it("finds people in the directory", async () => {
  const directory = graphDirectory({
    credential: botCredential(botEnvironment(azure).AZURE_CLIENT_ID),
    graphUrl: azure.url,
    scope: "https://graph.microsoft.com/.default",
  });
  const found = { objectId: mia().id, name: "Mia Member", email: "mia@contoso.com" };
  expect(await directory.find("mia@contoso.com")).toEqual(found);
  expect(await directory.find(mia().id)).toEqual(found);
  expect(await directory.find("nobody@contoso.com")).toBe("absent");
  expect(await directory.find("dora@contoso.com")).toBe("disabled");
  azure.faults.set({ kind: "graph" });
  expect(await directory.find("mia@contoso.com")).toBe("forbidden");
});

it("knows what it costs", async () => {
  const { monthlyPrice } = retailPrices({
    pricesUrl: azure.url,
    location: "eastus2",
    homeDisk: { sizeGb: 30, sku: "StandardSSD_LRS" },
    clock,
    cache: { cached: async () => undefined, cache: async () => {} },
  });
  const price = { currency: "USD", running: 39.48, stopped: 8.45, homeDisk: 2.4 };
  expect(await monthlyPrice("Standard_B2als_v2")).toEqual({ ...price, estimated: false, asOf: "2026-11-22" });
  azure.faults.set({ kind: "prices" });
  expect(await monthlyPrice("Standard_B2als_v2")).toEqual({ ...price, estimated: true, asOf: "2026-08-01" });
});

it("asks for versions of the image that the template names", () => {
  expect(JSON.stringify(instanceTemplate)).toContain(
    JSON.stringify({ ...image, version: "[parameters('imageVersion')]" }).slice(1, -1),
  );
});
