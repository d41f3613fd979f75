import { parseCidr } from "./cidr.ts";
import { Fault } from "./errors.ts";
import { guid, uniqueString } from "./hash.ts";
import type { Argument, TemplateFunction, Value } from "./language.ts";
import { isObject } from "./value.ts";

type Plain = (...args: Value[]) => Value;
const text = (value: Value | undefined) => (value === null || value === undefined ? "" : display(value));
const all = (args: Value[]) => args.map(text);

/** Converts a value to text as ARM does in `format`, `string`, `concat` and `guid`. */
export function display(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "" : JSON.stringify(value);
}

/** Writes lists and objects as `format` does: JSON with single quotes. */
function singleQuoted(value: Value): string {
  if (value === null) return "";
  return JSON.stringify(value).replace(
    /"((?:[^"\\]|\\.)*)"/g,
    (_, inner: string) => `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`,
  );
}

/** .NET's composite format: `{0}`, `{1,5}`, `{0:D3}`, `{{`. */
function format(pattern: string, args: Value[]): string {
  return pattern.replace(/\{\{|\}\}|\{(\d+)(?:,(-?\d+))?(?::([^}]+))?\}/g, (match, index, width, style) => {
    if (match === "{{" || match === "}}") return match.charAt(0);
    if (Number(index) >= args.length) {
      throw new Fault(
        "Unable to evaluate language function 'format': the format is invalid: 'Index (zero based) must be greater than or equal to zero and less than the size of the argument list.'. Please see https://aka.ms/arm-function-format for usage details.",
      );
    }
    const value = args[Number(index)] ?? null;
    const plainText = typeof value === "object" ? singleQuoted(value) : display(value);
    const digits = /^[dD](\d+)$/.exec(style ?? "")?.[1];
    const shown = digits === undefined ? plainText : plainText.padStart(Number(digits), "0");
    const pad = Number(width ?? 0);
    return pad < 0 ? shown.padEnd(-pad) : shown.padStart(pad);
  });
}

