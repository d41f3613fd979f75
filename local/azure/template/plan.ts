/** Where a deployment runs. Without `resourceGroup` it is a deployment at subscription scope. */
export interface Scope {
  subscriptionId: string;
  tenantId: string;
  resourceGroup?: string;
  /** The resource group's location, or at subscription scope the deployment's own. */
  location: string;
  /** The deployment's name. */
  deployment: string;
}

/**
 * Reads an existing resource, complete as in a GET (`id`, `name`, `type`, `location`, `tags`,
 * `identity`, `properties`, …), or undefined if there is none. Comparing resource ids ignores case.
 */
export type Read = (id: string, apiVersion: string | undefined) => Record<string, unknown> | undefined;

/** One resource that the deployment would PUT. */
export interface PlannedResource {
  /** The full resource id; for extension resources `{scope}/providers/…`. In a nested deployment, parts may be open. */
  id: string;
  /** Such as `Microsoft.Compute/virtualMachines/extensions`. */
  type: string;
  /** All segments: `openclaw-k/ready`. */
  name: string;
  apiVersion: string;
  location?: string;
  /**
   * The resource as it would be PUT (`tags`, `properties`, `identity`, `sku`, `location`, …), without type, name, scope,
   * apiVersion, dependsOn, condition and copy. Unknown values read `[reference(…)…]`: look at them, don't store them.
   */
  body: Record<string, unknown>;
  /** Ids of resources in this plan that must succeed first: explicit ones and those that `reference()` implies. */
  dependsOn: string[];
  /** `@onlyIfNotExists()`: leave an existing resource alone. */
  onlyIfNotExists: boolean;
  /** The deployment that contains this resource, possibly a nested one. */
  deploymentId: string;
  /** The body with every open value filled in; call it once all of `dependsOn` exist. Throws `TemplateError`. */
  resolve(read: Read): Record<string, unknown>;
  /** The id with every open value filled in. */
  resolveId(read: Read): string;
}

/** A parameter or output as ARM shows it on a deployment: `{ type: "String", value: … }`. Secure values have no `value`. */
export interface TypedValue {
  type: string;
  value?: unknown;
}

export interface Plan {
  /** Nested deployments flattened, in an order that respects `dependsOn`. Leaves out `existing` ones and those whose condition is false. */
  resources: PlannedResource[];
  /** All parameters with their defaults filled in, for `properties.parameters` of the deployment. */
  parameters: Record<string, TypedValue>;
  /** For `properties.outputs`; call it once all resources exist. Throws `TemplateError`. */
  outputs(read: Read): Record<string, TypedValue>;
}

export type Template = Record<string, unknown>;
/** As in a deployment request: `{ "vmSize": { "value": "Standard_B2als_v2" } }`. */
export type Parameters = Record<string, { value?: unknown; reference?: unknown }>;
