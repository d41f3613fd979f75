import type { Read } from "./plan.ts";

/** ARM's template language: literals, function calls, and access by `.name` or `[…]`. */
export type Expression =
  | { kind: "literal"; value: Value }
  | { kind: "call"; name: string; args: Expression[]; bound?: TemplateFunction }
  | { kind: "access"; of: Expression; key: Expression };

/** The key of an open value: what is left of an expression that needs something which does not exist yet. */
export const open: unique symbol = Symbol("open");

export interface Open {
  readonly [open]: Expression;
}
export type ObjectValue = { [key: string]: Value };
/** What expressions yield: JSON whose leaves may be open. */
export type Value = null | boolean | number | string | Value[] | ObjectValue | Open;

/** A `lambda('x', …)` argument. */
export interface Lambda {
  parameters: string[];
  apply(...args: Value[]): Value;
}
export type Argument = Value | Lambda;

export interface TemplateFunction {
  /** Undefined says: this cannot be decided while parts of the arguments are open. */
  apply(args: Argument[], environment: Environment): Value | undefined;
  /** Works on the outer shape of its arguments, so that open parts deeper inside do not matter. */
  structural?: boolean;
  /** Only holds its arguments: whether they are open does not matter at all. */
  holds?: boolean;
}

export interface Environment {
  /** By name in lower case. */
  functions: Record<string, TemplateFunction>;
  /** Positions of the loops around, by loop name in lower case; "" is the innermost resource loop. */
  loops: Record<string, number>;
  lambdas: Record<string, Value>;
  /** Present once resources exist. */
  read?: Read;
}