/** Like .NET's Uri.EscapeDataString, which escapes more than encodeURIComponent. */
function escapeUri(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function substring(value: string, start: number, length = value.length - start): string {
  if (start < 0 || length < 0 || start + length > value.length) {
    throw new Fault(
      `Unable to evaluate the template language function 'substring'. The index and length parameters must refer to a location within the string. The index parameter: '${start}', the length parameter: '${length}', the length of the string parameter: '${value.length}'. Please see https://aka.ms/arm-function-substring for usage details.`,
    );
  }
  return value.slice(start, start + length);
}

function toInt(value: Value): number {
  const number = typeof value === "number" ? Math.trunc(value) : Number(text(value).trim() || Number.NaN);
  if (Number.isInteger(number)) return number;
  throw new Fault(
    `The template language function 'int' cannot convert provided value '${text(value)}' to integer value. Please see https://aka.ms/arm-function-int for usage details.`,
  );
}

function toBool(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const lower = text(value).toLowerCase();
  if (lower === "true" || lower === "1") return true;
  if (lower === "false" || lower === "0") return false;
  throw new Fault(
    `The template language function 'bool' cannot convert provided value '${text(value)}' to boolean value`,
  );
}

function parseJson(value: string): Value {
  try {
    return JSON.parse(value);
  } catch {
    throw new Fault(
      "Unable to evaluate the template language function 'json'. The argument provided is not a valid JSON string.",
    );
  }
}

function integers(name: string, work: (one: number, other: number) => number): Plain {
  return (one, other) => {
    if (typeof one === "number" && typeof other === "number") return work(one, other);
    throw new Fault(`The template language function '${name}' expects two integers`);
  };
}

function divide(work: (one: number, other: number) => number, name: string): Plain {
  return integers(name, (one, other) => {
    if (other !== 0) return work(one, other);
    throw new Fault(
      `The template language function '${name}' tried to divide by zero. Please see https://aka.ms/arm-functions for usage details.`,
    );
  });
}

const compare =
  (name: string, work: (order: number) => boolean): Plain =>
  (one, other) => {
    if (typeof one === "number" && typeof other === "number") return work(one - other);
    if (typeof one === "string" && typeof other === "string")
      return work(one < other ? -1 : one === other ? 0 : 1);
    throw new Fault(`The template language function '${name}' expects two integers or two strings`);
  };

const extreme =
  (pick: (...numbers: number[]) => number): Plain =>
  (...args) =>
    pick(...args.flat().map((item) => Number(item)));

const plain: Record<string, Plain> = {
  format: (pattern, ...args) => format(text(pattern), args),
  string: (value = null) => {
    if (value !== null) return display(value);
    throw new Fault(
      "The template language function 'string' expects its first parameter to be one of the following types 'Integer, String, Boolean, Object, Array'. The provided value is of type 'Null'. Please see https://aka.ms/arm-functions for usage details.",
    );
  },
  int: (value = null) => toInt(value),
  bool: (value = null) => toBool(value),
  json: (value) => parseJson(text(value)),
  tolower: (value) => text(value).toLowerCase(),
  toupper: (value) => text(value).toUpperCase(),
  trim: (value) => text(value).trim(),
  replace: (value, from, to) => text(value).replaceAll(text(from), text(to)),
  split: (value, by) =>
    [by ?? ""]
      .flat()
      .reduce<string[]>(
        (parts, separator) => parts.flatMap((part) => part.split(text(separator))),
        [text(value)],
      ),
  join: (list, by) => (Array.isArray(list) ? all(list).join(text(by)) : text(list)),
  substring: (value, start, length) =>
    substring(text(value), Number(start ?? 0), length === undefined ? undefined : Number(length)),
  padleft: (value, width, fill) => text(value).padStart(Number(width), text(fill) || " "),
  startswith: (value, start) => text(value).toLowerCase().startsWith(text(start).toLowerCase()),
  endswith: (value, end) => text(value).toLowerCase().endsWith(text(end).toLowerCase()),
  base64: (value) => Buffer.from(text(value), "utf8").toString("base64"),
  base64tostring: (value) => Buffer.from(text(value), "base64").toString("utf8"),
  base64tojson: (value) => parseJson(Buffer.from(text(value), "base64").toString("utf8")),
  uri: (base, relative) => new URL(text(relative), text(base)).href,
  uricomponent: (value) => escapeUri(text(value)),
  uricomponenttostring: (value) => decodeURIComponent(text(value)),
  guid: (...args) => guid(all(args)),
  uniquestring: (...args) => uniqueString(all(args)),
  parsecidr: (range) => parseCidr(text(range)),
  fail: (reason) => {
    throw new Fault(text(reason));
  },
  true: () => true,
  false: () => false,
  null: () => null,
  and: (...args) => args.every((arg) => arg === true),
  or: (...args) => args.some((arg) => arg === true),
  not: (value) => value !== true,
  add: integers("add", (one, other) => one + other),
  sub: integers("sub", (one, other) => one - other),
  mul: integers("mul", (one, other) => one * other),
  div: divide((one, other) => Math.trunc(one / other), "div"),
  mod: divide((one, other) => one % other, "mod"),
  min: extreme(Math.min),
  max: extreme(Math.max),
  less: compare("less", (order) => order < 0),
  lessorequals: compare("lessOrEquals", (order) => order <= 0),
  greater: compare("greater", (order) => order > 0),
  greaterorequals: compare("greaterOrEquals", (order) => order >= 0),
};

const value = (argument: Argument): Value => {
  if (isObject(argument) || !(typeof argument === "object" && argument !== null && "apply" in argument))
    return argument as Value;
  throw new Fault("A lambda is not expected at this location");
};

/** Text, numbers and logic. By name in lower case. */
export const textFunctions: Record<string, TemplateFunction> = Object.fromEntries(
  Object.entries(plain).map(([name, work]) => [
    name,
    { apply: (args: Argument[]) => work(...args.map(value)) },
  ]),
);
