import { Fault } from "./errors.ts";
import type { Argument, ObjectValue, TemplateFunction, Value } from "./language.ts";
import type { Scope } from "./plan.ts";

/** `A.B/c/d` and `["x", "y"]` → `A.B/c/x/d/y`. */
export function interleave(type: string, names: readonly string[]): string {
  const [provider = "", ...types] = type.split("/");
  return [provider, ...types.flatMap((segment, i) => [segment, names[i] ?? ""])].join("/");
}

export function scopeId(scope: Pick<Scope, "subscriptionId" | "resourceGroup">): string {
  const subscription = `/subscriptions/${scope.subscriptionId}`;
  return scope.resourceGroup === undefined
    ? subscription
    : `${subscription}/resourceGroups/${scope.resourceGroup}`;
}

/** `(subscription?, group?, type, …names)`: the type is the last argument with a slash that leaves a name for each of its parts. */
function split(name: string, args: string[]): { before: string[]; type: string; names: string[] } {
  if (args.length < 2) {
    throw new Fault(
      `Unable to evaluate template language function '${name}'. At least two parameter should be provided. Please see https://aka.ms/arm-functions for usage details.`,
    );
  }
  for (let i = 0; i < Math.min(3, args.length); i++) {
    const type = args[i] ?? "";
    if (type.includes("/") && type.split("/").length - 1 === args.length - i - 1) {
      return { before: args.slice(0, i), type, names: args.slice(i + 1) };
    }
  }
  const type = args.find((arg) => /^[\w.]+\.[\w.]+\//.test(arg)) ?? args[0] ?? "";
  throw new Fault(
    `Unable to evaluate template language function '${name}': the type '${type}' requires '${type.split("/").length - 1}' resource name argument(s). Please see https://aka.ms/arm-functions-resources#resourceid for usage details.`,
  );
}

const providers = (base: string, type: string, names: string[]) =>
  `${base}/providers/${interleave(type, names)}`;

function resourceId(scope: Scope, args: string[]): string {
  const { before, type, names } = split("resourceId", args);
  const [one, two] = before;
  const group = two ?? one ?? scope.resourceGroup;
  const subscriptionId = two !== undefined && one !== undefined ? one : scope.subscriptionId;
  return providers(
    scopeId({ subscriptionId, ...(group !== undefined && { resourceGroup: group }) }),
    type,
    names,
  );
}

function subscriptionResourceId(scope: Scope, args: string[]): string {
  const { before, type, names } = split("subscriptionResourceId", args);
  return providers(`/subscriptions/${before[0] ?? scope.subscriptionId}`, type, names);
}

function tenantResourceId(args: string[]): string {
  const { type, names } = split("tenantResourceId", args);
  return providers("", type, names);
}

function extensionResourceId(args: string[]): string {
  const [base = "", ...rest] = args;
  const { type, names } = split("extensionResourceId", rest);
  return providers(base, type, names);
}

/** The public cloud's values that templates use (`az cloud show`, 2026). */
const environment: ObjectValue = {
  name: "AzureCloud",
  portal: "https://portal.azure.com",
  resourceManager: "https://management.azure.com/",
  graph: "https://graph.windows.net/",
  authentication: {
    loginEndpoint: "https://login.microsoftonline.com/",
    audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
    tenant: "common",
    identityProvider: "AAD",
  },
  suffixes: {
    acrLoginServer: ".azurecr.io",
    keyvaultDns: ".vault.azure.net",
    sqlServerHostname: ".database.windows.net",
    storage: "core.windows.net",
  },
};

function formatTime(now: Date, pattern: string): string {
  const iso = now.toISOString();
  const parts: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    d: `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`,
    u: `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`,
    o: `${iso.slice(0, -1)}0000Z`,
  };
  return parts[pattern] ?? pattern.replace(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts[part] ?? part);
}

/** The functions about the deployment's scope. By name in lower case. */
export function scopeFunctions(
  scope: Scope,
  now: Date | undefined,
  groupLocation: (group: string) => string,
): Record<string, TemplateFunction> {
  const strings = (work: (args: string[]) => Value): TemplateFunction => ({
    apply: (args: Argument[]) => work(args.map(String)),
  });
  const subscription = {
    id: `/subscriptions/${scope.subscriptionId}`,
    subscriptionId: scope.subscriptionId,
    tenantId: scope.tenantId,
    displayName: scope.subscriptionId,
  };
  return {
    resourceid: strings((args) => resourceId(scope, args)),
    subscriptionresourceid: strings((args) => subscriptionResourceId(scope, args)),
    tenantresourceid: strings(tenantResourceId),
    extensionresourceid: strings(extensionResourceId),
    subscription: strings(() => subscription),
    tenant: strings(() => ({
      id: `/tenants/${scope.tenantId}`,
      tenantId: scope.tenantId,
      countryCode: "",
      displayName: "",
    })),
    environment: strings(() => environment),
    deployment: strings(() => ({
      name: scope.deployment,
      ...(scope.resourceGroup === undefined && { location: scope.location }),
      properties: { mode: "Incremental" },
    })),
    resourcegroup: strings(() => {
      const group = scope.resourceGroup;
      if (group === undefined) {
        throw new Fault(
          "The template function 'RESOURCEGROUP' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.",
        );
      }
      return {
        id: scopeId(scope),
        name: group,
        type: "Microsoft.Resources/resourceGroups",
        location: groupLocation(group),
        properties: { provisioningState: "Succeeded" },
      };
    }),
    utcnow: {
      apply: ([pattern]) =>
        now === undefined
          ? undefined
          : formatTime(now, typeof pattern === "string" ? pattern : "yyyyMMddTHHmmssZ"),
    },
  };
}
