import type { ObjectValue, Value } from "./language.ts";
import type { Schema } from "./parameters.ts";
import type { Scope } from "./plan.ts";

/** One resource of a template, or one turn of its loop. Everything is worked out when asked for, once. */
export interface Entry {
  /** `vm`, or `disk[1]`; in a template of the old form the position. */
  symbol: string;
  /** The loop's name, by which `dependsOn` may mean all turns. */
  loop: string | undefined;
  existing: boolean;
  type: string;
  apiVersion: string;
  /** In a nested deployment either may hold an open value, shown as ARM writes it; `resolveId` fills it in. */
  name: () => string;
  id: () => string;
  resolveId: (fill: (value: Value) => Value) => string;
  /** False where `condition` says so; such a resource is not made. */
  wanted: () => boolean;
  body: () => ObjectValue;
  dependsOn: () => string[];
  onlyIfNotExists: boolean;
  /** The nested deployment, when this is one. */
  nested: () => Deployment | undefined;
}

/** A template that was opened. */
export interface Deployment {
  scope: Scope;
  id: string;
  entries: Entry[];
  parameters: Map<string, { schema: Schema; value: () => Value }>;
  outputs: () => Record<string, { schema: Schema; value: Value }>;
}
