/**
 * `npm run preflight`: checks whether `main.bicep` can be deployed. Changes nothing in Azure. Acts as the account that is
 * signed in with the Azure CLI; takes the settings of `infra/main.parameters.json` from the environment (azd passes
 * its own). Also finds the tenant's SharePoint and passes it to azd.
 */
import { readFileSync } from "node:fs";
import { AzureCliCredential } from "@azure/identity";
import { z } from "zod";
import { givenIn } from "../bot/core/given.ts";
import { publicKeyFault } from "../bot/platforms/discord/verify.ts";
import { matches } from "../local/azure/access/condition.ts";
import { plan } from "../local/azure/template/evaluate.ts";
import { deletedSecrets } from "./deleted-secrets.ts";
import { type Deployer, DeployerFault, deployerAt } from "./deployer.ts";
import { bad, type Finding, fine } from "./finding.ts";
import { azdRemembers, findSharePoint } from "./sharepoint-host.ts";

const settingsSchema = z.object({
  AZURE_SUBSCRIPTION_ID: z.guid("the subscription: az account show --query id"),
  AZURE_ENV_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,20}$/, "1 to 20 lower-case letters, digits and hyphens")
    .default("dev"),
  AZURE_LOCATION: z.string().min(1).default("eastus2"),
  VM_SIZE: z.string().optional(),
});
type Settings = z.infer<typeof settingsSchema>;
type Environment = Readonly<Record<string, string | undefined>>;
type Parameters = Readonly<Record<string, { readonly value: unknown }>>;

const template = z
  .looseObject({ parameters: z.record(z.string(), z.looseObject({ type: z.string() })) })
  .parse(JSON.parse(readFileSync(new URL("../infra/main.json", import.meta.url), "utf8")));

const parameterFile = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) });

/** The parameters that azd would deploy with: infra/main.parameters.json with the environment's values filled in. */
function parametersFrom(environment: Environment): Parameters {
  const text = readFileSync(new URL("../infra/main.parameters.json", import.meta.url), "utf8");
  const filled = text.replaceAll(/\$\{(\w+)(?:=([^}]*))?\}/g, (_whole, name: string, usual = "") =>
    JSON.stringify(environment[name] ?? usual).slice(1, -1),
  );
  const { parameters } = parameterFile.parse(JSON.parse(filled));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [name, { value: typed(name, value) }]),
  );
}

/** azd passes a switch as a boolean, not as the text in its environment (bicep_provider.go, armParameterFileValue). */
const typed = (name: string, value: unknown): unknown =>
  template.parameters[name]?.type === "bool" && (value === "true" || value === "false")
    ? value === "true"
    : value;

/** Checks everything; a blank variable or a placeholder counts as absent, as it does for the bot. `vaultAt`: the deployer, at the vault with that address. */
export async function preflight(
  arm: Deployer,
  environment: Environment,
  vaultAt: (url: string) => Deployer,
): Promise<readonly Finding[]> {
  const given = givenIn(environment);
  const platforms = [...discord(given), ...teams(given)];
  const { data: settings, error } = settingsSchema.safeParse(given);
  if (!settings)
    return [
      ...error.issues.map((issue) => bad(String(issue.path[0]), `set it: ${issue.message}`)),
      ...platforms,
    ];
  const parameters = parametersFrom(given);
  const looks: [string, () => Promise<readonly Finding[]>][] = [
    ["subscription", () => subscription(arm, settings)],
    ["rights", () => rights(arm, settings)],
    ["providers", () => providers(arm, settings)],
    ["quota", () => quota(arm, settings, parameters)],
    ["names", () => namesAndSecrets(arm, vaultAt, settings, parameters)],
  ];
  const found = await Promise.all(
    looks.map(([about, look]) =>
      look().catch((fault: unknown) => [bad(about, fault instanceof Error ? fault.message : String(fault))]),
    ),
  );
  return [...found.flat(), ...platforms];
}

