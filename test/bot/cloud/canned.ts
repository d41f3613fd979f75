import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { TokenCredential } from "@azure/identity";
import { certificateIn } from "../../../local/certificate.ts";
import { serve } from "../../../local/serve.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** An https server that gives canned answers: in order, the last one again and again, or by address. */
export async function cannedServer() {
  const folder = mkdtempSync(join(tmpdir(), "openclaw-canned-"));
  const tls = await certificateIn(folder, new Date());
  trust(tls.cert);
  const requests: { method: string; url: string; body: string }[] = [];
  let answers: readonly Answer[] = [];
  let byAddress: (url: string, method: string) => Answer | undefined | Promise<Answer> = () => undefined;
  const server = await serve(
    async (request) => {
      requests.push({ method: request.method, url: request.url, body: await request.text() });
      const { status, headers, body } = (await byAddress(request.url, request.method)) ??
        answers[0] ?? { status: 500 };
      if (answers.length > 1) answers = answers.slice(1);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const type = typeof body === "string" ? "text/html" : "application/json";
      return new Response(body === undefined ? null : text, {
        status,
        headers: { "content-type": type, ...headers },
      });
    },
    { port: 0, tls },
  );
  return {
    url: server.url,
    requests,
    answer(...next: readonly Answer[]) {
      answers = next;
      byAddress = () => undefined;
      requests.length = 0;
    },
    answerBy(address: typeof byAddress) {
      byAddress = address;
      requests.length = 0;
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Lets this process believe a certificate, as `NODE_EXTRA_CA_CERTS` would from its start. */
export const trust = (certificate: string): void =>
  setDefaultCACertificates([...getCACertificates("default"), certificate]);

export const secretToken = "a-token-that-no-log-may-hold";

/** For servers that do not look at tokens. */
export const anyToken: TokenCredential = {
  getToken: async () => ({ token: secretToken, expiresOnTimestamp: Date.parse("2100-01-01") }),
};
