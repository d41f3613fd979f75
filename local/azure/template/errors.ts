/** A refusal with ARM's code and wording. Answer with status 400, `{ error: { code, message } }`. */
export class TemplateError extends Error {
  readonly code: "InvalidTemplate" | "InvalidTemplateDeployment" | "DeploymentOutputEvaluationFailed";
  constructor(code: TemplateError["code"], message: string) {
    super(message);
    this.name = "TemplateError";
    this.code = code;
  }
}

/** A fault inside an expression; the evaluator adds where it is and turns it into a `TemplateError`. */
export class Fault extends Error {
  override name = "Fault";
}

/** The text that ARM puts around every fault in a template. `message` ends with a full stop. */
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
