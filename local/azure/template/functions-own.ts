import { evaluateTree, isPlain } from "./interpret.ts";
import type { Environment, TemplateFunction, Value } from "./language.ts";

/**
 * The functions that a template defines itself, by `namespace.name` in lower case. Each sees its own parameters and the
 * other functions, no variables and no resources (Microsoft Learn, "User-defined functions in ARM template", 2026).
 */
export function ownFunctions(
  defined: unknown,
  functions: Environment["functions"],
): Record<string, TemplateFunction> {
  const namespaces = (Array.isArray(defined) ? defined : []).filter(isPlain);
  return Object.fromEntries(
    namespaces.flatMap(({ namespace, members }) =>
      Object.entries(isPlain(members) ? members : {}).map(([name, member]) => [
        `${namespace}.${name}`.toLowerCase(),
        ownFunction(isPlain(member) ? member : {}, functions),
      ]),
    ),
  );
}

function ownFunction(
  { parameters, output }: Record<string, unknown>,
  functions: Environment["functions"],
): TemplateFunction {
  const names = (Array.isArray(parameters) ? parameters : []).map(({ name }) => String(name).toLowerCase());
  return {
    apply: (args) => {
      const given = new Map(names.map((name, index) => [name, args[index] as Value]));
      const own = {
        parameters: { apply: ([name]) => given.get(String(name).toLowerCase()) ?? null },
      } satisfies Environment["functions"];
      const value = isPlain(output) ? output["value"] : undefined;
      return evaluateTree(value, { functions: { ...functions, ...own }, loops: {}, lambdas: {} });
    },
  };
}