async function subscription(arm: Deployer, { AZURE_SUBSCRIPTION_ID: id }: Settings) {
  const answer = await arm.call("GET", `/subscriptions/${id}?api-version=2022-12-01`);
  const { displayName, state } = z.object({ displayName: z.string(), state: z.string() }).parse(answer);
  const says = `${displayName} (${id}) is ${state}`;
  return [state === "Enabled" ? fine("subscription", says) : bad("subscription", says)];
}

/** What a deployment does and not everyone may. */
const needed = [
  "Microsoft.Resources/deployments/write",
  "Microsoft.Resources/subscriptions/resourceGroups/write",
  "Microsoft.Authorization/roleDefinitions/write",
  "Microsoft.Authorization/roleAssignments/write",
];
const assignments = z.object({
  value: z.array(z.object({ properties: z.object({ roleDefinitionId: z.string() }) })),
});
const definition = z.object({
  properties: z.object({
    permissions: z.array(
      z.object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) }),
    ),
  }),
});

/** Checks the deployer's roles at the subscription or above it, including those of groups (REST "Role Assignments – List For Scope"). */
async function rights(arm: Deployer, { AZURE_SUBSCRIPTION_ID: id }: Settings) {
  const authorization = `/subscriptions/${id}/providers/Microsoft.Authorization`;
  const mine = encodeURIComponent(`atScope() and assignedTo('${await arm.objectId()}')`);
  const path = `${authorization}/roleAssignments?api-version=2022-04-01&$filter=${mine}`;
  const roles = assignments.parse(await arm.call("GET", path)).value;
  const value = await Promise.all(
    [...new Set(roles.map(({ properties }) => properties.roleDefinitionId))].map(async (role) =>
      definition.parse(await arm.call("GET", `${role}?api-version=2022-04-01`)),
    ),
  ).then((definitions) => definitions.flatMap(({ properties }) => properties.permissions));
  const covers = (patterns: readonly string[], action: string) =>
    patterns.some((pattern) => matches(pattern, action));
  const missing = needed.filter(
    (action) => !value.some((role) => covers(role.actions, action) && !covers(role.notActions, action)),
  );
  if (missing.length === 0) return [fine("rights", "you can deploy and assign roles")];
  return [
    bad(
      "rights",
      `you lack ${missing.join(", ")}: you must be Owner of the subscription, or Contributor and User Access Administrator`,
    ),
  ];
}

/** The namespaces of everything that gets deployed, now or later for a member. */
const namespaces = [
  ...["Compute", "Network", "ManagedIdentity", "KeyVault", "Storage", "Web", "BotService"],
  ...["Insights", "OperationalInsights"],
].map((name) => `Microsoft.${name}`);

async function providers(arm: Deployer, { AZURE_SUBSCRIPTION_ID: id }: Settings) {
  const states = await Promise.all(
    namespaces.map(async (namespace) => {
      const path = `/subscriptions/${id}/providers/${namespace}?api-version=2024-07-01`;
      const { registrationState } = z
        .object({ registrationState: z.string() })
        .parse(await arm.call("GET", path));
      return { namespace, isThere: registrationState === "Registered" };
    }),
  );
  const missing = states.filter(({ isThere }) => !isThere);
  if (missing.length === 0) return [fine("providers", "all are registered")];
  return missing.map(({ namespace }) =>
    bad("providers", `${namespace}: az provider register --wait --namespace ${namespace}`),
  );
}

const usages = z.object({
  value: z.array(
    z.object({ name: z.object({ value: z.string() }), currentValue: z.number(), limit: z.number() }),
  ),
});
const skus = z.object({
  value: z.array(
    z.object({
      name: z.string(),
      resourceType: z.string(),
      family: z.string().optional(),
      capabilities: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      restrictions: z.array(z.object({ type: z.string() })).default([]),
    }),
  ),
});

