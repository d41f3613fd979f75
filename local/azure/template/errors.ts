/** A refusal with ARM's code and wording. Answer it as status 400, `{ error: { code, message } }`. */
export class TemplateError extends Error {
  readonly code: "InvalidTemplate" | "InvalidTemplateDeployment" | "DeploymentOutputEvaluationFailed";
  constructor(code: TemplateError["code"], message: string) {
    super(message);
    this.name = "TemplateError";
    this.code = code;
  }
}

/** What is wrong inside an expression; whoever evaluates it says where, and makes a `TemplateError` of it. */
export class Fault extends Error {
  override name = "Fault";
}

/** The frame that ARM puts around every fault of a template. `message` ends with a full stop. */
export function invalid(message: string): TemplateError {
  return new TemplateError("InvalidTemplate", `Deployment template validation failed: '${message}'.`);
}

/** Runs `work`; a fault in it becomes ARM's refusal of that part (`The template resource 'vm'`). */
export function within<T>(part: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid(
      `${part} is not valid: ${error.message}. Please see https://aka.ms/arm-functions for usage details.`,
    );
  }
}
