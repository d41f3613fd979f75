// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import type { Page } from "@playwright/test";
import { z } from "zod";

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
    return new Set(all.filter((name) => name.includes(vm) && !name.includes("/")));
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

/** What outlives an instance: the home disk, and the member's identity and secret. */
export const kept = (vm: string): Set<string> => new Set([vm, `${vm}-home`, `secret ${vm}`]);
/** With these, all that an instance consists of. */
export const whole = (vm: string): Set<string> =>
  new Set([...kept(vm), ...["-ip", "-nic", "-nsg", "-os"].map((end) => vm + end)]);
