import { z } from "zod";

/** A token of the simulated subscription's owner for one of Azure's services, from the simulator's identity endpoint. */
export async function tokenFor(resource: string): Promise<string> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = z
    .object({ IDENTITY_ENDPOINT: z.string(), IDENTITY_HEADER: z.string() })
    .parse(process.env);
  const answer = await fetch(
    `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`,
    { headers: { "x-identity-header": IDENTITY_HEADER } },
  );
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}
