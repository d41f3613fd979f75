import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { operatorEnvironment } from "../../../local/azure/environment.ts";
import type { FaultSetting } from "../../../local/azure/faults.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { bare, keyOf, leftOf, whole } from "../left.ts";

/*
 * What Azure refuses with a code of its own, and takes back by itself: nobody hears of it, and nothing is left behind. In order: each
 * test goes on where the one before it ended.
 */
let world: World;
let mia: Person;
let max: Person;
let ada: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia, max, ada } = world.discord.people);
  await world.enroll(mia);
  await world.enroll(max);
}, 60_000);
afterAll(() => world.close());
afterEach(() => {
  world.azure.faults.clear();
  expect(world.errors).toEqual([]);
});

const told = (person: Person) => world.client.dms(person).at(-1)?.text ?? "";
const adminCards = () => world.client.adminChannel(ada).map(({ text }) => text);
const seconds = () => world.now().getTime() / 1000;
const nameOf = (person: Person) => `openclaw-${keyOf(world, person)}`;
/** All but what stays on purpose. */
const left = (person: Person) =>
  leftOf(world, person).filter((part) => part !== "home disk" && part !== "snapshot");

async function does(
  person: Person,
  command: string,
  options: Readonly<Record<string, string | boolean>> = {},
) {
  const answer = await world.client.types(person, `openclaw ${command}`, options);
  await world.settle();
  return answer;
}

/** With a backup, as people do it; `retry` asks the same. */
async function tearDown(person: Person, command = "teardown") {
  const question = await does(person, command);
  await world.client.clicks(person, "Yes, tear it down", question);
  await world.settle();
}

/** What is refused how often, and for how long it is waited before it is; all of it has struck when it is through. */
type Refusal = Omit<FaultSetting, "kind">;
const refused = (...refusals: Refusal[]) => {
  for (const refusal of refusals) world.azure.faults.set({ kind: "refusal", ...refusal });
};

