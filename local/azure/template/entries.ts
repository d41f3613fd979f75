import { Fault, invalid, within } from "./errors.ts";
import { interleave, scopeId } from "./functions-scope.ts";
import { evaluateTree, isPlain, loopCount, show } from "./interpret.ts";
import type { Environment, ObjectValue, Value } from "./language.ts";
import { once } from "./once.ts";
import type { Deployment, Entry } from "./opened.ts";
import type { Scope } from "./plan.ts";
import { isObject, isOpen } from "./value.ts";

type Json = Record<string, unknown>;
/** Opens a nested deployment; `outside`: its expressions belong to the enclosing deployment. */
type Nest = (template: Json, given: Record<string, Value>, scope: Scope, outside: boolean) => Deployment;

/** All resources of a template, loops unrolled. */
export function entriesOf(
  resources: unknown,
  environment: Environment,
  scope: Scope,
  nest: Nest,
  isNested: boolean,
): Entry[] {
  const named: [string, unknown][] = Array.isArray(resources)
    ? resources.map((resource, position) => [String(position), resource])
    : Object.entries(isPlain(resources) ? resources : {});
  return named.flatMap(([symbol, raw]) => {
    const json = isPlain(raw) ? raw : {};
    const loop = isPlain(json["copy"]) ? json["copy"] : undefined;
    if (loop === undefined) return [entry(symbol, undefined, json, environment, scope, nest, isNested)];
    const name = String(loop["name"]);
    const count = within(`The template resource '${symbol}' at line '1' and column '1'`, () =>
      loopCount(loop["count"], environment),
    );
    return Array.from({ length: count }, (_, index) => {
      const loops = { ...environment.loops, "": index, [name.toLowerCase()]: index };
      return entry(`${symbol}[${index}]`, name, json, { ...environment, loops }, scope, nest, isNested);
    });
  });
}

/** Properties that place a resource rather than being part of it. */
const frame = new Set([
  "type",
  "apiVersion",
  "name",
  "dependsOn",
  "condition",
  "copy",
  "scope",
  "existing",
  "comments",
  "metadata",
  "@options",
  "subscriptionId",
  "resourceGroup",
]);

function entry(
  symbol: string,
  loop: string | undefined,
  json: Json,
  environment: Environment,
  scope: Scope,
  nest: Nest,
  isNested: boolean,
): Entry {
  const lazily = <T>(work: () => T) =>
    once(`resource: '${symbol}'`, () =>
      within(`The template resource '${symbol}' at line '1' and column '1'`, work),
    );
  const known = (part: unknown) => knownNow(part, environment);
  const type = String(json["type"]);
  // A nested deployment's parameters may come from resources that the enclosing deployment creates first.
  const placing = (part: unknown): Value => (isNested ? evaluateTree(part, environment) : known(part));
  const nameValue = lazily(() => placing(json["name"]));
  const scopeValue = lazily(() => (json["scope"] === undefined ? undefined : placing(json["scope"])));
  const idFrom = (fill: (value: Value) => Value) => {
    const base = scopeValue();
    return idOf(type, String(fill(nameValue())), base === undefined ? undefined : String(fill(base)), at());
  };
  const name = lazily(() => String(show(nameValue())));
  const at = lazily(() => placeOf(json, scope, (part) => String(known(part))));
  const options = isPlain(json["@options"]) ? json["@options"] : {};
  const isDeployment = type.toLowerCase() === "microsoft.resources/deployments";
  return {
    symbol,
    loop,
    type,
    name,
    existing: json["existing"] === true,
    apiVersion: String(json["apiVersion"]),
    // Bicep 0.49.2 writes the decorator without arguments as `[]`.
    onlyIfNotExists: (options["onlyIfNotExists"] ?? false) !== false,
    id: lazily(() => idFrom(show)),
    resolveId: idFrom,
    wanted: lazily(() => json["condition"] === undefined || known(json["condition"]) === true),
    body: lazily(() => {
      const parts = Object.entries(json).filter(([key]) => !frame.has(key));
      return evaluateTree(Object.fromEntries(parts), environment) as ObjectValue;
    }),
    dependsOn: lazily(() =>
      (Array.isArray(json["dependsOn"]) ? json["dependsOn"] : []).map((one) => String(known(one))),
    ),
    nested: lazily(() =>
      isDeployment && json["existing"] !== true
        ? nestedOf(json, { ...at(), name: name() }, environment, scope, nest)
        : undefined,
    ),
  };
}

