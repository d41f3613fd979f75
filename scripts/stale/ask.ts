import type { z } from "zod";
import { SourceFault } from "./fault.ts";

/** npm's advisories have been seen to take more than a minute. */
const patience = 180_000;

/** Fetches JSON. @throws SourceFault if there is none, or it has another shape */
export async function ask<T>(schema: z.ZodType<T>, url: string, body?: unknown): Promise<T> {
  const post =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(url, { ...post, signal: AbortSignal.timeout(patience) }).catch(
    (error: Error) => {
      throw new SourceFault(`${url}: ${error.message}`);
    },
  );
  if (!answer.ok) throw new SourceFault(`${url}: ${answer.status} ${answer.statusText}`);
  const read = schema.safeParse(await answer.json().catch(() => undefined));
  if (!read.success) throw new SourceFault(`${url}: unexpected answer`);
  return read.data;
}
