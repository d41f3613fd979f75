import type { TokenCredential } from "@azure/identity";
import { decodeJwt } from "jose";
import { z } from "zod";

/** Whoever deploys, at one of Azure's services. */
export interface Deployer {
  /** @throws DeployerFault for any answer from 300 on. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>;
  /** Who that is in Entra, as their token says. */
  objectId(): Promise<string>;
}

export class DeployerFault extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Speaks to the service at `url` as the one whose credential it is. `audience`: what tokens are asked for. */
export function deployerAt(url: string, audience: string, credential: TokenCredential): Deployer {
  const tokenNow = async () => (await credential.getToken(`${audience}/.default`))?.token ?? "";
  return {
    objectId: async () => z.object({ oid: z.string() }).parse(decodeJwt(await tokenNow())).oid,
    async call(method, path, body) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${await tokenNow()}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      if (!answer.ok) throw new DeployerFault(answer.status, `${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
  };
}
