import { Fault } from "./errors.ts";
import type { Expression, Value } from "./language.ts";
import { expressionOf, isObject, isOpen } from "./value.ts";

/** Whether this text is an expression. `[[` starts a text that only looks like one. */
export function isExpression(text: string): boolean {
  return text.startsWith("[") && text.endsWith("]") && !text.startsWith("[[");
}

const token = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w]*)|([()[\],.]))/y;

/** Parses the text between the outer brackets. */
export function parse(text: string): Expression {
  const tokens = tokenize(text.slice(1, -1), text);
  let at = 0;
  const fail = (): never => {
    throw new Fault(`Unable to parse language expression '${text}'`);
  };
  const take = (expected?: string): string => {
    const next = tokens[at++];
    if (next === undefined || (expected !== undefined && next !== expected)) return fail();
    return next;
  };
  const list = (): Expression[] => {
    const items: Expression[] = [];
    take("(");
    if (tokens[at] === ")") {
      at++;
      return items;
    }
    for (;;) {
      items.push(expression());
      if (take() === ")") return items;
      if (tokens[at - 1] !== ",") return fail();
    }
  };
  const primary = (): Expression => {
    const next = take();
    if (next.startsWith("'")) return { kind: "literal", value: next.slice(1, -1).replaceAll("''", "'") };
    if (/^-?\d/.test(next)) return { kind: "literal", value: Number(next) };
    if (/^[A-Za-z_]/.test(next)) {
      if (tokens[at] !== ".") return { kind: "call", name: next, args: list() };
      // A function that the template defines: namespace.name(…).
      at++;
      return { kind: "call", name: `${next}.${take()}`, args: list() };
    }
    return fail();
  };
  const expression = (): Expression => {
    let result = primary();
    for (;;) {
      if (tokens[at] === ".") {
        at++;
        result = { kind: "access", of: result, key: { kind: "literal", value: take() } };
      } else if (tokens[at] === "[") {
        at++;
        result = { kind: "access", of: result, key: expression() };
        take("]");
      } else return result;
    }
  };
  const result = expression();
  return at === tokens.length ? result : fail();
}

function tokenize(inner: string, text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (inner.slice(token.lastIndex).trim() !== "") {
    const match = token.exec(inner);
    if (match === null) throw new Fault(`Unable to parse language expression '${text}'`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

/** Writes an expression in ARM's language, without the outer brackets. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return printValue(expression.value);
    case "call":
      return `${expression.name}(${expression.args.map(print).join(", ")})`;
    case "access": {
      const { of, key } = expression;
      const name =
        key.kind === "literal" && typeof key.value === "string" && /^[A-Za-z_]\w*$/.test(key.value);
      return name ? `${print(of)}.${key.value}` : `${print(of)}[${print(key)}]`;
    }
  }
}

function printValue(value: Value): string {
  if (isOpen(value)) return print(expressionOf(value));
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (Array.isArray(value)) return `createArray(${value.map(printValue).join(", ")})`;
  if (isObject(value)) {
    const entries = Object.entries(value).flatMap(([key, item]) => [printValue(key), printValue(item)]);
    return `createObject(${entries.join(", ")})`;
  }
  return typeof value === "number" ? String(value) : `${value}()`;
}
