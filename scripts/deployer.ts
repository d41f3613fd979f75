import type { TokenCredential } from "@azure/identity";
import { decodeJwt } from "jose";
import { z } from "zod";

/** The deployer, at one of Azure's services. */
export interface Deployer {
  /** @throws DeployerFault for any status from 300 on. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>;
  /** The deployer's object id in Entra, from their token. */
  objectId(): Promise<string>;
}

export class DeployerFault extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls the service at `url` with this credential. `audience`: what to request tokens for. */
export function deployerAt(url: string, audience: string, credential: TokenCredential): Deployer {
  let kept: ReturnType<TokenCredential["getToken"]> | undefined;
  const ask = () => {
    const asking = credential.getToken(`${audience}/.default`);
    asking.catch(() => {
      kept = undefined;
    });
    return asking;
  };
  /** Kept until five minutes before it expires: the Azure CLI's credential starts `az` for each token, which takes a second or two. */
  async function tokenNow(): Promise<string> {
    kept ??= ask();
    const known = await kept;
    if (known && known.expiresOnTimestamp - Date.now() > 300_000) return known.token;
    kept = ask();
    return (await kept)?.token ?? "";
  }
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