/** Whether there is room for at least one instance. */
async function quota(
  arm: Deployer,
  { AZURE_SUBSCRIPTION_ID: id, AZURE_LOCATION: place, ...settings }: Settings,
  { vmSize }: Parameters,
) {
  const size =
    z.string().safeParse(vmSize?.value).data ??
    settings.VM_SIZE ??
    (settings.AZURE_ENV_NAME === "prod" ? "Standard_B4as_v2" : "Standard_B2als_v2");
  const compute = `/subscriptions/${id}/providers/Microsoft.Compute`;
  const network = `/subscriptions/${id}/providers/Microsoft.Network/locations/${place}/usages`;
  const [offered, cores, addresses] = await Promise.all([
    arm.call(
      "GET",
      `${compute}/skus?api-version=2021-07-01&$filter=${encodeURIComponent(`location eq '${place}'`)}`,
    ),
    arm.call("GET", `${compute}/locations/${place}/usages?api-version=2026-04-01`),
    arm.call("GET", `${network}?api-version=2026-01-01`),
  ]);
  const sku = skus
    .parse(offered)
    .value.find((one) => one.resourceType === "virtualMachines" && one.name === size);
  const closed = sku?.restrictions.some(({ type }) => type === "Location");
  if (!sku || closed)
    return [
      bad("quota", `${place} doesn't offer ${size} to this subscription: choose another size or region`),
    ];
  const count = Number(sku.capabilities.find(({ name }) => name === "vCPUs")?.value ?? 0);
  const all = [...usages.parse(cores).value, ...usages.parse(addresses).value];
  const room = (name: string, wanted: number): Finding[] => {
    const usage = all.find((one) => one.name.value.toLowerCase() === name.toLowerCase());
    if (!usage) return [];
    const left = usage.limit - usage.currentValue;
    const says = `${name} in ${place}: ${usage.currentValue} of ${usage.limit} used, one instance needs ${wanted}`;
    return [
      left < wanted ? bad("quota", `${says}: ask for more under Quotas in the portal`) : fine("quota", says),
    ];
  };
  return [
    ...room("cores", count),
    ...room(sku.family ?? "", count),
    ...room("PublicIPAddresses", 1),
    ...room("IPv4StandardSkuPublicIpAddresses", 1),
  ];
}

/** Types whose names must be unique in the world, and the API version to check with. */
const worldWide: Readonly<Record<string, string>> = {
  "Microsoft.KeyVault/vaults": "2026-02-01",
  "Microsoft.Storage/storageAccounts": "2026-04-01",
  "Microsoft.Web/sites": "2025-03-01",
};
const availability = z.object({ nameAvailable: z.boolean(), message: z.string().nullish() });

type Planned = ReturnType<typeof plan>["resources"];

/** Checks what the template will create, as the template itself computes it. */
async function namesAndSecrets(
  arm: Deployer,
  vaultAt: (url: string) => Deployer,
  { AZURE_SUBSCRIPTION_ID: id, AZURE_LOCATION }: Settings,
  parameters: Parameters,
): Promise<readonly Finding[]> {
  // The tenant affects neither names nor ids, so any GUID will do.
  const scope = { subscriptionId: id, tenantId: id, location: AZURE_LOCATION, deployment: "preflight" };
  const { resources } = plan(template, parameters, scope);
  const found = await Promise.all([names(arm, id, resources), secrets(arm, vaultAt, resources)]);
  return found.flat();
}

/** Whether the names that the template will use are available. */
async function names(arm: Deployer, subscription: string, resources: Planned): Promise<readonly Finding[]> {
  const looks = resources.flatMap((resource) => {
    const version = worldWide[resource.type];
    return version === undefined ? [] : [{ ...resource, version }];
  });
  return Promise.all(
    looks.map(async ({ id: place, type, name, version }): Promise<Finding> => {
      if ((await read(arm, `${place}?api-version=${version}`)) !== undefined)
        return fine("names", `${name} already exists`);
      const path = `/subscriptions/${subscription}/providers/${type.split("/")[0]}/checkNameAvailability?api-version=${version}`;
      const answer = availability.parse(await arm.call("POST", path, { name, type }));
      if (answer.nameAvailable) return fine("names", `${name} is free`);
      const purge = type.endsWith("vaults")
        ? ` If it was deleted: az keyvault recover --name ${name}, or without purge protection az keyvault purge --name ${name}`
        : "";
      return bad("names", `${name} is taken: ${answer.message ?? "by someone else"}${purge}`);
    }),
  );
}

