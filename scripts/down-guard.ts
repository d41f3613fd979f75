/**
 * `npm run down:guard`, which `azd down` runs before it deletes anything: the backup group is deleted with the environment, so
 * the guard refuses while it holds a snapshot that has not expired, while a home disk is left, or when it can't tell.
 * `DELETE_BACKUPS=yes` lets it pass.
 * Acts as the account that is signed in with the Azure CLI.
 */
import { AzureCliCredential } from "@azure/identity";
import { z } from "zod";
import { type Deployer, DeployerFault, deployerAt } from "./deployer.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const list = z.object({
  value: z.array(z.object({ name: z.string(), tags: z.record(z.string(), z.string()).optional() })),
  nextLink: z.string().optional(),
});

/**
 * What would be lost, one line each; empty if nothing would be.
 * @throws DeployerFault if Azure doesn't say
 */
export async function lostWith(arm: Deployer, env: Environment, now: Date): Promise<readonly string[]> {
  const subscription = env["AZURE_SUBSCRIPTION_ID"];
  if (!subscription) throw new Error("Set AZURE_SUBSCRIPTION_ID: az account show --query id");
  const all = async (group: string, kind: string) => {
    const found: z.infer<typeof list>["value"] = [];
    const first = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/${kind}?api-version=2026-03-02`;
    for (let path: string | undefined = first; path !== undefined; ) {
      const page: z.infer<typeof list> = list.parse(await arm.call("GET", path).catch(explained(group)));
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

/** A missing group may just have another name, so it doesn't count as empty. */
const explained = (group: string) => (error: unknown) => {
  if (error instanceof DeployerFault && error.status === 404)
    throw new Error(
      `There is no group ${group}. Set INSTANCES_GROUP and BACKUP_GROUP to the outputs of the deployment.`,
    );
  throw error;
};

if (import.meta.main) {
  const url = process.env["AZURE_RESOURCE_MANAGER_URL"] ?? "https://management.azure.com";
  const arm = deployerAt(url, "https://management.azure.com", new AzureCliCredential());
  const isMeant = process.env["DELETE_BACKUPS"] === "yes";
  try {
    const lost = await lostWith(arm, process.env, new Date());
    for (const one of lost) process.stdout.write(`This would delete ${one}.\n`);
    if (lost.length > 0 && !isMeant) throw new Error("To delete all of it for good, set DELETE_BACKUPS=yes.");
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!isMeant) process.stderr.write("Nothing was deleted.\n");
    process.exitCode = isMeant ? 0 : 1;
  }
}
