import { entriesOf } from "./entries.ts";
import { invalid, within } from "./errors.ts";
import { listFunctions } from "./functions-lists.ts";
import { ownFunctions } from "./functions-own.ts";
import { scopeFunctions, scopeId } from "./functions-scope.ts";
import { textFunctions } from "./functions-text.ts";
import { evaluateTree, isPlain, repeat } from "./interpret.ts";
import type { Environment, Value } from "./language.ts";
import { once } from "./once.ts";
import type { Deployment } from "./opened.ts";
import { checkNames, checkParameter, missing, resolveSchema, type Schema } from "./parameters.ts";
import type { Scope } from "./plan.ts";
import { reference } from "./reference.ts";

/** What all deployments in one plan share. */
export interface Shared {
  now: Date | undefined;
  groupLocation: (group: string) => string;
}

type Given = Record<string, Value>;
type Json = Record<string, unknown>;

const object = (json: unknown): Json => (isPlain(json) ? json : {});

function lookup<T>(table: Map<string, T>, name: Value, what: "parameter" | "variable"): T {
  const found = table.get(String(name).toLowerCase());
  if (found !== undefined) return found;
  throw invalid(
    `The template ${what} '${name}' is not found. Please see https://aka.ms/arm-syntax-${what}s for usage details.`,
  );
}

/**
 * Opens a template: its resources, parameters and outputs, each evaluated on demand.
 * `outer`: the functions of the enclosing deployment, for a nested one whose expressions belong to that.
 */
export function open(
  template: Json,
  given: Given,
  scope: Scope,
  shared: Shared,
  outer?: Environment["functions"],
  isNested = false,
): Deployment {
  const definitions = object(template["definitions"]) as Record<string, Schema>;
  const functions: Environment["functions"] = {};
  const environment: Environment = { functions, loops: {}, lambdas: {} };

  const declared = object(template["parameters"]) as Record<string, Schema>;
  checkNames(given, declared);
  const parameters = parametersOf(declared, definitions, given, environment);
  const variables = variablesOf(object(template["variables"]), environment);
  const entries = once(`deployment: '${scope.deployment}'`, () =>
    entriesOf(
      template["resources"],
      environment,
      scope,
      (inner, its, at, outside) => open(inner, its, at, shared, outside ? functions : undefined, true),
      isNested,
    ),
  );

  Object.assign(
    functions,
    outer ??
      ({
        ...textFunctions,
        ...listFunctions,
        ...scopeFunctions(scope, shared.now, shared.groupLocation),
        parameters: { apply: ([name]) => lookup(parameters, name as Value, "parameter").value() },
        variables: { apply: ([name]) => lookup(variables, name as Value, "variable")() },
      } satisfies Environment["functions"]),
  );
  if (!outer) Object.assign(functions, ownFunctions(template["functions"], functions));
  functions["reference"] = reference(entries);

  return {
    scope,
    id: `${scopeId(scope)}/providers/Microsoft.Resources/deployments/${scope.deployment}`,
    entries: entries(),
    parameters: new Map([...parameters.values()].map(({ name, schema, value }) => [name, { schema, value }])),
    outputs: once(`deployment: '${scope.deployment}'`, () =>
      outputsOf(object(template["outputs"]), definitions, environment),
    ),
  };
}

/** Each is evaluated on demand, because a default may refer to another parameter. */
const parametersOf = (
  declared: Record<string, Schema>,
  definitions: Record<string, Schema>,
  given: Given,
  environment: Environment,
) =>
  new Map(
    Object.entries(declared).map(([name, own]) => {
      const schema = resolveSchema(own, definitions);
      const value = once(`parameter: '${name}'`, () => {
        const supplied = Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
        const value = supplied ?? defaultOf(name, schema, environment);
        checkParameter(name, value, schema, definitions);
        return value;
      });
      return [name.toLowerCase(), { schema, value, name }];
    }),
  );

function defaultOf(name: string, schema: Schema, environment: Environment): Value {
  if (schema.defaultValue !== undefined) {
    return within(`The template parameter '${name}'`, () => evaluateTree(schema.defaultValue, environment));
  }
  if (schema.nullable === true) return null;
  throw missing(name);
}

function variablesOf(json: Json, environment: Environment): Map<string, () => Value> {
  const { copy, ...plain } = json;
  const entries = Object.entries(plain).map(([name, value]): [string, () => Value] => [
    name,
    () => evaluateTree(value, environment),
  ]);
  const loops = (Array.isArray(copy) ? copy : []).map((loop): [string, () => Value] => [
    String(loop.name),
    () => repeat(loop, environment),
  ]);
  return new Map(
    [...entries, ...loops].map(([name, work]) => [
      name.toLowerCase(),
      once(`variable: '${name}'`, () => within(`The template variable '${name}'`, work)),
    ]),
  );
}

function outputsOf(
  json: Json,
  definitions: Record<string, Schema>,
  environment: Environment,
): Record<string, { schema: Schema; value: Value }> {
  const result: Record<string, { schema: Schema; value: Value }> = {};
  for (const [name, raw] of Object.entries(json)) {
    const output = object(raw);
    within(`The template output '${name}'`, () => {
      if (output["condition"] !== undefined && evaluateTree(output["condition"], environment) === false)
        return;
      const value = isPlain(output["copy"])
        ? repeat(output["copy"], environment)
        : evaluateTree(output["value"], environment);
      result[name] = { schema: resolveSchema(output as Schema, definitions), value };
    });
  }
  return result;
}
