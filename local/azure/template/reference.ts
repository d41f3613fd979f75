import { TemplateError } from "./errors.ts";
import type { ObjectValue, TemplateFunction, Value } from "./language.ts";
import type { Deployment, Entry } from "./opened.ts";
import type { Read } from "./plan.ts";
import { openValue } from "./value.ts";

/** Resource ids are equal whatever their case. */
function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** `reference(symbol or id, apiVersion?, 'Full'?)`: a resource's state once it exists. */
export function reference(entries: () => Entry[]): TemplateFunction {
  const self: TemplateFunction = {
    apply([target, version, full], { read }) {
      const entry = entries().find(
        ({ symbol, id }) =>
          symbol === target || (String(target).startsWith("/") && sameId(id(), String(target))),
      );
      const nested = entry?.nested();
      if (nested !== undefined) return { outputs: outputValues(nested) };
      const id = entry?.id() ?? String(target);
      const apiVersion = typeof version === "string" ? version : entry?.apiVersion;
      if (read === undefined) {
        const args = [
          id,
          ...(apiVersion === undefined ? [] : [apiVersion]),
          ...(full === undefined ? [] : [full as Value]),
        ];
        return openCall(args, self);
      }
      return readNow(read, id, apiVersion, typeof full === "string" && full.toLowerCase() === "full");
    },
  };
  return self;
}

function openCall(args: Value[], bound: TemplateFunction): Value {
  return openValue({
    kind: "call",
    name: "reference",
    args: args.map((value) => ({ kind: "literal", value })),
    bound,
  });
}

function readNow(read: Read, id: string, apiVersion: string | undefined, full: boolean): Value {
  const resource = read(id, apiVersion) as ObjectValue | undefined;
  if (resource !== undefined) return full ? resource : (resource["properties"] ?? {});
  throw new TemplateError(
    "InvalidTemplateDeployment",
    `The resource '${id}' referenced by the template does not exist.`,
  );
}

function outputValues(deployment: Deployment): ObjectValue {
  return Object.fromEntries(
    Object.entries(deployment.outputs()).map(([name, { value }]) => [name, { value }]),
  );
}
