import type { AzureSimulator } from "../local/azure/start.ts";

/** Signs a person in to the simulated Entra by device code, as `az login` does, and calls ARM as that person. */
export async function signedIn({ url }: AzureSimulator, tenant: string, person: string) {
  await fetch(`${url}/_sim/sign-in?person=${person}`);
  const answer = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      // The Azure CLI's own application.
      client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      device_code: "simulated",
      scope: "https://management.core.windows.net//.default offline_access openid profile",
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  /** A GET; status and body. */
  return async (path: string) => {
    const { status, json } = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    }).then(async (got) => ({ status: got.status, json: (await got.json()) as Record<string, unknown> }));
    return { status, body: json };
  };
}
