import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import type { Directory, DirectoryPerson } from "../core/cloud.ts";
import { faultOf } from "./faults.ts";
import { get, parsed } from "./http.ts";

const service = "Microsoft Graph";

const user = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});

export interface DirectoryOptions {
  readonly credential: TokenCredential;
  /** Microsoft Graph, without a trailing slash. */
  readonly graphUrl: string;
  /** What tokens for it are asked for, such as `https://graph.microsoft.com/.default`. */
  readonly scope: string;
  readonly timeoutSeconds?: number;
}

/** People in Entra, through Microsoft Graph. Needs the application permission `User.Read.All`. */
export function graphDirectory(options: DirectoryOptions): Directory {
  // Without $select, accountEnabled is absent (Microsoft Graph v1.0, "Get a user").
  const fields = "id,displayName,userPrincipalName,mail,accountEnabled";

  async function token(): Promise<string> {
    const found = await options.credential.getToken(options.scope).catch((error: unknown) => {
      throw faultOf(service, error);
    });
    return found?.token ?? "";
  }

  return {
    async find(person: string): Promise<DirectoryPerson | "absent" | "disabled" | "forbidden"> {
      const url = `${options.graphUrl}/v1.0/users/${encodeURIComponent(person)}?$select=${fields}`;
      const answer = await get(service, url, {
        headers: { authorization: `Bearer ${await token()}`, accept: "application/json" },
        signal: AbortSignal.timeout((options.timeoutSeconds ?? 10) * 1000),
      });
      if (answer.status === 404) return "absent";
      if (answer.status === 403) return "forbidden";
      const found = parsed(service, answer, user);
      if (found.accountEnabled === false) return "disabled";
      const email = found.mail ?? found.userPrincipalName ?? undefined;
      return { objectId: found.id, name: found.displayName ?? email ?? found.id, email };
    },
  };
}
