import { definitionType, operator } from "../access/authorize.ts";
import { builtInRoles } from "../access/builtin.ts";
import { writeResource } from "../arm/store.ts";
import { advance } from "../engine.ts";
import { addPrincipal } from "../identity/principals.ts";
import type { Body, State } from "../state.ts";
import { find, guidOf, newGuid, type World } from "../world.ts";
import { firstPeople, subscriptionId, tenantId } from "./directory.ts";
import {
  backupRights,
  instanceRights,
  loginCondition,
  roles,
  secretCondition,
  secretRights,
  subscriptionReads,
} from "./roles.ts";

export const location = "eastus2";
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
      roleDefinitionId: `${scopeOf()}/providers/${definitionType}/${roles.owner}`,
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

  const assign = (scope: string, principalId: string, role: string, condition?: string) =>
    put(
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${scope}/${principalId}/${role}`)}`,
      {
        properties: {
          principalId,
          principalType: "ServicePrincipal",
          roleDefinitionId: `${scopeOf()}/providers/${definitionType}/${role}`,
          ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
        },
      },
    );
  const grant = (scope: string, roleName: string, permission: Body) => {
    const name = guidOf(`role/${roleName}`);
    put(`${scope}/providers/${definitionType}/${name}`, {
      properties: {
        roleName: `${roleName} (simulated)`,
        assignableScopes: [scope],
        permissions: [permission],
      },
    });
    assign(scope, bot, name);
  };
  grant(scopeOf(), "OpenClaw bot: offers and quota", { actions: subscriptionReads });
  grant(scopeOf(groups.instances), "OpenClaw bot: instances", { actions: instanceRights });
  grant(scopeOf(groups.backup), "OpenClaw bot: backups", { actions: backupRights });
  grant(places.vault, "OpenClaw bot: secrets without their values", {
    actions: [],
    dataActions: secretRights,
  });
  assign(scopeOf(groups.instances), bot, roles.accessAdministrator, loginCondition());
  assign(places.vault, bot, roles.accessAdministrator, secretCondition(bot));
  assign(
    `${places.vault}/secrets/openclaw-shared`,
    String(find(world, places.bootIdentity)?.properties["principalId"]),
    roles.secretsUser,
  );
}
