import * as z from "zod";
import { AzureFault, type Fault } from "../core/errors.ts";

/** Azure's error in the form of Resource Manager, Key Vault and Graph. Each level may hold more specific ones. */
interface ErrorBody {
  readonly code?: string | null | undefined;
  readonly message?: string | null | undefined;
  readonly details?: readonly ErrorBody[] | null | undefined;
  readonly innererror?: ErrorBody | null | undefined;
}

const errorBody: z.ZodType<ErrorBody> = z.lazy(() =>
  z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    details: z.array(errorBody).nullish().catch(undefined),
    innererror: errorBody.nullish().catch(undefined),
  }),
);
const answer = z.union([z.object({ error: errorBody }).transform((body) => body.error), errorBody]);

function parseError(text: string | null | undefined): ErrorBody | undefined {
  if (!text?.trimStart().startsWith("{")) return undefined;
  try {
    return answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The most specific cause. Some providers put the next level into `message`, as JSON in a string. */
export function innermost(error: ErrorBody): { code: string; message: string } {
  const next = [...(error.details ?? []), parseError(error.message)].find((inner) => inner?.code);
  if (next) return innermost(next);
  const message = error.message ?? "";
  // Key Vault: the outer code is "Conflict", the inner one says which, and only the outer one has words.
  if (error.innererror?.code) return innermost({ message, ...error.innererror });
  return { code: error.code ?? "", message };
}

interface Headers {
  get(name: string): string | null | undefined;
}

/** The meaning of an HTTP answer with status 400 or above. */
export function faultOfAnswer(
  service: string,
  response: { readonly status: number; readonly headers: Headers; readonly body: string | null | undefined },
): AzureFault {
  const { status, headers } = response;
  const { code, message } = innermost(parseError(response.body) ?? {});
  const header = (...names: string[]) => names.map((name) => headers.get(name)).find((value) => value);
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  return new AzureFault({
    service,
    status,
    code: code || `Http${status}`,
    detail: message || (response.body ?? "").slice(0, 1000),
    correlation: header("x-ms-correlation-request-id", "x-ms-request-id", "request-id") ?? "",
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

const restError = z.object({
  response: z.object({
    status: z.number(),
    headers: z.custom<Headers>((value) => typeof value === "object" && value !== null && "get" in value),
    bodyAsText: z.string().nullish(),
  }),
});

/**
 * The meaning of a thrown error: the SDK's error for an answer, or one for no answer at all. The error itself isn't kept as the cause,
 * because it holds the request, and with that the bot's token.
 */
export function faultOf(service: string, error: unknown): AzureFault {
  if (error instanceof AzureFault) return error;
  const answered = restError.safeParse(error).data?.response;
  if (answered) return faultOfAnswer(service, { ...answered, body: answered.bodyAsText });
  const thrown = error instanceof Error ? error : new Error(String(error));
  const timedOut = thrown.name === "AbortError" || thrown.name === "TimeoutError";
  const code = z.object({ code: z.string() }).safeParse(thrown).data?.code;
  return new AzureFault({
    service,
    status: 0,
    code: timedOut ? "Timeout" : (code ?? (thrown.name === "Error" ? "Failed" : thrown.name)),
    detail: thrown.message,
    correlation: "",
  });
}

/** Undefined if a look finds nothing. Only 404 means that; 403 never does. */
export async function absent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AzureFault && error.status === 404) return undefined;
    throw error;
  }
}

/** Ignores these codes or statuses: what was asked for is already true, or in progress. */
export async function unless(doing: Promise<unknown>, ...fine: readonly (string | number)[]): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (error instanceof AzureFault && (fine.includes(error.code) || fine.includes(error.status))) return;
    throw error;
  }
}

/** The innermost cause of an error that Azure reports in an answer with status 200, such as a failed deployment. */
export function faultWithin(error: ErrorBody, correlation: string): Fault {
  const { code, message } = innermost(error);
  return { code: code || "Unknown", detail: message, correlation };
}

/**
 * Deletes something; if it is already deleted, that is fine. Azure may answer 403 then, too: a right with a condition on what is deleted
 * doesn't hold for what doesn't exist ("Azure role assignment condition format and syntax", attributes of `@Resource`, 2026). So a look
 * follows a 403, and only what still exists, or may not be read either, is refused.
 * @param deletion starts it
 * @param look reads what to delete
 * @throws AzureFault the refusal, or why the look failed
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
