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

type User = z.infer<typeof user>;

const users = z.object({ value: z.array(user) });

export interface DirectoryOptions {
  readonly credential: TokenCredential;
  /** Microsoft Graph, without a trailing slash. */
  readonly graphUrl: string;
  /** The scope of its tokens, such as `https://graph.microsoft.com/.default`. */
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

  async function all(filter: string): Promise<readonly User[]> {
    return parsed(service, await ask(`?$filter=${encodeURIComponent(filter)}&`), users).value;
  }

  /**
   * Everyone whose main or additional mail address this is. It may also be someone else's sign-in name, so this query always runs.
   * Microsoft Graph filters by either property ("user resource type", v1.0, 2026), but its documents don't mention both at once.
   */
  async function byMail(mail: string): Promise<readonly User[]> {
    const quoted = mail.replaceAll("'", "''");
    const filters = [`mail eq '${quoted}'`, `proxyAddresses/any(a:a eq 'smtp:${quoted}')`];
    return (await Promise.all(filters.map(all))).flat();
  }

  return {
    async find(person) {
      const answer = await ask(`/${encodeURIComponent(person)}?`);
      if (answer.status === 403) return "forbidden";
      const byName = answer.status === 404 ? [] : [parsed(service, answer, user)];
      const known = [...byName, ...(person.includes("@") ? await byMail(person) : [])];
      const [found, ...others] = new Map(known.map((one) => [one.id, one])).values();
      if (!found) return "absent";
      if (others.length > 0) return [found, ...others].map(personFrom);
      return found.accountEnabled === false ? "disabled" : personFrom(found);
    },
  };
}

function personFrom({ id, displayName, mail, userPrincipalName }: User): DirectoryPerson {
  const email = mail ?? userPrincipalName ?? undefined;
  const principalName = userPrincipalName ?? undefined;
  return {
    objectId: id,
    name: oneLineName(displayName) ?? oneLineName(email) ?? id,
    email,
    ...(principalName?.toLowerCase() === email?.toLowerCase() ? {} : { principalName }),
  };
}
