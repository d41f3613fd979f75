import type { z } from "zod";
import { AzureFault } from "../core/errors.ts";
import { faultOf, faultOfAnswer } from "./faults.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * A GET without an SDK. Tried once more when no answer came, since the other side may have closed a connection that
 * was kept open.
 * @throws AzureFault of status 0
 */
export async function get(
  service: string,
  url: string,
  init: { readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const once = async (): Promise<HttpAnswer> => {
    const response = await fetch(url, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  try {
    return await once().catch((error: unknown) => {
      if (init.signal.aborted) throw error;
      return once();
    });
  } catch (error) {
    throw faultOf(service, error);
  }
}

/** What an answer of 200 says. @throws AzureFault for any other, and for one that is not what it should be. */
export function parsed<T>(service: string, answer: HttpAnswer, schema: z.ZodType<T>): T {
  if (answer.status !== 200) throw faultOfAnswer(service, answer);
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new AzureFault({ service, status: 200, code: "UnexpectedAnswer", detail, correlation: "" });
  }
}
