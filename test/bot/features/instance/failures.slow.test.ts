import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultSetting } from "../../../../local/azure/faults.ts";
import type { Person } from "../../../../local/discord/people.ts";
import { startWorld, type World } from "../../../world.ts";
import { bare, keyOf, leftOf, whole } from "../../left.ts";

/** What Azure can refuse, what the member and the admins hear of it, what is left, and the ways on from there. */
let world: World;
let mia: Person;
let ada: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia, ada } = world.discord.people);
  await world.enroll(mia);
}, 60_000);
afterAll(() => world.close());
beforeEach(async () => {
  world.errors.length = 0;
  if (left().includes("vm") || left().includes("home disk")) await nothing();
});
afterEach(() => {
  world.azure.faults.clear();
  expect(world.errors).toEqual([]);
});

const left = () => leftOf(world, mia);
const last = () => world.client.dms(mia).at(-1)?.text ?? "";
const adminCards = () => world.client.adminChannel(ada);

/** Mia types it, and everything that follows from it is done. */
async function does(command: string, options: Readonly<Record<string, string | boolean>> = {}) {
  const answer = await world.client.types(mia, `openclaw ${command}`, options);
  await settle();
  return answer;
}

/** Works until nothing is queued. Each message comes late, which changes nothing but saves looks. */
async function settle() {
  while (world.queue.waiting().length > 0) {
    world.pass(30);
    await world.work();
  }
}

/** Back to identity and secret alone. */
async function nothing() {
  await settle();
  if (left().includes("home disk"))
    await does("teardown", { "no-backup": true, name: `openclaw-${keyOf(world, mia)}` });
  expect(left()).toEqual(bare);
}

/** Works until Mia's VM is there. */
async function untilVm() {
  for (let i = 0; i < 60 && !left().includes("vm"); i += 1) await world.work();
  expect(left()).toContain("vm");
}

/** What a failed request leaves: where Azure refuses it at once, where it refuses a part, and where everything is there. */
const network = ["ip", "nic", "nsg"];
const built = whole.filter((part) => part !== "extension");
const azureWords =
  /deployment|provision|resource|quota exceeded|preflight|exit (code|status)|Microsoft\.|\/subscriptions|SkuNotAvailable|AllocationFailed/i;

