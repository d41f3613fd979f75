import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "./clock.ts";

/** One request for the bot. */
export interface Call {
  readonly path: "interactions" | "messages";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** Sends one call to a host. */
export const send = (url: string, { path, headers, body }: Call): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sending = request(`${url}/${path}`, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      agent,
    });
    sending.on("error", reject).on("response", (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (part: string) => {
          text += part;
        })
        .on("end", () => resolve({ status: response.statusCode ?? 0, body: text }))
        .on("error", reject);
    });
    sending.end(body);
  });

/** How long calls have waited, in milliseconds, and how many failed. */
export interface Waits {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly failed: number;
}

/**
 * An open loop: so many calls a second, at times that are fixed beforehand. A call counts from its time, whether or not it could
 * leave by then.
 */
export async function atRate(
  perSecond: number,
  seconds: number,
  one: (index: number) => Promise<boolean>,
): Promise<Waits> {
  const start = now() + 50;
  const waits: number[] = [];
  let failed = 0;
  const at = async (index: number) => {
    const due = start + (index * 1000) / perSecond;
    await sleep(Math.max(0, due - now()));
    const ok = await one(index).catch(() => false);
    if (!ok) failed += 1;
    waits.push(now() - due);
  };
  await Promise.all(Array.from({ length: perSecond * seconds }, (_, index) => at(index)));
  waits.sort((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95), p99: quantile(waits, 0.99), failed };
}

/** Of numbers in ascending order. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

/** The one in the middle. */
export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
