import { isAllowed } from "../access/authorize.ts";
import { regions } from "../compute/catalog.ts";
import { groupNotFound, refuse } from "../errors.ts";
import { kindOf, kinds } from "../kinds.ts";
import type { Resource } from "../state.ts";
import { find, iso, same } from "../world.ts";
import { type Answer, type Call, ok, type Route, route } from "./call.ts";
import { handleResource } from "./items.ts";
import { isBody, textAt } from "./kind.ts";
import { parsePath } from "./path.ts";
import { writeResource } from "./store.ts";

function subscription({ world }: Call) {
  const { subscription: id, tenant } = world.state;
  return {
    id: `/subscriptions/${id}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id,
    tenantId: tenant,
    displayName: "Simulated subscription",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

function provider(world: Call["world"], namespace: string) {
  const own = kinds.filter((kind) => same(kind.type.split("/")[0], namespace));
  if (own.length === 0)
    throw refuse(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  const name = own[0]?.type.split("/")[0] ?? namespace;
  return {
    id: `/subscriptions/${world.state.subscription}/providers/${name}`,
    namespace: name,
    registrationPolicy: "RegistrationRequired",
    registrationState: "Registered",
    resourceTypes: own.map((kind) => ({
      resourceType: kind.type.slice(name.length + 1),
      locations: regions.map((region) => region.displayName),
      apiVersions: apiVersions(kind.type),
      capabilities: "None",
    })),
  };
}

/** Newest first, because clients take the first (Bicep's type index, August 2026). */
function apiVersions(type: string): string[] {
  if (/\/(disks|snapshots)$/i.test(type)) return ["2026-03-02", "2024-03-02", "2023-04-02"];
  if (/^microsoft\.compute/i.test(type)) return ["2026-04-01", "2026-03-01", "2024-11-01", "2024-07-01"];
  if (/^microsoft\.network/i.test(type)) return ["2026-01-01", "2025-09-01", "2024-01-01"];
  if (/^microsoft\.keyvault/i.test(type)) return ["2026-02-01", "2023-07-01"];
  if (/^microsoft\.managedidentity/i.test(type)) return ["2024-11-30", "2023-01-31"];
  if (/^microsoft\.authorization/i.test(type)) return ["2022-04-01"];
  return ["2026-06-01", "2025-04-01", "2024-11-01"];
}

/** `…/resources`: top-level resources that the caller may read, by name, type, group or tag. */
function resources(call: Call, group: string | undefined): Answer {
  const { world, principal, query } = call;
  if (
    group !== undefined &&
    !find(world, `/subscriptions/${world.state.subscription}/resourceGroups/${group}`)
  )
    throw groupNotFound(group);
  const filter = query.get("$filter") ?? "";
  const wanted = (key: string) => new RegExp(`(?:^|[\\s(])${key} eq '([^']*)'`, "i").exec(filter)?.[1];
  const fits = (actual: string | undefined, asked: string | undefined) =>
    asked === undefined || same(actual, asked);
  const tagged = (resource: Resource) => {
    const name = wanted("tagname");
    if (name === undefined) return true;
    const tag = Object.entries(resource.tags ?? {}).find(([key]) => same(key, name));
    return tag !== undefined && (wanted("tagvalue") === undefined || tag[1] === wanted("tagvalue"));
  };
  const expand = (query.get("$expand") ?? "").toLowerCase().split(",");
  const found = Object.values(world.state.resources).filter((resource) => {
    const path = parsePath(resource.id);
    return (
      path.types.length === 1 &&
      !/^Microsoft\.(Resources|Authorization)\//i.test(resource.type) &&
      fits(path.group, group ?? wanted("resourceGroup")) &&
      fits(resource.name, wanted("name")) &&
      fits(resource.type, wanted("resourceType")) &&
      fits(resource.location, wanted("location")) &&
      tagged(resource) &&
      isAllowed(world, principal, `${resource.type}/read`, resource.id, "actions")
    );
  });
  return ok({
    value: found.map((resource) => ({
      id: resource.id,
      name: resource.name,
      type: resource.type,
      location: resource.location,
      ...(resource.tags ? { tags: resource.tags } : {}),
      ...(resource.sku ? { sku: resource.sku } : {}),
      ...(resource.zones ? { zones: resource.zones } : {}),
      ...(resource.identity ? { identity: resource.identity } : {}),
      ...(resource.managedBy ? { managedBy: resource.managedBy } : {}),
      ...(expand.includes("createdtime") ? { createdTime: iso(resource.createdAt) } : {}),
      ...(expand.includes("changedtime") ? { changedTime: iso(resource.changedAt) } : {}),
      ...(expand.includes("provisioningstate")
        ? { provisioningState: resource.properties["provisioningState"] ?? "Succeeded" }
        : {}),
    })),
  });
}