/** A call by the owner of the subscription, beside the bot. */
async function asOwner(
  method: string,
  path: string,
  body?: unknown,
  audience = "https://management.azure.com",
): Promise<string> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = operatorEnvironment(world.azure);
  const token = await fetch(`${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${audience}`, {
    headers: { "x-identity-header": IDENTITY_HEADER },
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${world.azure.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  // What was started ends.
  if (audience.includes("management")) world.azure.advance(120);
  return answer.text();
}

const inGroup = (path: string): string => {
  const group = world.azure
    .resources()
    .find(({ name, type }) => name === "openclaw-rg" && type.endsWith("/resourceGroups"));
  return `${group?.id}/providers/${path}`;
};

/** Which of the bot's deployments failed. */
async function failures(): Promise<readonly string[]> {
  const list = await asOwner("GET", inGroup("Microsoft.Resources/deployments?api-version=2026-06-01"));
  const { value } = JSON.parse(list) as {
    value: { name: string; properties: { provisioningState: string } }[];
  };
  return value.filter(({ properties }) => properties.provisioningState === "Failed").map(({ name }) => name);
}

let winner: Person;
test("what a VM leaves that Azure refused is cleared away: two people asked for the last cores", async () => {
  world.azure.faults.set({ kind: "quota", limit: 2 });
  await world.client.types(mia, "openclaw request");
  await world.client.types(max, "openclaw request");
  await world.settle();
  const loser = told(mia).includes("ready") ? max : mia;
  winner = loser === mia ? max : mia;
  expect(told(winner)).toContain("Your OpenClaw is ready");
  expect(told(loser)).toContain("your team has reached a limit");
  expect(left(loser)).toEqual(expect.arrayContaining(["ip", "nic"]));
  expect(left(loser)).not.toContain("vm");
  const cards = adminCards().length;
  // Its interface is reserved for three minutes.
  const begun = seconds();
  await does(loser, "cancel");
  expect(left(loser)).toEqual(bare);
  expect(seconds() - begun).toBeGreaterThan(60);
  expect(adminCards()).toHaveLength(cards);
});

test("a rebuild waits until the home disk is free, and starts no deployment before", async () => {
  const before = await failures();
  const question = await does(winner, "rebuild");
  await world.client.clicks(winner, "Yes, rebuild it", question);
  await world.settle();
  expect(told(winner)).toContain("Your OpenClaw is ready");
  expect(leftOf(world, winner).filter((part) => part !== "snapshot")).toEqual(whole);
  expect(await failures()).toEqual(before);
});

test("Azure's Retry-After is waited for, however long it is", async () => {
  await world.client.types(winner, "openclaw stop");
  world.azure.faults.set({ kind: "throttling", target: "/virtualMachines/", seconds: 700, times: 1 });
  const begun = seconds();
  await world.work(1);
  expect(world.azure.faults.list()).toEqual([]);
  await world.work(1);
  expect(seconds() - begun).toBeGreaterThanOrEqual(700);
  await world.settle();
  expect(told(winner)).toContain("Your OpenClaw is stopped");
});

test("a start that Azure accepts and drops for a passing reason is made again", async () => {
  const cards = adminCards().length;
  const target = "POST Microsoft.Compute/virtualMachines/start";
  refused({ code: "OperationPreempted", target, seconds: 5, times: 2 });
  await does(winner, "start");
  expect(told(winner)).toContain("Your OpenClaw is ready");
  expect(world.azure.faults.list()).toEqual([]);
  expect(adminCards()).toHaveLength(cards);
});

test("a teardown waits for whatever passes, and for the home disk, which is attached for a while", async () => {
  const cards = adminCards().length;
  refused(
    { code: "AnotherOperationInProgress", target: "DELETE Microsoft.Compute/virtualMachines", times: 4 },
    {
      code: "ConflictingConcurrentWriteNotAllowed",
      target: "POST Microsoft.Compute/virtualMachines/deallocate",
      times: 4,
    },
    // Azure's list of what uses the rules is behind.
    {
      code: "InUseNetworkSecurityGroupCannotBeDeleted",
      target: "DELETE Microsoft.Network/networkSecurityGroups",
      times: 4,
    },
  );
  await tearDown(winner);
  expect(told(winner)).toContain("Your OpenClaw is deleted");
  expect(leftOf(world, winner)).toEqual([...bare, "snapshot"].toSorted());
  expect(world.azure.faults.list()).toEqual([]);
  expect(adminCards()).toHaveLength(cards);
});

test("a home disk that is free only later does not fail a teardown", async () => {
  // Nothing else keeps it waiting, so that its turn comes while the disk is attached.
  await does(max, "request");
  const cards = adminCards().length;
  await tearDown(max);
  expect(told(max)).toContain("Your OpenClaw is deleted");
  expect(left(max)).toEqual(bare);
  expect(adminCards()).toHaveLength(cards);
});

test("a VM that found no room leaves no interface and no address", async () => {
  world.azure.faults.set({ kind: "allocation", times: 1 });
  await does(mia, "request");
  expect(told(mia)).toContain("Azure has no room for this size");
  const begun = seconds();
  await does(mia, "cancel");
  expect(left(mia)).toEqual(bare);
  expect(seconds() - begun).toBeGreaterThan(180);
});

test("a build waits for whatever passes, at its start and inside the deployment", async () => {
  const counts = { cards: adminCards().length, messages: world.client.dms(mia).length };
  refused(
    { code: "DeploymentBeingDeleted", target: "PUT Microsoft.Resources/deployments", times: 4 },
    { code: "AnotherOperationInProgress", target: "PUT Microsoft.Network/publicIPAddresses", times: 2 },
    { code: "ReferencedResourceNotProvisioned", target: "PUT Microsoft.Network/networkInterfaces", times: 2 },
    {
      code: "CanceledAndSupersededDueToAnotherOperation",
      target: "PUT Microsoft.Network/networkSecurityGroups",
      seconds: 2,
      times: 2,
    },
    { code: "AttachDiskWhileBeingDetached", target: "PUT Microsoft.Compute/virtualMachines", times: 2 },
    {
      code: "ConflictingConcurrentWriteNotAllowed",
      target: "PUT Microsoft.Compute/virtualMachines/extensions",
      times: 1,
    },
  );
  await does(mia, "request");
  expect(told(mia)).toContain("Your OpenClaw is ready");
  expect(world.azure.faults.list()).toEqual([]);
  expect(world.client.dms(mia)).toHaveLength(counts.messages + 1);
  expect(adminCards()).toHaveLength(counts.cards);
});

test("an interface and an address that Azure lets go of late, of a VM that somebody deleted beside the bot", async () => {
  const nic = {
    id: inGroup(`Microsoft.Network/networkInterfaces/${nameOf(mia)}-nic`),
    properties: { primary: true, deleteOption: "Detach" },
  };
  const vm = inGroup(`Microsoft.Compute/virtualMachines/${nameOf(mia)}?api-version=2026-04-01`);
  await asOwner("PATCH", vm, { properties: { networkProfile: { networkInterfaces: [nic] } } });
  await asOwner("DELETE", vm);
  refused(
    { code: "NicInUse", target: "Microsoft.Network/networkInterfaces", times: 3 },
    { code: "PublicIPAddressCannotBeDeleted", target: "Microsoft.Network/publicIPAddresses", times: 3 },
  );
  await does(mia, "teardown", { "no-backup": true, name: nameOf(mia) });
  expect(leftOf(world, mia)).toEqual(bare);
  expect(world.azure.faults.list()).toEqual([]);
});

test("whoever is put on the roster gets their identity, although its deployment failed first", async () => {
  const { sam } = world.discord.people;
  // Somebody has just deleted their secret as well.
  const secret = `/secrets/${nameOf(sam)}?api-version=7.5`;
  for (const [method, body] of [["PUT", { value: "{}" }], ["DELETE"]] as const)
    await asOwner(method, secret, body, "https://vault.azure.net");
  const target = "PUT Microsoft.ManagedIdentity/userAssignedIdentities";
  refused({ code: "AnotherOperationInProgress", target, times: 2 });
  expect((await world.enroll(sam)).text).toContain("They can type /openclaw request now");
  expect(leftOf(world, sam)).toEqual(bare);
});

test("a home disk that somebody gave to another VM is left alone, and told of at once", async () => {
  await does(mia, "request");
  await does(mia, "stop");
  const rescue = inGroup("Microsoft.Compute/virtualMachines/rescue?api-version=2026-04-01");
  const nic = inGroup("Microsoft.Network/networkInterfaces/rescue");
  const disk = inGroup(`Microsoft.Compute/disks/${nameOf(mia)}-home`);
  const subnet = world.azure.resources().find(({ type }) => type.endsWith("/subnets"))?.id;
  await asOwner("PATCH", rescue.replace("rescue", nameOf(mia)), {
    properties: { storageProfile: { dataDisks: [] } },
  });
  await asOwner("PUT", `${nic}?api-version=2026-01-01`, {
    location: "eastus2",
    properties: { ipConfigurations: [{ name: "one", properties: { subnet: { id: subnet } } }] },
  });
  await asOwner("PUT", rescue, {
    location: "eastus2",
    properties: {
      hardwareProfile: { vmSize: "Standard_B2als_v2" },
      networkProfile: { networkInterfaces: [{ id: nic }] },
      osProfile: {
        computerName: "rescue",
        adminUsername: "azureuser",
        linuxConfiguration: { ssh: { publicKeys: [{ path: "/x", keyData: "ssh-ed25519 AAAA" }] } },
      },
      storageProfile: {
        osDisk: { createOption: "FromImage" },
        dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: { id: disk } }],
      },
    },
  });
  const begun = seconds();
  await tearDown(mia);
  expect(told(mia)).toContain("Something else in Azure is using");
  expect(adminCards().at(-1)).toContain("virtualMachines/rescue");
  expect(seconds() - begun).toBeLessThan(300);
  expect(leftOf(world, mia)).toContain("home disk");

  await asOwner("DELETE", rescue);
  await tearDown(mia, "retry");
  expect(told(mia)).toContain("Your OpenClaw is deleted");
  expect(left(mia)).toEqual(bare);
});

