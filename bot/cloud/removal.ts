import { AzureFault } from "../core/errors.ts";
import { absent, unless } from "./faults.ts";

/**
 * Deletes something; what is gone already is as good. Azure may say 403 of that too: a right with a condition on what is deleted does not
 * hold for what is not there ("Azure role assignment condition format and syntax", attributes of `@Resource`, 2026). So it is looked for
 * after a 403: only what is still there, or may not be looked at either, is refused.
 * @param deletion begins it
 * @param look reads what is to go
 * @throws AzureFault the refusal, or why it could not be looked for
 */
export async function removing(deletion: Promise<unknown>, look: () => Promise<unknown>): Promise<void> {
  try {
    await unless(deletion, 404);
  } catch (refusal) {
    if (!isForbidden(refusal)) throw refusal;
    const found = await absent(look()).catch((error: unknown) => {
      throw isForbidden(error) ? refusal : error;
    });
    if (found !== undefined) throw refusal;
  }
}

const isForbidden = (error: unknown): boolean => error instanceof AzureFault && error.status === 403;
