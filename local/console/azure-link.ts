import { Agent, request } from "node:https";
import type { Summary } from "./azure-view.ts";

/** Where the Azure simulator is. */
export interface AzureAddress {
  /** Without a trailing slash. */
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
}

/** Calls the simulator's control API under `/_sim`. The page itself can't, because browsers don't trust its certificate. */
export function azureLink({ url, ca }: AzureAddress) {
  const agent = new Agent({ ca, keepAlive: true });
  const call = (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const sent = request(`${url}/_sim${path}`, { method, agent, headers, timeout: 10_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 500, body: parsed(text) });
        });
      });
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error("the Azure simulator does not answer")));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const state = async () => {
    const { status, body } = await call("GET", "/state");
    if (status !== 200) throw new Error(`the Azure simulator answered ${status}`);
    // The answer comes from our own program, so it needs no validation.
    return body as Summary;
  };
  return { call, state, close: () => agent.destroy() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