type Failure = [
  string,
  FaultSetting,
  {
    says: string;
    code: string;
    leaves: readonly string[];
    way: "retry" | "cancel";
    /** What the card asks the admins to do. */
    helps?: string;
  },
];
test.for<Failure>([
  [
    "no cores are left",
    { kind: "quota" },
    { says: "out of Azure cores", code: "QuotaExceeded", leaves: [], way: "retry" },
  ],
  [
    "the size is not offered",
    { kind: "sku" },
    { says: "does not offer this size", code: "SkuNotAvailable", leaves: [], way: "retry" },
  ],
  [
    "a policy forbids VMs",
    { kind: "policy" },
    {
      says: "A policy of your organization forbids",
      code: "RequestDisallowedByPolicy",
      leaves: [],
      way: "retry",
    },
  ],
  [
    "a policy forbids run commands",
    { kind: "policy", target: "Microsoft.Compute/virtualMachines/runCommands" },
    {
      says: "A policy of your organization forbids",
      code: "RequestDisallowedByPolicy",
      leaves: [],
      way: "retry",
    },
  ],
  [
    "the bot may write nothing",
    { kind: "authorization" },
    { says: "I lack a right in Azure", code: "AuthorizationFailed", leaves: [], way: "retry" },
  ],
  [
    "the bot may not assign identities",
    {
      kind: "authorization",
      target: "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    },
    {
      says: "I lack a right in Azure",
      code: "LinkedAuthorizationFailed",
      leaves: [...network, "home disk", "role on ip", "role on nic"],
      way: "retry",
    },
  ],
  [
    "the bot may not attach a VM to the scale set",
    { kind: "authorization", target: "Microsoft.Compute/virtualMachineScaleSets/write" },
    {
      says: "I lack a right in Azure",
      code: "LinkedAuthorizationFailed",
      leaves: [...network, "home disk", "role on ip", "role on nic"],
      way: "retry",
      helps: "attachToScaleSet=false",
    },
  ],
  [
    "the vault refuses",
    { kind: "vault" },
    { says: "I lack a right in Azure", code: "Forbidden", leaves: [], way: "cancel" },
  ],
  [
    "Azure has no room",
    { kind: "allocation" },
    {
      says: "Azure has no room for this size",
      code: "AllocationFailed",
      leaves: [...network, "home disk", "os disk", "role on ip", "role on nic", "vm"],
      way: "cancel",
    },
  ],
  [
    "the first boot crashes",
    { kind: "boot", exitCode: 1 },
    {
      says: "setting it up failed",
      code: "FirstBootFailed",
      leaves: [...built, "extension"],
      way: "retry",
    },
  ],
  [
    "the first boot never ends",
    { kind: "boot", exitCode: 124 },
    {
      says: "took more than 15 minutes",
      code: "FirstBootSlow",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the home disk is not there",
    { kind: "boot", exitCode: 11 },
    {
      says: "started without your home disk",
      code: "HomeDiskMissing",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the archive is another",
    { kind: "boot", exitCode: 13 },
    {
      says: "OpenClaw couldn't be installed on the VM",
      code: "InstallFailed",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the key vault refuses the VM",
    { kind: "boot", exitCode: 14 },
    {
      says: "refused to give the VM your keys",
      code: "KeyVaultRefused",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "a secret is no JSON",
    { kind: "boot", exitCode: 16 },
    {
      says: "isn't a JSON object of keys",
      code: "SecretNotJson",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the gateway does not start",
    { kind: "boot", exitCode: 12 },
    {
      says: "OpenClaw doesn't answer",
      code: "GatewaySilent",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the sign-in extension finds no identity",
    { kind: "extension", exitCode: 22 },
    {
      says: "setting up its sign-in with Entra failed",
      code: "VMExtensionProvisioningError",
      leaves: [...built, "extension"],
      way: "cancel",
    },
  ],
  [
    "the package manager is busy",
    { kind: "extension", exitCode: 100 },
    {
      says: "setting up its sign-in with Entra failed",
      code: "VMExtensionProvisioningError",
      leaves: [...built, "extension"],
      way: "retry",
    },
  ],
])("%s", async ([, fault, { says, code, leaves, way, helps = "" }]) => {
  world.azure.faults.set(fault);
  const before = { dms: world.client.dms(mia).length, cards: adminCards().length };
  await does("request");
  expect(left()).toEqual([...new Set([...bare, ...leaves])].toSorted());

  // One message, one sentence, a reference, nothing in Azure's words.
  expect(world.client.dms(mia)).toHaveLength(before.dms + 1);
  expect(last()).toContain(says);
  expect(last()).toMatch(/For your admins: reference \S+/);
  expect(last().split("For your admins")[0]).not.toMatch(azureWords);
  if (leaves.length > 0) expect(last()).toContain("cost money");
  // The admins see the details, once.
  const cards = adminCards().slice(before.cards);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.text).toContain("request failed for Mia Member");
  expect(cards[0]?.text).toContain(code);
  expect(cards[0]?.text).toContain(helps);
  expect(cards[0]?.text).toContain(`Reference ${/reference (\S+)/.exec(last())?.[1]}`);

  world.azure.faults.clear();
  if (way === "cancel") {
    await does("cancel");
    expect(left().filter((part) => part !== "home disk")).toEqual(bare);
    return nothing();
  }
  await world.client.types(mia, "openclaw retry");
  if (leaves.length > 0) {
    await settle();
    expect(last()).toContain("Your OpenClaw is ready");
    expect(left()).toEqual(whole);
  } else {
    await untilVm();
    await does("cancel");
    expect(last()).toContain("The build was cancelled");
    expect(left().filter((part) => part !== "home disk")).toEqual(bare);
  }
  await nothing();
});

describe("what passes is survived without a word", () => {
  test.for<[string, FaultSetting[]]>([
    [
      "Azure throttles reads and writes, a lot",
      [
        { kind: "throttling", target: "/virtualMachines/", times: 8, seconds: 7 },
        { kind: "throttling", target: "/deployments/", times: 4, seconds: 40 },
        { kind: "throttling", target: "/roleAssignments", times: 3 },
      ],
    ],
    ["the first boot recovers by itself", [{ kind: "boot", exitCode: 2 }]],
    ["the price list is unreachable", [{ kind: "prices" }]],
    ["the package manager is busy once", [{ kind: "extension", exitCode: 100, times: 1 }]],
  ])("%s", async ([, faults]) => {
    for (const fault of faults) world.azure.faults.set(fault);
    const before = { dms: world.client.dms(mia).length, cards: adminCards().length };
    await world.app.sweep();
    await does("request");
    expect(left()).toEqual(whole);
    expect(world.client.dms(mia)).toHaveLength(before.dms + 1);
    expect(last()).toContain("Your OpenClaw is ready");
    expect(adminCards()).toHaveLength(before.cards);
    await nothing();
  });
});

test("a build that hangs is given up after its deadline: cancelled, cleared, told", async () => {
  world.azure.faults.set({ kind: "slow" });
  await world.client.types(mia, "openclaw request");
  await untilVm();
  world.pass(40 * 60);
  await settle();
  expect(last()).toContain("This took too long, so I gave up");
  expect(last()).toMatch(/For your admins: reference \S+/);
  expect(left().filter((part) => part !== "home disk")).toEqual(bare);
  await nothing();
});

test("what hangs is looked at when its deadline has passed, however seldom Azure is asked by then", async () => {
  world.azure.faults.set({ kind: "slow" });
  const begun = world.now().getTime();
  await world.client.types(mia, "openclaw request");
  const seconds = () => (world.now().getTime() - begun) / 1000;
  while (!last().includes("Cancelling")) {
    expect(seconds()).toBeLessThan(3600);
    await world.work();
  }
  const { deadlineSeconds } = world.parts.operations.request;
  expect(seconds() - deadlineSeconds).toBeLessThan(3);
  world.azure.faults.clear();
  await settle();
  await nothing();
});

describe("a build is cancelled", () => {
  const there = (part: string) => () => left().includes(part);
  test.for<[string, () => boolean]>([
    ["before anything was done", () => true],
    ["when the network is being made", there("nsg")],
    ["when the home disk is there", there("home disk")],
    ["when the VM is being made", there("vm")],
    ["when it boots", there("run")],
  ])("%s: nothing is left", async ([, reached]) => {
    await world.client.types(mia, "openclaw request");
    for (let i = 0; i < 60 && !reached(); i += 1) await world.work();
    expect(reached()).toBe(true);
    const mounted = left().includes("vm");
    const messages = world.client.dms(mia).length;
    const answer = await world.client.types(mia, "openclaw cancel");
    await world.settle();
    expect(answer.text).toContain("Cancelling the build");
    expect(world.client.dms(mia).length - messages).toBeLessThanOrEqual(1);
    expect(last()).toContain("The build was cancelled");
    // A home disk that a VM ever had may hold data: it stays, tagged, and the card says so.
    if (mounted) {
      expect(left()).toEqual([...bare, "home disk"].toSorted());
      expect(last()).toContain("home disk");
      const disk = world.azure.resources().find(({ name }) => name.endsWith("-home"));
      expect(disk?.tags).toMatchObject({ keptSince: expect.any(String), owner: expect.any(String) });
      expect((await does("status")).text).toContain("Home disk");
    } else expect(left()).toEqual(bare);
    await nothing();
  });
});

describe("an instance that exists", () => {
  test("can't be stopped, then finds no room to start: told soon, and retry works when it can", async () => {
    await does("request");
    world.azure.faults.set({ kind: "deallocate" });
    await does("stop");
    expect(last()).toContain("Your OpenClaw did not stop");
    world.azure.faults.clear();
    await does("retry");
    expect(last()).toContain("Your OpenClaw is stopped");

    // Azure accepts the start and finds out later that there is no room.
    world.azure.faults.set({ kind: "allocation" });
    const begun = world.now().getTime();
    await world.client.types(mia, "openclaw start");
    await world.settle();
    expect(last()).toContain("Azure has no room for this size");
    expect(world.now().getTime() - begun).toBeLessThan(120_000);
    world.azure.faults.clear();
    await does("retry");
    expect(last()).toContain("Your OpenClaw is ready");
  });

  test("is half built: a look at it does not make it whole", async () => {
    await nothing();
    world.azure.faults.set({ kind: "extension", exitCode: 100 });
    await does("request");
    await does("status");
    for (const answer of [await does("connect"), await does("open-access", { address: "203.0.113.7" })]) {
      expect(answer.text).toContain("Your instance is broken");
      expect(answer.buttons).toEqual(["Try the build again", "Status", "Clear up"]);
    }
    await does("cancel");
    await nothing();
  });

  test("can't be looked at: what is left is not denied", async () => {
    await world.client.types(mia, "openclaw request");
    await untilVm();
    world.azure.faults.set({ kind: "authorization", target: "Microsoft.Compute/virtualMachines/read" });
    await settle();
    expect(last()).toContain("I lack a right in Azure");
    expect(last()).toContain("cost money");
    world.azure.faults.clear();
    await does("cancel");
    expect(left().filter((part) => part !== "home disk")).toEqual(bare);
    await nothing();
  });
});
