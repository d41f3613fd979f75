import type { ObjectValue, Value } from "./language.ts";
import type { Schema } from "./parameters.ts";
import type { Scope } from "./plan.ts";

/** One resource of a template, or one iteration of its loop. Everything is computed on demand, once. */
export interface Entry {
  /** `vm`, or `disk[1]`; in an old-style template, the position. */
  symbol: string;
  /** The loop's name, which `dependsOn` can use for all iterations. */
  loop: string | undefined;
  existing: boolean;
  type: string;
  apiVersion: string;
  /** In a nested deployment, either may contain an open value, as ARM writes it; `resolveId` fills it in. */
  name: () => string;
  id: () => string;
  resolveId: (fill: (value: Value) => Value) => string;
  /** False if `condition` is false; such a resource isn't created. */
  wanted: () => boolean;
  body: () => ObjectValue;
  dependsOn: () => string[];
  onlyIfNotExists: boolean;
  /** The nested deployment, if this is one. */
  nested: () => Deployment | undefined;
}

/** An opened template. */
export interface Deployment {
  scope: Scope;
  id: string;
  entries: Entry[];
  parameters: Map<string, { schema: Schema; value: () => Value }>;
  outputs: () => Record<string, { schema: Schema; value: Value }>;
}