/** Whether a secret that the template creates was deleted from an existing vault. */
async function secrets(
  arm: Deployer,
  vaultAt: (url: string) => Deployer,
  resources: Planned,
): Promise<readonly Finding[]> {
  const vault = resources.find(({ type }) => type === "Microsoft.KeyVault/vaults");
  const found = vault && (await read(arm, `${vault.id}?api-version=${worldWide[vault.type]}`));
  if (vault === undefined || found === undefined) return [fine("secrets", "the vault doesn't exist yet")];
  const { vaultUri } = z.object({ properties: z.object({ vaultUri: z.string() }) }).parse(found).properties;
  const made = resources.filter(({ type }) => type === "Microsoft.KeyVault/vaults/secrets");
  return deletedSecrets(
    vaultAt(vaultUri.replace(/\/$/, "")),
    vault.name,
    made.map(({ id }) => id.split("/").at(-1) ?? ""),
  );
}

/** Undefined: not found. */
async function read(arm: Deployer, path: string): Promise<unknown> {
  try {
    return await arm.call("GET", path);
  } catch (error) {
    if (error instanceof DeployerFault && error.status === 404) return undefined;
    throw error;
  }
}

const snowflakes = ["DISCORD_APPLICATION_ID", "DISCORD_GUILD_ID", "DISCORD_ADMIN_CHANNEL_ID"];

function discord(env: Environment): readonly Finding[] {
  if (![...snowflakes, "DISCORD_PUBLIC_KEY"].some((name) => env[name]))
    return [fine("discord", "not used: none of its settings is set")];
  const faults = [
    ...snowflakes
      .filter((name) => !/^\d{15,21}$/.test(env[name] ?? ""))
      .map((name) => `${name} must be 15 to 21 digits`),
    ...[publicKeyFault(env["DISCORD_PUBLIC_KEY"] ?? "")].flatMap((fault) =>
      fault === undefined ? [] : [`DISCORD_PUBLIC_KEY ${fault}`],
    ),
  ];
  return faults.length === 0
    ? [fine("discord", "all settings are set")]
    : faults.map((fault) => bad("discord", fault));
}

function teams(env: Environment): readonly Finding[] {
  const room = env["TEAMS_ADMIN_CONVERSATION"];
  if (room === undefined)
    return [fine("teams", "admins get no messages there: TEAMS_ADMIN_CONVERSATION isn't set")];
  return [
    room.startsWith("19:")
      ? fine("teams", "admins get messages there")
      : bad("teams", "TEAMS_ADMIN_CONVERSATION must be the id of a conversation: 19:…"),
  ];
}

if (import.meta.main) {
  const url = process.env["AZURE_RESOURCE_MANAGER_URL"] ?? "https://management.azure.com";
  const credential = new AzureCliCredential();
  const arm = deployerAt(url, "https://management.azure.com", credential);
  const vaultAt = (vaultUrl: string) => deployerAt(vaultUrl, "https://vault.azure.net", credential);
  const graphUrl = process.env["GRAPH_URL"] ?? "https://graph.microsoft.com";
  const graph = deployerAt(graphUrl, "https://graph.microsoft.com", credential);
  const { TEAMS_SHAREPOINT_HOST: host, AZURE_ENV_NAME: environment } = givenIn(process.env);
  const remember = environment === undefined ? undefined : azdRemembers(environment);
  const [checked, sharePoint] = await Promise.all([
    preflight(arm, process.env, vaultAt),
    findSharePoint(host, graph, remember),
  ]);
  const findings = [...checked, sharePoint];
  for (const { about, fine: good, says } of findings)
    process.stdout.write(`${good ? "ok  " : "NO  "} ${about.padEnd(12)} ${says}\n`);
  if (findings.some((finding) => !finding.fine)) process.exitCode = 1;
}
