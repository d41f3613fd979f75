import { type Expression, type ObjectValue, type Open, open, type Value } from "./language.ts";

export function openValue(expression: Expression): Open {
  return { [open]: expression };
}

export function isOpen(value: unknown): value is Open {
  return typeof value === "object" && value !== null && open in value;
}

/** The expression that an open value stands for. */
export function expressionOf(value: Open): Expression {
  return value[open];
}

export function isObject(value: unknown): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOpen(value);
}

/** All open values anywhere inside. */
export function openParts(value: Value): Open[] {
  if (isOpen(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(openParts);
  if (isObject(value)) return Object.values(value).flatMap(openParts);
  return [];
}

/** The same JSON, with each leaf replaced for which `replace` returns something. */
export function mapOpen(value: Value, replace: (value: Open) => Value): Value {
  if (isOpen(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapOpen(item, replace));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapOpen(item, replace)]));
  }
  return value;
}

/** Looks up a key like ARM, ignoring case. */
export function findKey(object: ObjectValue, key: string): string | undefined {
  if (Object.hasOwn(object, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(object).find((name) => name.toLowerCase() === lower);
}

/** ARM's name for the type of a value, as used in its messages. */
export function typeName(value: Value): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "Float";
  if (typeof value === "string") return "String";
  return typeof value === "boolean" ? "Boolean" : "Object";
}

/** Deep equality of JSON; strings are case-sensitive. */
export function same(one: Value, other: Value): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, i) => same(item, other[i] ?? null))
    );
  }
  if (isObject(one)) {
    const keys = Object.keys(one);
    return (
      isObject(other) &&
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && same(one[key] ?? null, other[key] ?? null))
    );
  }
  return one === other;
}
