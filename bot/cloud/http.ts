import type { z } from "zod";
import { AzureFault } from "../core/errors.ts";
import { faultOf, faultOfAnswer } from "./faults.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * A GET without an SDK. Tried again if no answer came, because the other side may have closed a connection that was kept open.
 * @throws AzureFault with status 0
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

/** The content of an answer with status 200. @throws AzureFault for any other, and for unexpected content. */
export function parsed<T>(service: string, answer: HttpAnswer, schema: z.ZodType<T>): T {
  if (answer.status !== 200) throw faultOfAnswer(service, answer);
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new AzureFault({ service, status: 200, code: "UnexpectedAnswer", detail, correlation: "" });
  }
}