/** A value that must be known before any resource exists. @throws Fault */
function knownNow(part: unknown, environment: Environment): Value {
  const value = evaluateTree(part, environment);
  if (!isOpen(value)) return value;
  throw new Fault(
    "The template function 'reference' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.",
  );
}

/** Where a resource goes: the scope of its deployment, unless it says otherwise. */
function placeOf(
  json: Json,
  scope: Scope,
  read: (part: unknown) => string,
): { subscriptionId: string; resourceGroup?: string } {
  const placed = (part: string, otherwise: string | undefined) =>
    json[part] === undefined ? otherwise : read(json[part]);
  const resourceGroup = placed(
    "resourceGroup",
    json["subscriptionId"] === undefined ? scope.resourceGroup : undefined,
  );
  return {
    subscriptionId: placed("subscriptionId", scope.subscriptionId) ?? "",
    ...(resourceGroup !== undefined && { resourceGroup }),
  };
}

function idOf(
  type: string,
  name: string,
  base: string | undefined,
  at: { subscriptionId: string; resourceGroup?: string },
): string {
  const lower = type.toLowerCase();
  if (lower === "microsoft.resources/resourcegroups")
    return `/subscriptions/${at.subscriptionId}/resourceGroups/${name}`;
  return `${baseOf(base, at)}/providers/${interleave(type, name.startsWith("[") ? [name] : name.split("/"))}`;
}

/** The scope of an extension resource: an id, `/` for the tenant, or `Type/name` of a resource beside it. */
function baseOf(base: string | undefined, at: { subscriptionId: string; resourceGroup?: string }): string {
  if (base === undefined) return scopeId(at);
  if (base.startsWith("/")) return base === "/" ? "" : base;
  const [provider, type, ...rest] = base.split("/");
  const types = rest.filter((_, i) => i % 2 === 1);
  const names = rest.filter((_, i) => i % 2 === 0);
  return `${scopeId(at)}/providers/${interleave([provider, type, ...types].join("/"), names)}`;
}

function nestedOf(
  json: Json,
  at: { subscriptionId: string; resourceGroup?: string; name: string },
  environment: Environment,
  scope: Scope,
  nest: Nest,
): Deployment {
  const properties = isPlain(json["properties"]) ? json["properties"] : {};
  const template = properties["template"];
  if (!isPlain(template))
    throw invalid(
      `The template resource '${at.name}' of type 'Microsoft.Resources/deployments' has no template to evaluate`,
    );
  const options = isPlain(properties["expressionEvaluationOptions"])
    ? properties["expressionEvaluationOptions"]
    : {};
  const given = evaluateTree(properties["parameters"] ?? {}, environment);
  const location =
    json["location"] === undefined ? scope.location : String(evaluateTree(json["location"], environment));
  const values = Object.entries(isObject(given) ? given : {}).map(([name, value]): [string, Value] => [
    name,
    isObject(value) ? (value["value"] ?? null) : value,
  ]);
  const inner: Scope = {
    subscriptionId: at.subscriptionId,
    tenantId: scope.tenantId,
    location,
    deployment: at.name,
    ...(at.resourceGroup !== undefined && { resourceGroup: at.resourceGroup }),
  };
  const outside = String(options["scope"] ?? "outer").toLowerCase() !== "inner";
  return nest(template, Object.fromEntries(values), inner, outside);
}