test("of somebody who leaves everything else is closed meanwhile", async () => {
  await does(max, "request");
  await does(max, "open-access", { address: "203.0.113.7" });
  const target = "DELETE Microsoft.Network/networkSecurityGroups/securityRules";
  refused({ code: "AnotherOperationInProgress", target });
  const cards = adminCards().length;
  await world.client.removes(ada, { person: max.id });
  const begun = seconds();
  while (seconds() - begun < 120) await world.work();
  const look = () =>
    world.parts.cloud.look(keyOf(world, max), world.parts.settings.place, {
      parts: ["vm", "nic", "publicIp", "networkSecurityGroup", "logins"],
    });
  const { vm, networkSecurityGroup, logins } = await look();
  expect([vm?.power, logins, networkSecurityGroup?.sshFrom]).toEqual(["deallocated", [], ["203.0.113.7"]]);
  expect(adminCards()).toHaveLength(cards);
  // It is still there after ten minutes, which the admins hear.
  world.pass(600);
  await world.work(3);
  expect(adminCards().at(-1)).toContain("AnotherOperationInProgress");
  world.azure.faults.clear();
  await world.settle();
  expect((await look()).networkSecurityGroup?.sshFrom).toEqual([]);
});

test("a lock does not pass: told at once", async () => {
  await does(mia, "request");
  refused({ code: "ScopeLocked", target: "DELETE Microsoft.Network/networkSecurityGroups" });
  const begun = seconds();
  await tearDown(mia);
  expect(told(mia)).toContain("A lock in Azure");
  expect(seconds() - begun).toBeLessThan(300);
});

test("what does not pass in time ends then: the person reads what to do, the admins what Azure said", async () => {
  refused({ code: "AnotherOperationInProgress", target: "DELETE Microsoft.Network/networkSecurityGroups" });
  const begun = seconds();
  await tearDown(mia, "retry");
  expect(seconds() - begun).toBeGreaterThan(40 * 60);
  expect(seconds() - begun).toBeLessThan(42 * 60);
  expect(told(mia)).toContain("Azure was still busy with another step");
  expect(told(mia)).toContain("Try again");
  expect(adminCards().at(-1)).toContain("AnotherOperationInProgress");
  expect(adminCards().at(-1)).toContain("Another operation on this or dependent resource is in progress");
  world.azure.faults.clear();
  await tearDown(mia, "retry");
  expect(told(mia)).toContain("Your OpenClaw is deleted");
  expect(left(mia)).toEqual(bare);
});

test("a build whose wait has no end is given up at its deadline, cleared away, and says why", async () => {
  refused({ code: "ReferencedResourceNotProvisioned", target: "PUT Microsoft.Network/networkInterfaces" });
  const begun = seconds();
  await does(mia, "request");
  expect(seconds() - begun).toBeGreaterThan(40 * 60);
  expect(seconds() - begun).toBeLessThan(45 * 60);
  expect(told(mia)).toContain("Azure was still busy with another step");
  expect(told(mia)).toContain("Nothing that costs money is left in Azure");
  expect(adminCards().at(-1)).toContain("ReferencedResourceNotProvisioned");
  expect(left(mia)).toEqual(bare);
});
