/**
 * Evaluates compiled ARM JSON templates (what `bicep build` writes) as Azure Resource Manager does.
 *
 * Evaluation has two phases, as in ARM. `plan` computes everything that follows from the template, the
 * parameters and the scope: names, ids, conditions, loops, order. What `reference()` reads exists only later;
 * such values stay open in the plan, and `resolve(read)` fills them in when the resource's turn comes.
 */

import { open } from "./deployment.ts";
import { fill, flatten } from "./flatten.ts";
import type { Value } from "./language.ts";
import { type Schema, shownType } from "./parameters.ts";
import type { Parameters, Plan, Scope, Template, TypedValue } from "./plan.ts";

export { TemplateError } from "./errors.ts";

/**
 * Computes what a deployment would create. Reads nothing; without `now`, `utcNow()` stays open.
 * @throws TemplateError for a template or parameters that ARM would refuse before it starts.
 */
export function plan(template: Template, parameters: Parameters, scope: Scope, now?: Date): Plan {
  const groups = new Map<string, string>();
  const shared = { now, groupLocation: (group: string) => groups.get(group.toLowerCase()) ?? scope.location };
  const given = Object.entries(parameters).map(([name, { value }]): [string, Value] => [
    name,
    value as Value,
  ]);
  const deployment = open(template, Object.fromEntries(given), scope, shared);
  // A group that this deployment creates has the location given here.
  for (const { type, name, body } of deployment.entries) {
    if (type.toLowerCase() === "microsoft.resources/resourcegroups")
      groups.set(name().toLowerCase(), String(body()["location"]));
  }
  const shownParameters = [...deployment.parameters].map(([name, { schema, value }]) => [
    name,
    typed(schema, value()),
  ]);
  return {
    resources: flatten(deployment),
    parameters: Object.fromEntries(shownParameters),
    outputs: (read) =>
      Object.fromEntries(
        Object.entries(deployment.outputs()).map(([name, { schema, value }]) => [
          name,
          typed(schema, fill(value, read)),
        ]),
      ),
  };
}

function typed(schema: Schema, value: Value): TypedValue {
  const type = shownType(schema);
  return type.startsWith("Secure") ? { type } : { type, value };
}
