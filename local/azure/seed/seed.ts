import { readFileSync } from "node:fs";
import { definitionType, operator } from "../access/authorize.ts";
import { builtInRoles } from "../access/builtin.ts";
import { dispatch } from "../arm/dispatch.ts";
import { advance } from "../engine.ts";
import { addPrincipal } from "../identity/principals.ts";
import type { Body, State } from "../state.ts";
import { guidOf, iso, newGuid, put, type World } from "../world.ts";
import { firstPeople, subscriptionId, tenantId } from "./directory.ts";

const location = "eastus2";
/** The built-in role. */
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

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

const subscription = `/subscriptions/${subscriptionId}`;

/** What every subscription has: the built-in roles, and an owner, without whom nobody could create anything. */
export function seedOperator(world: World): void {
  for (const [name, { name: roleName, actions, notActions = [], dataActions = [] }] of Object.entries(
    builtInRoles,
  )) {
    const id = `${subscription}/providers/${definitionType}/${name}`;
    put(world, {
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
    });
  }
  addPrincipal(world, "Local operator", operator);
  world.state.identityHeaders[newGuid(world)] = operator;
  const id = `${subscription}/providers/Microsoft.Authorization/roleAssignments/${guidOf("operator owns")}`;
  put(world, {
    id,
    name: guidOf("operator owns"),
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `${subscription}/providers/${definitionType}/${owner}`,
      principalId: operator,
      principalType: "ServicePrincipal",
      scope: subscription,
      condition: null,
      conditionVersion: null,
      createdOn: iso(world.now),
      updatedOn: iso(world.now),
    },
    hidden: { effectiveAt: 0 },
    createdAt: world.now,
    changedAt: world.now,
  });
}

const platform = `${subscription}/providers/Microsoft.Resources/deployments/openclaw`;

/** Deploys `main.bicep` as the owner, and waits until everything exists. */
export function seedPlatform(world: World): void {
  const template = JSON.parse(
    readFileSync(new URL("../../../infra/main.json", import.meta.url), "utf8"),
  ) as Body;
  const parameters = {
    // The deployer may set values that the bot may not read.
    deployerPrincipalId: { value: operator },
    deployerPrincipalType: { value: "ServicePrincipal" },
  };
  dispatch({
    world,
    principal: operator,
    method: "PUT",
    path: platform,
    query: new URLSearchParams(),
    apiVersion: "2025-04-01",
    body: { location, properties: { mode: "Incremental", template, parameters } },
    correlationId: newGuid(world),
  });
  for (let minutes = 0; isUnderWay(world) && minutes < 60; minutes += 1) advance(world, world.now + 60_000);
  const deployment = world.state.deployments[platform.toLowerCase()];
  if (deployment?.status !== "Succeeded")
    throw new Error(`main.bicep could not be deployed: ${JSON.stringify(deployment?.error)}`);
  world.state.bot = String(platformOutputs(world.state)["BOT_PRINCIPAL_ID"]);
  world.state.identityHeaders[newGuid(world)] = world.state.bot;
}

const isUnderWay = (world: World) => {
  const status = world.state.deployments[platform.toLowerCase()]?.status;
  return status === "Accepted" || status === "Running";
};

/** The outputs of the `main.bicep` deployment. */
export const platformOutputs = (state: State): Body =>
  Object.fromEntries(
    Object.entries(state.deployments[platform.toLowerCase()]?.outputs ?? {}).map(([name, output]) => [
      name,
      (output as Body)["value"],
    ]),
  );
