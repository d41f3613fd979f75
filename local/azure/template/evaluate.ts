/**
 * Evaluates compiled ARM JSON templates (what `bicep build` writes) as Azure Resource Manager does.
 *
 * Evaluation has two moments, as in ARM. `plan` works out everything that follows from the template, the
 * parameters and the scope: names, ids, conditions, loops, order. What `reference()` reads exists only later;
 * such values stay open in the plan and are filled in by `resolve(read)` when the resource's turn comes.
 */

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
 * Reads a resource that exists now, whole as a GET answers it (`id`, `name`, `type`, `location`, `tags`,
 * `identity`, `properties`, …), or undefined when there is none. Resource ids are compared without case.
 */
export type Read = (id: string, apiVersion: string | undefined) => Record<string, unknown> | undefined;

/** One resource that the deployment would PUT. */
export interface PlannedResource {
  /** The full resource id; for extension resources `{scope}/providers/…`. */
  id: string;
  /** Such as `Microsoft.Compute/virtualMachines/extensions`. */
  type: string;
  /** All segments: `openclaw-k/ready`. */
  name: string;
  apiVersion: string;
  location?: string;
  /**
   * The resource as it would be PUT (`tags`, `properties`, `identity`, `sku`, `location`, …), without type, name, scope,
   * apiVersion, dependsOn, condition and copy. Values not known yet read `[reference(…)…]`: look at them, don't store them.
   */
  body: Record<string, unknown>;
  /** Ids of resources within this plan that must have succeeded before; explicit ones and those that `reference()` implies. */
  dependsOn: string[];
  /** `@onlyIfNotExists()`: leave a resource that exists alone. */
  onlyIfNotExists: boolean;
  /** The deployment, possibly a nested one, that holds this resource. */
  deploymentId: string;
  /** The body with every open value filled in; call it when all of `dependsOn` exist. Throws `TemplateError`. */
  resolve(read: Read): Record<string, unknown>;
}

/** A parameter or output as ARM shows it on a deployment: `{ type: "String", value: … }`. Secure values have no `value`. */
export interface TypedValue {
  type: string;
  value?: unknown;
}

export interface Plan {
  /** Nested deployments flattened, in an order that respects `dependsOn`. Without `existing` ones and those whose condition is false. */
  resources: PlannedResource[];
  /** All parameters with their defaults filled in, for `properties.parameters` of the deployment. */
  parameters: Record<string, TypedValue>;
  /** For `properties.outputs`; call it when all resources exist. Throws `TemplateError`. */
  outputs(read: Read): Record<string, TypedValue>;
}

export type Template = Record<string, unknown>;
/** As a deployment request carries them: `{ "vmSize": { "value": "Standard_B2als_v2" } }`. */
export type Parameters = Record<string, { value?: unknown; reference?: unknown }>;

/** A refusal with ARM's code and wording. Answer it as status 400, `{ error: { code, message } }`. */
export class TemplateError extends Error {
  readonly code: "InvalidTemplate" | "InvalidTemplateDeployment" | "DeploymentOutputEvaluationFailed";
  constructor(code: TemplateError["code"], message: string) {
    super(message);
    this.name = "TemplateError";
    this.code = code;
  }
}

/**
 * Works out what a deployment would make. Nothing is read from outside; `newGuid()` and `utcNow()` use what is passed.
 * @throws TemplateError for a template or parameters that ARM would refuse before it begins.
 */
export function plan(_template: Template, _parameters: Parameters, _scope: Scope, _now?: Date): Plan {
  throw new TemplateError("InvalidTemplate", "The evaluator is not there yet.");
}
