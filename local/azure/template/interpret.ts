import { Fault } from "./errors.ts";
import { isExpression, parse, print } from "./expression.ts";
import type { Argument, Environment, Expression, Lambda, Value } from "./language.ts";
import { expressionOf, findKey, isObject, isOpen, mapOpen, openParts, openValue } from "./value.ts";

const literal = (value: Value): Expression =>
  isOpen(value) ? expressionOf(value) : { kind: "literal", value };

/** Evaluates as far as possible now; anything that needs a resource that doesn't exist yet stays an open value. */
export function evaluate(expression: Expression, environment: Environment): Value {
  switch (expression.kind) {
    case "literal":
      return mapOpen(expression.value, (part) => evaluate(expressionOf(part), environment));
    case "access": {
      const of = evaluate(expression.of, environment);
      const key = evaluate(expression.key, environment);
      if (isOpen(of) || isOpen(key)) return openValue({ kind: "access", of: literal(of), key: literal(key) });
      return property(of, key);
    }
    case "call":
      return call(expression, environment);
  }
}

function call(expression: Expression & { kind: "call" }, environment: Environment): Value {
  const name = expression.name.toLowerCase();
  const [first, ...rest] = expression.args;
  const later = (args: Expression[]) => openValue({ ...expression, args });

  if (name === "if" && first !== undefined) {
    const condition = evaluate(first, environment);
    if (isOpen(condition))
      return later([condition, ...rest.map((arg) => evaluate(arg, environment))].map(literal));
    const chosen = rest[condition === true ? 0 : 1];
    return chosen === undefined ? null : evaluate(chosen, environment);
  }
  if (name === "coalesce") {
    for (const [index, arg] of expression.args.entries()) {
      const value = evaluate(arg, environment);
      if (isOpen(value)) {
        const others = expression.args.slice(index + 1).map((other) => evaluate(other, environment));
        return later([value, ...others].map(literal));
      }
      if (value !== null) return value;
    }
    return null;
  }
  if (name === "lambdavariables") {
    const value =
      environment.lambdas[String(first === undefined ? "" : evaluate(first, environment)).toLowerCase()];
    return value === undefined ? later(expression.args) : value;
  }
  if (name === "copyindex")
    return copyIndex(
      expression.args.map((arg) => evaluate(arg, environment)),
      environment,
    );

  const found = expression.bound ?? environment.functions[name];
  if (found === undefined) {
    throw new Fault(
      `The template function '${expression.name}' is not valid. Please see https://aka.ms/arm-functions for usage details.`,
    );
  }
  const args = expression.args.map((arg) => argument(arg, environment));
  const waits = (arg: Argument) =>
    !isLambda(arg) && (found.structural ? isOpen(arg) : openParts(arg).length > 0);
  const result = !found.holds && args.some(waits) ? undefined : found.apply(args, environment);
  if (result !== undefined) return result;
  return openValue({
    ...expression,
    args: expression.args.map((arg, i) => closed(arg, args[i] ?? null)),
    bound: found,
  });
}

export function isLambda(value: Argument): value is Lambda {
  return typeof value === "object" && value !== null && "apply" in value && typeof value.apply === "function";
}

function argument(expression: Expression, environment: Environment): Argument {
  if (expression.kind !== "call" || expression.name.toLowerCase() !== "lambda")
    return evaluate(expression, environment);
  const parameters = expression.args.slice(0, -1).map((arg) => String(evaluate(arg, environment)));
  const body = expression.args.at(-1);
  if (body === undefined) throw new Fault("The template function 'lambda' has no body");
  return {
    parameters,
    apply: (...args) => {
      const own = Object.fromEntries(parameters.map((name, i) => [name.toLowerCase(), args[i] ?? null]));
      return evaluate(body, { ...environment, lambdas: { ...environment.lambdas, ...own } });
    },
  };
}

/** The argument of a call that must wait, with known values filled in; a lambda keeps its own variables open. */
function closed(expression: Expression, value: Argument): Expression {
  if (!isLambda(value)) return literal(value);
  const variables = value.parameters.map((name) =>
    openValue({ kind: "call", name: "lambdaVariables", args: [{ kind: "literal", value: name }] }),
  );
  const names = value.parameters.map((name): Expression => ({ kind: "literal", value: name }));
  return {
    kind: "call",
    name: expression.kind === "call" ? expression.name : "lambda",
    args: [...names, literal(value.apply(...variables))],
  };
}

function copyIndex(args: Value[], environment: Environment): number {
  const [one, two] = args;
  const name = typeof one === "string" ? one.toLowerCase() : "";
  const index = environment.loops[name];
  if (index === undefined)
    throw new Fault("The template function 'copyIndex' is not expected at this location");
  return index + Number((typeof one === "number" ? one : two) ?? 0);
}

/** `of.key` or `of[key]`, with ARM's message if it is missing. */
function property(of: Value, key: Value): Value {
  if (Array.isArray(of) && typeof key === "number") {
    const item = of[key];
    if (item === undefined)
      throw new Fault(`The language expression property array index '${key}' is out of bounds.`);
    return item;
  }
  if (isObject(of) && typeof key === "string") {
    const name = findKey(of, key);
    if (name !== undefined) return of[name] ?? null;
    const available = Object.keys(of).join(", ");
    throw new Fault(
      `The language expression property '${key}' doesn't exist, available properties are '${available}'.`,
    );
  }
  throw new Fault(`The language expression property '${key}' can't be evaluated.`);
}

/** Evaluates every expression in part of a template, including keys and property loops (`copy`). */
export function evaluateTree(json: unknown, environment: Environment): Value {
  if (typeof json === "string") {
    if (isExpression(json)) return evaluate(parse(json), environment);
    return json.startsWith("[[") ? json.slice(1) : json;
  }
  if (Array.isArray(json)) return json.map((item) => evaluateTree(item, environment));
  if (!isPlain(json)) return json as Value;
  const result: [string, Value][] = [];
  for (const [key, item] of Object.entries(json)) {
    if (key === "copy" && Array.isArray(item)) {
      for (const loop of item) result.push([String(loop.name), repeat(loop, environment)]);
    } else {
      result.push([String(evaluateTree(key, environment)), evaluateTree(item, environment)]);
    }
  }
  return Object.fromEntries(result);
}

/** A property loop: `{ name, count, input }`. */
export function repeat(
  loop: { name?: unknown; count?: unknown; input?: unknown },
  environment: Environment,
): Value[] {
  const count = loopCount(loop.count, environment);
  const name = typeof loop.name === "string" ? loop.name.toLowerCase() : "";
  return Array.from({ length: count }, (_, index) =>
    evaluateTree(loop.input, { ...environment, loops: { ...environment.loops, [name]: index } }),
  );
}

export function loopCount(count: unknown, environment: Environment): number {
  const value = evaluateTree(count, environment);
  if (typeof value === "number" && value >= 0) return value;
  throw new Fault("The copy count is not expected to depend on resources that do not exist yet");
}

export function isPlain(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !isOpen(json);
}

/** Shows open values as ARM writes them: `[reference('…').principalId]`. */
export function show(value: Value): Value {
  return mapOpen(value, (part) => `[${print(expressionOf(part))}]`);
}
