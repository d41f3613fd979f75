import { Fault } from "./errors.ts";
import { display } from "./functions-text.ts";
import { isLambda } from "./interpret.ts";
import type { Argument, Lambda, ObjectValue, TemplateFunction, Value } from "./language.ts";
import { findKey, isObject, isOpen, openParts, same, typeName } from "./value.ts";

type Work = (...args: Argument[]) => Value | undefined;

function list(name: string, value: Argument | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw unexpected(name, "Array", value);
}

function lambda(name: string, value: Argument | undefined): Lambda {
  if (value !== undefined && isLambda(value)) return value;
  throw new Fault(`The template language function '${name}' expects a lambda expression`);
}

function unexpected(name: string, expected: string, value: Argument | undefined): Fault {
  const type = value === undefined || isLambda(value) ? "Null" : typeName(value);
  return new Fault(
    `The template language function '${name}' expects its first parameter to be of type '${expected}'. The provided value is of type '${type}'. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

/** Whether all of these are known, and so can be compared. */
const known = (...values: Argument[]) =>
  values.every((value) => !isLambda(value) && openParts(value).length === 0);

function distinct(values: Value[]): Value[] {
  return values.filter((value, i) => values.findIndex((other) => same(value, other)) === i);
}

/** ARM's `union` of objects: later ones win, nested objects are merged too. */
function merge(one: ObjectValue, other: ObjectValue): ObjectValue {
  const result = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const name = findKey(one, key) ?? key;
    const before = result.get(name);
    const merged = isObject(before) && isObject(value) ? merge(before, value) : value;
    if (name !== key) result.delete(name);
    result.set(key, merged);
  }
  return Object.fromEntries(result);
}

function union(...args: Argument[]): Value | undefined {
  if (args.every(Array.isArray)) return known(...args) ? distinct(args.flat()) : undefined;
  const objects = args.filter((arg): arg is ObjectValue => isObject(arg));
  if (objects.length === args.length) return objects.reduce(merge, {});
  const wrong = args.find((arg) => !isObject(arg) && !Array.isArray(arg));
  throw unexpected("union", "Array, Object", wrong ?? args[0]);
}

function intersection(...args: Argument[]): Value | undefined {
  if (!known(...args)) return undefined;
  const [first, ...rest] = args;
  if (isObject(first)) {
    const others = rest.filter((arg): arg is ObjectValue => isObject(arg));
    return Object.fromEntries(
      Object.entries(first).filter(([key, value]) =>
        others.every((other) => same(other[key] ?? null, value)),
      ),
    );
  }
  return list("intersection", first).filter((item) =>
    rest.every((other) => list("intersection", other).some((candidate) => same(item, candidate))),
  );
}

function contains(container: Argument = null, item: Argument = null): Value | undefined {
  if (isLambda(item)) return undefined;
  if (isObject(container)) return typeof item === "string" && findKey(container, item) !== undefined;
  if (!known(container, item)) return undefined;
  if (Array.isArray(container)) return container.some((candidate) => same(candidate, item));
  return typeof container === "string" && container.includes(display(item));
}

function size(value: Argument = null): number {
  if (Array.isArray(value) || typeof value === "string") return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw unexpected("length", "Array, String, Object", value);
}

function concat(...args: Argument[]): Value | undefined {
  if (args.some(Array.isArray)) return args.flatMap((arg) => list("concat", arg));
  return known(...args) ? args.map((arg) => display(arg as Value)).join("") : undefined;
}

function tryGet(of: Argument = null, ...keys: Argument[]): Value {
  let value: Value = isLambda(of) ? null : of;
  for (const key of keys) {
    if (isObject(value) && typeof key === "string") {
      const name = findKey(value, key);
      value = name === undefined ? null : (value[name] ?? null);
    } else if (Array.isArray(value) && typeof key === "number") value = value[key] ?? null;
    else return null;
  }
  return value;
}

function items(value: Argument | undefined): Value {
  if (!isObject(value)) throw unexpected("items", "Object", value);
  // .NET orders these by their letters without regard to case (StringComparer.OrdinalIgnoreCase).
  const upper = (key: string) => key.toUpperCase();
  return Object.keys(value)
    .sort((one, other) => (upper(one) < upper(other) ? -1 : upper(one) > upper(other) ? 1 : 0))
    .map((key) => ({ key, value: value[key] ?? null }));
}

function sort(values: Value[], before: Lambda): Value | undefined {
  const answers = new Set<unknown>();
  const sorted = values.toSorted((one, other) => {
    const [less, greater] = [before.apply(one, other), before.apply(other, one)];
    answers.add(isOpen(less) || isOpen(greater));
    return less === true ? -1 : greater === true ? 1 : 0;
  });
  return answers.has(true) ? undefined : sorted;
}

function filter(values: Value[], keep: Lambda): Value | undefined {
  const answers = values.map((value, index) => keep.apply(value, index));
  return answers.some(isOpen) ? undefined : values.filter((_, index) => answers[index] === true);
}

function toObject(values: Value[], key: Lambda, of: Argument | undefined): Value | undefined {
  const entries = values.map((value): [Value, Value] => [
    key.apply(value),
    of === undefined ? value : lambda("toObject", of).apply(value),
  ]);
  return entries.some(([name]) => isOpen(name)) ? undefined : Object.fromEntries(entries);
}

function createObject(...args: Argument[]): Value | undefined {
  const result: ObjectValue = {};
  for (let i = 0; i + 1 < args.length; i += 2) {
    const [key, value] = [args[i], args[i + 1]];
    if (isOpen(key)) return undefined;
    if (typeof key !== "string" || value === undefined || isLambda(value))
      throw new Fault("createObject expects keys and values");
    result[key] = value;
  }
  return result;
}

/** Strings and arrays have a first and last part and can be cut. */
const ends =
  (pick: (of: Value[] | string) => Value): Work =>
  (of = null) =>
    Array.isArray(of) || typeof of === "string" ? pick(of) : null;
const cut =
  (name: string, pick: (of: Value[] | string, count: number) => Value): Work =>
  (of, count) => {
    if (Array.isArray(of) || typeof of === "string") return pick(of, Math.max(0, Number(count)));
    throw unexpected(name, "Array, String", of);
  };
const position =
  (search: (text: string, part: string) => number): Work =>
  (of = null, item = null) => {
    if (isLambda(item) || !known(of, item)) return undefined;
    return Array.isArray(of)
      ? of.findIndex((candidate) => same(candidate, item))
      : search(display(of as Value).toLowerCase(), display(item).toLowerCase());
  };

const structural: Record<string, Work> = {
  concat,
  union,
  intersection,
  contains,
  tryget: tryGet,
  items,
  createobject: createObject,
  createarray: (...args) => args.filter((arg): arg is Value => !isLambda(arg)),
  array: (value = null) => (Array.isArray(value) ? value : isLambda(value) ? [] : [value]),
  length: size,
  empty: (value = null) => value === null || size(value) === 0,
  equals: (one = null, other = null) => (known(one, other) ? same(one as Value, other as Value) : undefined),
  first: ends((of) => of[0] ?? (typeof of === "string" ? "" : null)),
  last: ends((of) => of.at(-1) ?? (typeof of === "string" ? "" : null)),
  take: cut("take", (of, count) => of.slice(0, count)),
  skip: cut("skip", (of, count) => of.slice(count)),
  indexof: position((text, part) => text.indexOf(part)),
  lastindexof: position((text, part) => text.lastIndexOf(part)),
  range: (start, count) => Array.from({ length: Number(count) }, (_, i) => Number(start) + i),
  flatten: (lists) => list("flatten", lists).flatMap((item) => list("flatten", item)),
  objectkeys: (value = null) => (isObject(value) ? Object.keys(value) : []),
  shallowmerge: (objects) => Object.assign({}, ...list("shallowMerge", objects)),
  map: (values, by) => list("map", values).map((value, index) => lambda("map", by).apply(value, index)),
  mapvalues: (value, by) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, item]) => [key, lambda("mapValues", by).apply(item)]),
        )
      : null,
  filter: (values, keep) => filter(list("filter", values), lambda("filter", keep)),
  reduce: (values, start = null, by) =>
    list("reduce", values).reduce<Value>(
      (sum, value, i) => lambda("reduce", by).apply(sum, value, i),
      start as Value,
    ),
  sort: (values, before) => sort(list("sort", values), lambda("sort", before)),
  toobject: (values, key, of) => toObject(list("toObject", values), lambda("toObject", key), of),
  groupby: (values, by) => {
    const keys = list("groupBy", values).map((value) => lambda("groupBy", by).apply(value));
    if (keys.some(isOpen)) return undefined;
    return Object.groupBy(list("groupBy", values), (_, i) => display(keys[i] ?? null)) as ObjectValue;
  },
};

/** Lists and objects, which may contain open parts. By name in lower case. */
export const listFunctions: Record<string, TemplateFunction> = Object.fromEntries(
  Object.entries(structural).map(([name, work]) => [
    name,
    { structural: true, holds: /^create/.test(name), apply: (args: Argument[]) => work(...args) },
  ]),
);
