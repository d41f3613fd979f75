import { readFileSync } from "node:fs";
import { assignmentType, definitionType, operator } from "../access/authorize.ts";
import { builtInRoles } from "../access/builtin.ts";
import { dispatch } from "../arm/dispatch.ts";
import { writeResource } from "../arm/store.ts";
import { advance } from "../engine.ts";
import { addPrincipal } from "../identity/principals.ts";
import type { Body, State } from "../state.ts";
import { find, guidOf, newGuid, type World } from "../world.ts";
import { firstPeople, subscriptionId, tenantId } from "./directory.ts";

export const location = "eastus2";
/** Built-in roles. */
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

export const groups = { instances: "openclaw-rg", bot: "openclaw-bot-rg", backup: "openclaw-backup-rg" };

/** An empty subscription: the directory, and the local operator as its owner. `real`: ms. */
export function emptyState(key: Body, real: number): State {
  return {
    tenant: tenantId,
    subscription: subscriptionId,
    base: { real, simulated: real },
    counter: 0,
    resources: {},
    operations: {},
    deployments: {},
    people: [...firstPeople],
    principals: {},
    secrets: {},
    faults: [],
    activity: [],
    identityHeaders: {},
    key,
    bot: "",
  };
}

const scopeOf = (group?: string) =>
  `/subscriptions/${subscriptionId}${group === undefined ? "" : `/resourceGroups/${group}`}`;
const idIn = (group: string, type: string, name: string) => `${scopeOf(group)}/providers/${type}/${name}`;

/** Where the things lie that `main.bicep` makes and the bot is told of. */
export const places = {
  scaleSet: idIn(groups.instances, "Microsoft.Compute/virtualMachineScaleSets", "openclaw-set"),
  network: idIn(groups.instances, "Microsoft.Network/virtualNetworks", "openclaw-network"),
  subnet: `${idIn(groups.instances, "Microsoft.Network/virtualNetworks", "openclaw-network")}/subnets/instances`,
  bootIdentity: idIn(groups.instances, "Microsoft.ManagedIdentity/userAssignedIdentities", "openclaw-boot"),
  botIdentity: idIn(groups.bot, "Microsoft.ManagedIdentity/userAssignedIdentities", "openclaw-bot"),
  vault: idIn(groups.bot, "Microsoft.KeyVault/vaults", `openclaw-kv-${guidOf(subscriptionId).slice(0, 8)}`),
  storage: idIn(
    groups.bot,
    "Microsoft.Storage/storageAccounts",
    `openclaw${guidOf(subscriptionId).slice(0, 8)}`,
  ),
};

/** What every subscription has: the built-in roles, and an owner, without whom nobody could make anything. */
export function seedOperator(world: World): void {
  for (const [name, { name: roleName, actions, notActions = [], dataActions = [] }] of Object.entries(
    builtInRoles,
  )) {
    const id = `${scopeOf()}/providers/${definitionType}/${name}`;
    world.state.resources[id.toLowerCase()] = {
      id,
      name,
      type: definitionType,
      properties: {
        roleName,
        type: "BuiltInRole",
        description: "",
        assignableScopes: ["/"],
        permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
      },
      hidden: {},
      createdAt: world.now,
      changedAt: world.now,
    };
  }
  addPrincipal(world, "Local operator", operator);
  world.state.identityHeaders[newGuid(world)] = operator;
  const id = `${scopeOf()}/providers/Microsoft.Authorization/roleAssignments/${guidOf("operator owns")}`;
  world.state.resources[id.toLowerCase()] = {
    id,
    name: guidOf("operator owns"),
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `${scopeOf()}/providers/${definitionType}/${owner}`,
      principalId: operator,
      principalType: "ServicePrincipal",
      scope: scopeOf(),
      condition: null,
    },
    hidden: { effectiveAt: 0 },
    createdAt: world.now,
    changedAt: world.now,
  };
}

/** What `main.bicep` will make, put there by the operator in the same way and order, until all of it has succeeded. */
export function seedPlatform(world: World): void {
  const put = (id: string, body: Body) => {
    writeResource(world, operator, id, body);
    advance(world, world.now + 60_000);
  };
  for (const group of Object.values(groups)) put(scopeOf(group), { location, tags: { project: "openclaw" } });
  put(places.network, {
    location,
    properties: {
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      subnets: [
        { name: "instances", properties: { addressPrefix: "10.0.0.0/20", defaultOutboundAccess: false } },
      ],
    },
  });
  put(places.scaleSet, {
    location,
    properties: { orchestrationMode: "Flexible", singlePlacementGroup: false, platformFaultDomainCount: 1 },
  });
  put(places.vault, { location, properties: { tenantId, sku: { family: "A", name: "standard" } } });
  put(places.storage, { location, sku: { name: "Standard_LRS" } });
  put(places.bootIdentity, { location });
  put(places.botIdentity, { location });
  const bot = String(find(world, places.botIdentity)?.properties["principalId"]);
  world.state.bot = bot;
  world.state.identityHeaders[newGuid(world)] = bot;
  world.state.secrets["openclaw-shared"] = {
    versions: [
      { version: newGuid(world).replaceAll("-", ""), value: "{}", enabled: true, createdAt: world.now },
    ],
  };

  deployRights(world, bot);
  const allow = (scope: string, principalId: string, role: string) =>
    put(`${scope}/providers/${assignmentType}/${guidOf(`${scope}/${principalId}`)}`, {
      properties: {
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: `${scopeOf()}/providers/${definitionType}/${role}`,
      },
    });
  const boot = String(find(world, places.bootIdentity)?.properties["principalId"]);
  allow(`${places.vault}/secrets/openclaw-shared`, boot, secretsUser);
  // Whoever deploys may set the values that the bot may not see.
  allow(places.vault, operator, secretsOfficer);
}

/** The bot's rights, by the template that grants them in Azure. */
function deployRights(world: World, principalId: string): void {
  const template = JSON.parse(
    readFileSync(new URL("../../../infra/modules/bot-rights.json", import.meta.url), "utf8"),
  ) as Body;
  const parameters = {
    principalId,
    instancesGroup: groups.instances,
    backupGroup: groups.backup,
    botGroup: groups.bot,
    vaultName: places.vault.split("/").at(-1),
    storageAccountName: places.storage.split("/").at(-1),
  };
  const path = `${scopeOf()}/providers/Microsoft.Resources/deployments/bot-rights`;
  dispatch({
    world,
    principal: operator,
    method: "PUT",
    path,
    query: new URLSearchParams(),
    apiVersion: "2025-04-01",
    body: {
      location,
      properties: {
        mode: "Incremental",
        template,
        parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
      },
    },
    correlationId: newGuid(world),
  });
  const deployment = world.state.deployments[path.toLowerCase()];
  if (deployment?.status !== "Succeeded")
    throw new Error(`The bot's rights could not be deployed: ${JSON.stringify(deployment?.error)}`);
}
