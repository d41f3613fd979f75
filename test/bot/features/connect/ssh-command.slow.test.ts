import { parseArgs } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { unrecordedTest } from "../../../recording.ts";
import { signedIn } from "../../../signIn.ts";
import { startWorld, type World } from "../../../world.ts";

/*
 * The command in the message with which an instance is announced, taken from there as a person would copy it. What it
 * makes of it is `az ssh vm` 2.0.6's way, call by call: resources by name, VM, interface, address. Mia and Max have an
 * instance each, Sam is in the directory only, Ada is the bot's admin and nothing in Azure.
 */
let world: World;
const people = () => world.discord.people;
beforeAll(async () => {
  world = await startWorld();
  for (const person of [people().mia, people().max]) {
    await world.enroll(person);
    await world.client.types(person, "openclaw request");
    await world.settle();
  }
  world.azure.advance(900);
}, 120_000);
const outcomes = { allowed: 0, refused: 0 };
afterAll(async () => {
  await world.close();
  console.log(`ssh command: ${outcomes.allowed} reads allowed, ${outcomes.refused} refused`);
});

/** What stands in somebody's message, to be copied. */
function copied(person: "mia" | "max", start: string): string {
  const message = world.client.dms(people()[person]).findLast(({ code }) => code.length > 0);
  const command = message?.code.find((one) => one.startsWith(start));
  if (!command)
    throw new Error(
      `nothing to copy starts with ${start}: ${world.client.dms(people()[person]).at(-1)?.text}`,
    );
  return command;
}

const id = z.object({ id: z.string() });
const found = z.object({ value: z.array(z.object({ name: z.string(), type: z.string() })) });
const vmShape = z.object({
  properties: z.object({
    storageProfile: z.object({ osDisk: z.object({ osType: z.literal("Linux") }) }),
    networkProfile: z.object({ networkInterfaces: z.tuple([id]) }),
  }),
});
const nicShape = z.object({
  properties: z.object({
    ipConfigurations: z.tuple([z.object({ properties: z.object({ publicIPAddress: id }) })]),
  }),
});
const addressShape = z.object({ properties: z.object({ ipAddress: z.ipv4() }) });

/** Reads as that person, and counts. */
async function as(person: string) {
  const get = await signedIn(world.azure, world.parts.settings.tenant, `${person}@contoso.com`);
  return async (path: string) => {
    const answer = await get(path);
    outcomes[answer.status === 200 ? "allowed" : "refused"] += 1;
    return answer;
  };
}

/** Does what the command does, signed in as that person, up to the address to which ssh would connect. */
async function addressFor(person: string, command: string): Promise<string> {
  const [az, ssh, vm, ...args] = command.split(" ");
  expect([az, ssh, vm]).toEqual(["az", "ssh", "vm"]);
  const { values } = parseArgs({
    args,
    options: {
      subscription: { type: "string" },
      "resource-group": { type: "string" },
      name: { type: "string" },
    },
  });
  const group = `/subscriptions/${values.subscription}/resourceGroups/${values["resource-group"]}`;
  const get = await as(person);
  const listed = await get(`${group}/resources?api-version=2025-03-01&$filter=name eq '${values.name}'`);
  if (listed.status !== 200) return `resources: ${listed.status}`;
  const types = found.parse(listed.body).value.map(({ type }) => type);
  if (!types.includes("Microsoft.Compute/virtualMachines")) return "resources: absent";
  const vmPath = `${group}/providers/Microsoft.Compute/virtualMachines/${values.name}`;
  const machine = await get(`${vmPath}?api-version=2022-11-01`);
  if (machine.status !== 200) return `VM: ${machine.status}`;
  const [nicId] = vmShape.parse(machine.body).properties.networkProfile.networkInterfaces;
  const nic = await get(`${nicId.id}?api-version=2022-01-01`);
  if (nic.status !== 200) return `interface: ${nic.status}`;
  const [configuration] = nicShape.parse(nic.body).properties.ipConfigurations;
  const address = await get(`${configuration.properties.publicIPAddress.id}?api-version=2022-05-01`);
  return address.status === 200 ? addressShape.parse(address.body).properties.ipAddress : `${address.status}`;
}

const command = (owner: "mia" | "max") => copied(owner, "az ssh vm --subscription");

test("leads its owner to the address that the message names as well", async () => {
  unrecordedTest("the calls of az ssh, in its versions");
  for (const owner of ["mia", "max"] as const) {
    const [, address] = copied(owner, "az ssh vm --ip").split("--ip ");
    expect(await addressFor(owner, command(owner))).toBe(address);
  }
  expect(command("mia")).not.toBe(command("max"));
});

test("leads nobody else anywhere: not another member, not the bot's admin, not a stranger", async () => {
  unrecordedTest("the calls of az ssh, in its versions");
  for (const [person, owner] of [
    ["max", "mia"],
    ["mia", "max"],
    ["ada", "mia"],
    ["sam", "mia"],
  ] as const)
    expect(await addressFor(person, command(owner)), person).toMatch(/^resources: (403|absent)$/);
});

test("nor does what lies behind it, asked for directly", async () => {
  unrecordedTest("the calls of az ssh, in its versions");
  const name = / --name (\S+)/.exec(command("mia"))?.[1];
  const parts = world.azure
    .resources()
    .filter(
      (one) =>
        one.name.startsWith(name ?? "") && /virtualMachines$|networkInterfaces$|publicIPA/.test(one.type),
    );
  expect(parts).toHaveLength(3);
  for (const person of ["max", "ada", "sam"]) {
    const get = await as(person);
    for (const part of parts)
      expect((await get(`${part.id}?api-version=2022-11-01`)).status, `${person}: ${part.type}`).toBe(403);
  }
});

test("stops to work when its owner leaves", async () => {
  unrecordedTest("the calls of az ssh, in its versions");
  const old = command("mia");
  await world.client.removes(people().ada, { person: people().mia.id });
  await world.settle();
  expect(await addressFor("mia", old)).toMatch(/^resources: (403|absent)$/);
});
