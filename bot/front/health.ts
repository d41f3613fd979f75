import type { HttpAnswer } from "../core/platform.ts";

/**
 * For anyone who asks: names of settings and of the secret that holds a token, never a value.
 * @param platforms what is wrong with each unwell platform; undefined if the storage doesn't answer
 */
export function healthAnswer(
  faults: readonly string[],
  platforms: Readonly<Record<string, string>> | undefined,
): HttpAnswer {
  const wrong = {
    ...(faults.length > 0 && { settings: faults }),
    ...(platforms === undefined && { storage: "The storage of AzureWebJobsStorage doesn't answer." }),
    ...(platforms && Object.keys(platforms).length > 0 && { platforms }),
  };
  const ok = Object.keys(wrong).length === 0;
  return {
    status: ok ? 200 : 503,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ok, ...wrong }),
  };
}
