/**
 * `npm run deploy:wait`, which `azd` runs after provisioning: waits until Azure honours the role with which the app stores its
 * program. In a new environment that role is seconds old, and deploying the program, the next step, fails with 403
 * (Azure/azure-dev issue 8026, May 2026). Acts as the account that is signed in with the Azure CLI.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AzureCliCredential, type TokenCredential } from "@azure/identity";
import { z } from "zod";
import { type Deployer, deployerAt } from "./deployer.ts";
import { secondsToWait } from "./role-wait.ts";

/** Whose role to wait for, and where; all but the subscription are outputs of the deployment. */
const placeSchema = z.object({
  AZURE_SUBSCRIPTION_ID: z.string().min(1),
  AZURE_RESOURCE_GROUP: z.string().min(1),
  BOT_PRINCIPAL_ID: z.string().min(1),
  STORAGE_ACCOUNT_NAME: z.string().min(1),
  ARCHIVE_CONTAINER_URL: z.url(),
});
type Place = z.infer<typeof placeSchema>;

interface Waiting {
  readonly arm: Deployer;
  readonly storage: TokenCredential;
  now(): Date;
  sleep(seconds: number): Promise<void>;
  say(text: string): void;
}

const assignments = z.object({
  value: z.array(z.object({ properties: z.object({ scope: z.string(), createdOn: z.coerce.date() }) })),
});

/** When a principal's newest role on exactly this resource was assigned; undefined: it has none. */
async function assignedOn(arm: Deployer, resource: string, principal: string): Promise<Date | undefined> {
  const filter = encodeURIComponent(`principalId eq '${principal}'`);
  const path = `${resource}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=${filter}`;
  const { value } = assignments.parse(await arm.call("GET", path));
  return value
    .filter(({ properties }) => properties.scope.toLowerCase() === resource.toLowerCase())
    .map(({ properties }) => properties.createdOn)
    .toSorted((a, b) => b.getTime() - a.getTime())[0];
}

/** How long to wait for one answer of the storage, in milliseconds. */
const patience = 15_000;

/**
 * Whether Azure honours a right to data, checked by asking for a blob that doesn't exist. Being Owner gives no such right. Anything
 * else from a new storage account (its name doesn't resolve yet, it hangs up, it is busy) means "not yet": the ten minutes limit that too.
 */
async function mayRead(container: string, credential: TokenCredential): Promise<boolean> {
  const token = await credential.getToken("https://storage.azure.com/.default");
  try {
    const { status } = await fetch(`${container}/no-such-blob`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token?.token}`, "x-ms-version": "2023-11-03" },
      signal: AbortSignal.timeout(patience),
    });
    return status === 404;
  } catch {
    return false;
  }
}

/**
 * Waits as long as `secondsToWait` says, at most ten minutes, and says why.
 * @throws DeployerFault, Error if Azure doesn't say when these roles were assigned
 */
export async function waitForApp(place: Place, { arm, storage, now, sleep, say }: Waiting): Promise<void> {
  const { ARCHIVE_CONTAINER_URL: container } = place;
  const group = `/subscriptions/${place.AZURE_SUBSCRIPTION_ID}/resourceGroups/${place.AZURE_RESOURCE_GROUP}`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/${place.STORAGE_ACCOUNT_NAME}`;
  const own = `${account}/blobServices/default/containers${new URL(container).pathname}`;
  const appsSince = await assignedOn(arm, account, place.BOT_PRINCIPAL_ID);
  if (appsSince === undefined) throw new Error(`The app has no role on ${account}.`);
  const ownSince = await assignedOn(arm, own, await arm.objectId());
  const secondsSince = (date: Date) => (now().getTime() - date.getTime()) / 1000;
  let worksSince: Date | undefined;
  for (let turn = 1; ; turn += 1) {
    if (worksSince === undefined && ownSince !== undefined && (await mayRead(container, storage)))
      worksSince = now();
    const seconds = secondsToWait({
      appsAge: secondsSince(appsSince),
      ownAge: ownSince && secondsSince(ownSince),
      ownWorksFor: worksSince && secondsSince(worksSince),
    });
    if (seconds === 0) return;
    if (turn === 1)
      say(
        "The app's role on its own storage is new, and Azure may take up to ten minutes to honour it. Until then, deploying the program fails with 403. Waiting until your own role works, and two minutes more: ten minutes at most.",
      );
    await sleep(seconds);
  }
}

if (import.meta.main) {
  const url = process.env["AZURE_RESOURCE_MANAGER_URL"] ?? "https://management.azure.com";
  const credential = new AzureCliCredential();
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    await waitForApp(placeSchema.parse(process.env), {
      arm: deployerAt(url, "https://management.azure.com", credential),
      storage: credential,
      now: () => new Date(),
      sleep: (seconds) => sleep(seconds * 1000),
      say,
    });
  } catch (error) {
    // If the wait can't be computed, the deployment still continues.
    say(
      `Not waiting for the app's role, because it can't be read (${error instanceof Error ? error.message : String(error)}). If the deployment ends with 403, wait ten minutes and run azd deploy.`,
    );
  }
}
