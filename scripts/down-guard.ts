/**
 * `npm run down:guard`, run by `azd down` before anything is deleted: the backup group goes with the environment, so it
 * refuses while a snapshot in there has not expired, or while a home disk is left. `DELETE_BACKUPS=yes` lets it pass.
 * Acts as whoever is signed in with the Azure CLI.
 */
import { AzureCliCredential } from "@azure/identity";
import { z } from "zod";
import { type Deployer, deployerAt } from "./deployer.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const list = z.object({
  value: z.array(z.object({ name: z.string(), tags: z.record(z.string(), z.string()).optional() })),
  nextLink: z.string().optional(),
});

/** What would be lost, a line each; empty when nothing would be. Throws DeployerFault where Azure does not say. */
export async function lostWith(arm: Deployer, env: Environment, now: Date): Promise<readonly string[]> {
  const subscription = env["AZURE_SUBSCRIPTION_ID"];
  if (!subscription) throw new Error("Set AZURE_SUBSCRIPTION_ID.");
  const all = async (group: string, kind: string) => {
    const found: z.infer<typeof list>["value"] = [];
    const first = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/${kind}?api-version=2026-03-02`;
    for (let path: string | undefined = first; path !== undefined; ) {
      const page: z.infer<typeof list> = list.parse(await arm.call("GET", path));
      found.push(...page.value);
      const next = page.nextLink && new URL(page.nextLink);
      path = next ? `${next.pathname}${next.search}` : undefined;
    }
    return found.filter(({ tags }) => tags?.["project"] === "openclaw");
  };
  const snapshots = await all(env["BACKUP_GROUP"] ?? "openclaw-backup-rg", "snapshots");
  const disks = await all(env["INSTANCES_GROUP"] ?? "openclaw-rg", "disks");
  return [
    ...snapshots
      .filter(({ tags }) => !(Date.parse(tags?.["expires"] ?? "") <= now.getTime()))
      .map(({ name, tags }) => `the snapshot ${name}, kept until ${tags?.["expires"] ?? "further notice"}`),
    ...disks.filter(({ name }) => name.endsWith("-home")).map(({ name }) => `the home disk ${name}`),
  ];
}

if (import.meta.main) {
  const url = process.env["AZURE_RESOURCE_MANAGER_URL"] ?? "https://management.azure.com";
  const arm = deployerAt(url, "https://management.azure.com", new AzureCliCredential());
  const lost = await lostWith(arm, process.env, new Date());
  for (const one of lost) process.stdout.write(`This would delete ${one}.\n`);
  if (lost.length > 0 && process.env["DELETE_BACKUPS"] !== "yes") {
    process.stderr.write("Nothing was deleted. With DELETE_BACKUPS=yes all of it goes, for ever.\n");
    process.exitCode = 1;
  }
}