/** The tags of a resource on their own: PUT and PATCH Replace set them, Merge adds, Delete removes. */
function tags(call: Call, scope: string): Answer {
  const { world, principal, method, body } = call;
  const id = `${scope}/providers/Microsoft.Resources/tags/default`;
  const resource = find(world, scope);
  if (!resource) throw handleMissing(call, scope);
  if (method !== "GET") {
    const given = (isBody(body["properties"]) ? body["properties"]["tags"] : undefined) as
      | Record<string, string>
      | undefined;
    const operation = method === "PATCH" ? (textAt(body, "operation") ?? "Replace") : "Replace";
    const old = resource.tags ?? {};
    const next =
      operation === "Merge"
        ? { ...old, ...given }
        : operation === "Delete"
          ? Object.fromEntries(Object.entries(old).filter(([name]) => !(name in (given ?? {}))))
          : (given ?? {});
    const kind = kindOf(resource.type);
    if (kind) writeResource(world, principal, scope, { tags: next }, "PATCH");
  }
  return ok({
    id,
    name: "default",
    type: "Microsoft.Resources/tags",
    properties: { tags: find(world, scope)?.tags ?? {} },
  });
}

/** The refusal that a GET of the missing resource would give. */
function handleMissing(call: Call, scope: string): Error {
  handleResource({ ...call, method: "GET", path: scope });
  return refuse(404, "ResourceNotFound", `The resource '${scope}' could not be found.`);
}

/** The routes of the subscription itself. */
export const subscriptionRoutes: readonly Route[] = [
  route("GET", "/subscriptions", (call) =>
    ok({ value: [subscription(call)], count: { type: "Total", value: 1 } }),
  ),
  route("GET", "/subscriptions/{s}", (call, { s }) => {
    if (same(s, call.world.state.subscription)) return ok(subscription(call));
    throw refuse(404, "SubscriptionNotFound", `The subscription '${s}' could not be found.`);
  }),
  route("GET", "/subscriptions/{s}/locations", ({ world }) =>
    ok({
      value: regions.map((region) => ({
        id: `/subscriptions/${world.state.subscription}/locations/${region.name}`,
        subscriptionId: world.state.subscription,
        type: "Region",
        ...region,
        regionalDisplayName: `(Simulated) ${region.displayName}`,
      })),
    }),
  ),
  route("GET", "/tenants", ({ world }) =>
    ok({
      value: [
        {
          id: `/tenants/${world.state.tenant}`,
          tenantId: world.state.tenant,
          displayName: "Contoso",
          defaultDomain: "contoso.com",
          tenantCategory: "Home",
        },
      ],
    }),
  ),
  route("GET", "/subscriptions/{s}/providers", ({ world }) =>
    ok({
      value: [...new Set(kinds.map((kind) => kind.type.split("/")[0] ?? ""))].map((namespace) =>
        provider(world, namespace),
      ),
    }),
  ),
  route("GET", "/subscriptions/{s}/providers/{namespace}", ({ world }, { namespace = "" }) =>
    ok(provider(world, namespace)),
  ),
  // Azure CLI requests these whenever it looks for vaults.
  ...["", "/resourceGroups/{g}"].map((group) =>
    route("GET", `/subscriptions/{s}${group}/providers/Microsoft.KeyVault/managedHSMs`, () =>
      ok({ value: [] }),
    ),
  ),
  route("GET", "/subscriptions/{s}/resources", (call) => resources(call, undefined)),
  route("GET", "/subscriptions/{s}/resourceGroups/{g}/resources", (call, { g }) => resources(call, g)),
  ...["GET", "PUT", "PATCH"].map((method) =>
    route(method, "/{*scope}/providers/Microsoft.Resources/tags/default", (call, { scope = "" }) =>
      tags(call, scope),
    ),
  ),
];
