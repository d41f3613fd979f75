import { invalid } from "./errors.ts";
import type { ObjectValue, Value } from "./language.ts";
import type { Parameters } from "./plan.ts";
import { isObject, isOpen, same, typeName } from "./value.ts";

/** The parts of a parameter's declaration, or of a user-defined type, that constrain its values. */
export interface Schema {
  type?: string;
  $ref?: string;
  nullable?: boolean;
  allowedValues?: Value[];
  minLength?: number;
  maxLength?: number;
  minValue?: number;
  maxValue?: number;
  items?: Schema | false;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  discriminator?: { propertyName: string; mapping: Record<string, Schema> };
  defaultValue?: unknown;
}

const types: Record<string, { shown: string; fits(value: Value): boolean }> = {
  string: { shown: "String, Uri", fits: (value) => typeof value === "string" },
  int: { shown: "Integer", fits: Number.isInteger },
  bool: { shown: "Boolean", fits: (value) => typeof value === "boolean" },
  array: { shown: "Array", fits: Array.isArray },
  object: { shown: "Object", fits: isObject },
};

const baseType = (type: string) => type.toLowerCase().replace(/^secure/, "");

/** Follows `$ref: "#/definitions/…"`; properties beside the reference win. */
export function resolveSchema(schema: Schema, definitions: Record<string, Schema>): Schema {
  const name = schema.$ref?.replace(/^#\/definitions\//, "");
  const target = name === undefined ? undefined : definitions[decodeURIComponent(name)];
  if (target === undefined) return schema;
  const { $ref: _, ...own } = schema;
  return { ...resolveSchema(target, definitions), ...own };
}

const syntax = "Please see https://aka.ms/arm-syntax-parameters for usage details.";
const file = "Please see https://aka.ms/arm-create-parameter-file for usage details.";

/** Refuses an invalid value, in the words of Microsoft's template engine (Bicep 0.49.2 prints them). */
export function checkParameter(
  name: string,
  value: Value,
  declared: Schema,
  definitions: Record<string, Schema>,
): void {
  if (isOpen(value)) return;
  const schema = resolveSchema(declared, definitions);
  const refuse = (reason: string) =>
    invalid(`The provided value for the template parameter '${name}' is not valid. ${reason}`);
  if (value === null && schema.nullable === true) return;

  const type = types[baseType(schema.type ?? "")];
  if (type !== undefined && !type.fits(value)) {
    const expected = schema.nullable === true ? `${type.shown}, Null` : type.shown;
    throw refuse(
      `Expected a value of type '${expected}', but received a value of type '${typeName(value)}'. ${file}`,
    );
  }
  checkBounds(value, schema, refuse);
  const allowed = schema.allowedValues;
  if (allowed !== undefined && !isAllowed(value, allowed)) {
    throw refuse(
      `The value '${shown(value)}' is not part of the allowed value(s): '${allowed.map(shown).join(",")}'.`,
    );
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const rule = schema.prefixItems?.[index] ?? schema.items;
      if (rule) checkParameter(`${name}[${index}]`, item, rule, definitions);
    }
  } else if (isObject(value)) checkObject(name, value, schema, definitions);
}

const shown = (value: Value) => (typeof value === "string" ? value : JSON.stringify(value));

function isAllowed(value: Value, allowed: Value[]): boolean {
  if (allowed.some((candidate) => same(candidate, value))) return true;
  return Array.isArray(value) && value.every((item) => allowed.some((candidate) => same(candidate, item)));
}

function checkBounds(value: Value, schema: Schema, refuse: (reason: string) => Error): void {
  const length = typeof value === "string" || Array.isArray(value) ? value.length : undefined;
  const bounds: [string, number | undefined, number | undefined, number | undefined][] = [
    ["Length of the value", length, schema.minLength, schema.maxLength],
    ["Value", typeof value === "number" ? value : undefined, schema.minValue, schema.maxValue],
  ];
  for (const [what, actual, least, most] of bounds) {
    if (actual === undefined) continue;
    if (least !== undefined && actual < least)
      throw refuse(`${what} should be greater than or equal to '${least}'. ${syntax}`);
    if (most !== undefined && actual > most)
      throw refuse(`${what} should be less than or equal to '${most}'. ${syntax}`);
  }
}

function checkObject(
  name: string,
  value: ObjectValue,
  schema: Schema,
  definitions: Record<string, Schema>,
): void {
  const refuse = (reason: string) =>
    invalid(`The provided value for the template parameter '${name}' is not valid. ${reason}`);
  const { discriminator } = schema;
  if (discriminator !== undefined) {
    const kind = value[discriminator.propertyName];
    const variant = typeof kind === "string" ? discriminator.mapping[kind] : undefined;
    if (variant === undefined) {
      const kinds = Object.keys(discriminator.mapping).join(",");
      throw refuse(`The value '${shown(kind ?? null)}' is not part of the allowed value(s): '${kinds}'.`);
    }
    checkParameter(name, value, variant, definitions);
  }
  const properties = schema.properties ?? {};
  for (const [key, rule] of Object.entries(properties)) {
    const item = value[key] ?? null;
    if (item === null && resolveSchema(rule, definitions).nullable !== true) {
      throw refuse(
        `A non-null value for the property '${key}' must be provided, but the property was null or missing. ${syntax}`,
      );
    }
    checkParameter(`${name}.${key}`, item, rule, definitions);
  }
  const others = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  if (schema.additionalProperties === false && discriminator === undefined && others.length > 0) {
    const unknown = others.map((key) => `'${key}'`).join(", ");
    throw refuse(
      `The object does not allow values with properties not defined in the schema, but the following unknown properties were present: [${unknown}]. ${syntax}`,
    );
  }
  for (const key of others) {
    const rule = schema.additionalProperties;
    if (rule) checkParameter(`${name}.${key}`, value[key] ?? null, rule, definitions);
  }
}

/** Refuses parameters that the template doesn't have, and lists those that it has. */
export function checkNames(
  given: Parameters | Record<string, unknown>,
  declared: Record<string, unknown>,
): void {
  const known = new Set(Object.keys(declared).map((name) => name.toLowerCase()));
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length === 0) return;
  throw invalid(
    `The template parameters '${unknown.join(", ")}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${Object.keys(declared).join(", ")}'. Please see https://aka.ms/arm-pass-parameter-values for usage details.`,
  );
}

export function missing(name: string): Error {
  return invalid(
    `The value for the template parameter '${name}' at line '1' and column '1' is not provided. ${file}`,
  );
}

/** ARM's name of a parameter's or output's type on a deployment: `String`, `SecureString`, `Int`, … */
export function shownType(schema: Schema): string {
  const type = schema.type ?? "object";
  const secure = /^secure/i.test(type) ? "Secure" : "";
  const base = baseType(type);
  return secure + base.charAt(0).toUpperCase() + base.slice(1);
}
