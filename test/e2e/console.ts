import { readFileSync } from "node:fs";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import type { Page } from "@playwright/test";
import { z } from "zod";
import { memberKey } from "../../bot/core/names.ts";

/** What a person does on the console's page. */
export function personAt(page: Page) {
  const log = page.getByRole("log");
  return {
    be: (name: string) => page.getByLabel("You are:").selectOption({ label: name }),
    platform: (name: "Discord" | "Teams") => page.getByRole("tab", { name }).click(),
    /** Opens a channel or chat. */
    to: (name: RegExp) => page.getByRole("navigation").getByRole("button", { name }).first().click(),
    log,
    messages: log.getByRole("article"),
    last: log.getByRole("article").last(),
    async type(text: string): Promise<void> {
      await page.getByRole("combobox", { name: "Message" }).fill(text);
      await page.getByRole("button", { name: "Send message" }).click();
    },
  };
}

const view = z.object({
  groups: z.array(z.object({ resources: z.array(z.object({ name: z.string() })) })),
  secrets: z.array(z.string()),
});
const login = z.object({ allowed: z.boolean() });

/** Asks the simulated Azure, through the console at this address. */
export const azureAt = (console: string) => ({
  /** What there is of an instance, by name; parts of a VM that have no name of their own are left out. */
  async partsOf(vm: string): Promise<Set<string>> {
    const { groups, secrets } = view.parse(await (await fetch(`${console}/api/azure`)).json());
    const names = groups.flatMap(({ resources }) => resources.map(({ name }) => name));
    const all = [...names, ...secrets.map((name) => `secret ${name}`)];
    const theirs = all.filter((name) => name.includes(vm) && !name.includes("/"));
    // Named by the operation that made it.
    return new Set(theirs.map((name) => (/-[a-z2-7]{12}$/.test(name) ? "snapshot" : name)));
  },
  /** Makes Azure fail in this way, once. */
  async fails(kind: string): Promise<void> {
    await fetch(`${console}/api/azure/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind, times: 1 }),
    });
  },
  async canLogin(person: string, address: string, vm: string): Promise<boolean> {
    const answer = await fetch(`${console}/api/azure/can-login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ person, address, vm }),
    });
    return login.parse(await answer.json()).allowed;
  },
});

/** What outlives an instance: the snapshot of its home disk, and the member's identity and secret. */
export const kept = (vm: string): Set<string> => new Set([vm, `secret ${vm}`, "snapshot"]);
/** All that an instance consists of. */
export const whole = (vm: string): Set<string> =>
  new Set([vm, `secret ${vm}`, ...["-home", "-ip", "-nic", "-nsg", "-os"].map((end) => vm + end)]);

const stored = z.object({
  resources: z.record(
    z.string(),
    z.object({
      name: z.string(),
      properties: z.object({
        uniqueId: z.string().optional(),
        creationData: z.object({ sourceUniqueId: z.string().optional() }).optional(),
      }),
    }),
  ),
});

const vault = z.object({
  resources: z.record(
    z.string(),
    z.object({
      type: z.string(),
      hidden: z.object({ secretVersions: z.record(z.string(), z.string()).optional() }),
    }),
  ),
  secrets: z.record(z.string(), z.object({ versions: z.array(z.object({ version: z.string() })) })),
});

/** For each VM whether it has read the newest version of a secret. */
export function haveNewest(stateFile: string, secret: string): readonly boolean[] {
  const { resources, secrets } = vault.parse(JSON.parse(readFileSync(stateFile, "utf8")));
  const newest = secrets[secret]?.versions.at(-1)?.version;
  return Object.values(resources)
    .filter(({ type }) => type.toLowerCase() === "microsoft.compute/virtualmachines")
    .map(({ hidden }) => hidden.secretVersions?.[secret] === newest);
}

/** The name of a person's VM. */
export function vmOf(stateFile: string, email: string): string {
  const { people } = directory.parse(JSON.parse(readFileSync(stateFile, "utf8")));
  return `openclaw-${memberKey(people.find(({ userPrincipalName }) => userPrincipalName === email)?.id ?? "")}`;
}
const directory = z.object({ people: z.array(z.object({ id: z.string(), userPrincipalName: z.string() })) });

/** Whether there is a VM of this name that runs, or will. */
export function runningIn(stateFile: string, vm: string): boolean {
  const { resources } = machines.parse(JSON.parse(readFileSync(stateFile, "utf8")));
  return Object.values(resources).some(
    ({ name, type, hidden }) =>
      name === vm &&
      type.toLowerCase() === "microsoft.compute/virtualmachines" &&
      hidden.power !== "deallocated",
  );
}
const machines = z.object({
  resources: z.record(
    z.string(),
    z.object({ name: z.string(), type: z.string(), hidden: z.object({ power: z.string().optional() }) }),
  ),
});

/** From which disk or snapshot a disk was made, and that from which, by what tells each from others of its name: the disk first. */
export function lineageOf(stateFile: string, disk: string): readonly string[] {
  const resources = Object.values(stored.parse(JSON.parse(readFileSync(stateFile, "utf8"))).resources);
  const chain: string[] = [];
  let found = resources.find(({ name }) => name === disk);
  while (found?.properties.uniqueId !== undefined) {
    chain.push(found.properties.uniqueId);
    const from = found.properties.creationData?.sourceUniqueId;
    found = resources.find(({ properties }) => properties.uniqueId === from);
    if (!found && from !== undefined) chain.push(from);
  }
  return chain;
}
