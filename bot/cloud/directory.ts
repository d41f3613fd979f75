import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import type { Directory, DirectoryPerson } from "../core/cloud.ts";
import { oneLineName } from "../core/text.ts";
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

const users = z.object({ value: z.array(user) });

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

  async function ask(path: string) {
    return get(service, `${options.graphUrl}/v1.0/users${path}$select=${fields}`, {
      headers: { authorization: `Bearer ${await token()}`, accept: "application/json" },
      signal: AbortSignal.timeout((options.timeoutSeconds ?? 10) * 1000),
    });
  }

  /** The one whose mail address this is, where that is another than the user principal name. */
  async function byMail(mail: string): Promise<z.infer<typeof user> | undefined> {
    const filter = encodeURIComponent(`mail eq '${mail.replaceAll("'", "''")}'`);
    const { value } = parsed(service, await ask(`?$filter=${filter}&`), users);
    return value.length === 1 ? value[0] : undefined;
  }

  return {
    async find(person: string): Promise<DirectoryPerson | "absent" | "disabled" | "forbidden"> {
      const answer = await ask(`/${encodeURIComponent(person)}?`);
      if (answer.status === 403) return "forbidden";
      const byName = answer.status !== 404 && parsed(service, answer, user);
      const found = byName || (person.includes("@") && (await byMail(person)));
      if (!found) return "absent";
      if (found.accountEnabled === false) return "disabled";
      const email = found.mail ?? found.userPrincipalName ?? undefined;
      const principalName = found.userPrincipalName ?? undefined;
      return {
        objectId: found.id,
        name: oneLineName(found.displayName) ?? oneLineName(email) ?? found.id,
        email,
        ...(principalName?.toLowerCase() === email?.toLowerCase() ? {} : { principalName }),
      };
    },
  };
}
