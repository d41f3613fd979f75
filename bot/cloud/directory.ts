import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import type { Directory, DirectoryPerson } from "../core/cloud.ts";
import { faultOf, faultOfAnswer } from "./faults.ts";

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

  async function ask(person: string): Promise<Response> {
    try {
      const token = await options.credential.getToken(options.scope);
      const url = `${options.graphUrl}/v1.0/users/${encodeURIComponent(person)}?$select=${fields}`;
      return await fetch(url, {
        headers: { authorization: `Bearer ${token?.token}`, accept: "application/json" },
        signal: AbortSignal.timeout((options.timeoutSeconds ?? 10) * 1000),
      });
    } catch (error) {
      throw faultOf("Microsoft Graph", error);
    }
  }

  return {
    async find(person: string): Promise<DirectoryPerson | "absent" | "disabled" | "forbidden"> {
      const response = await ask(person);
      const body = await response.text();
      if (response.status === 404) return "absent";
      if (response.status === 403) return "forbidden";
      if (!response.ok) throw faultOfAnswer("Microsoft Graph", { ...pick(response), body });
      const found = user.parse(JSON.parse(body));
      if (found.accountEnabled === false) return "disabled";
      const email = found.mail ?? found.userPrincipalName ?? undefined;
      return { objectId: found.id, name: found.displayName ?? email ?? found.id, email };
    },
  };
}

const pick = ({ status, headers }: Response) => ({ status, headers });
