import type { Read } from "./plan.ts";

/** ARM's template language: literals, function calls, and access by `.name` or `[…]`. */
export type Expression =
  | { kind: "literal"; value: Value }
  | { kind: "call"; name: string; args: Expression[]; bound?: TemplateFunction }
  | { kind: "access"; of: Expression; key: Expression };

/** The key of an open value: the rest of an expression that needs something that doesn't exist yet. */
export const open: unique symbol = Symbol("open");

export interface Open {
  readonly [open]: Expression;
}
export type ObjectValue = { [key: string]: Value };
/** The result of an expression: JSON whose leaves may be open. */
export type Value = null | boolean | number | string | Value[] | ObjectValue | Open;

/** A `lambda('x', …)` argument. */
export interface Lambda {
  parameters: string[];
  apply(...args: Value[]): Value;
}
export type Argument = Value | Lambda;

export interface TemplateFunction {
  /** Returns undefined if open parts of the arguments prevent a result. */
  apply(args: Argument[], environment: Environment): Value | undefined;
  /** Only uses the outer shape of its arguments, so open parts deeper inside don't matter. */
  structural?: boolean;
  /** Only holds its arguments, so it never matters whether they are open. */
  holds?: boolean;
}

export interface Environment {
  /** By name in lower case. */
  functions: Record<string, TemplateFunction>;
  /** Positions of the enclosing loops, by loop name in lower case; "" is the innermost resource loop. */
  loops: Record<string, number>;
  lambdas: Record<string, Value>;
  /** Set once resources exist. */
  read?: Read;
}
