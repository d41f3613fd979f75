import { Hono } from "hono";
import { same, type World } from "../world.ts";
import { lifetimeSeconds, publicKey, tokenFor } from "./tokens.ts";

/** The managed identity endpoint of App Service and Entra's token endpoints. `realNow`: real time, seconds. */
export function entra(world: World, realNow: () => number): Hono {
  const app = new Hono();
  identityEndpoint(app, world, realNow);
  discovery(app, world);
  tokens(app, world, realNow);
  return app;
}

/** App Service's REST protocol 2019-08-01 (Microsoft Learn, "Managed identities for App Service", 2026). */
function identityEndpoint(app: Hono, world: World, realNow: () => number): void {
  const { state } = world;
  app.get("/identity/token", async (c) => {
    const principal = state.identityHeaders[c.req.header("x-identity-header") ?? ""];
    if (!principal)
      return c.json({ statusCode: 401, message: "The X-IDENTITY-HEADER is missing or wrong." }, 401);
    const resource = c.req.query("resource");
    if (c.req.query("api-version") !== "2019-08-01" || !resource)
      return c.json({ statusCode: 400, message: "api-version=2019-08-01 and resource are required." }, 400);
    const client = state.principals[principal.toLowerCase()]?.appId;
    const asked = c.req.query("client_id");
    if (asked !== undefined && !same(asked, client))
      return c.json(
        {
          statusCode: 400,
          message:
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
        },
        400,
      );
    return c.json({
      access_token: await tokenFor(state, principal, resource, realNow(), world.url),
      expires_on: String(realNow() + lifetimeSeconds),
      resource,
      token_type: "Bearer",
      client_id: client,
    });
  });
}

function discovery(app: Hono, world: World): void {
  const { state } = world;
  app.get("/common/discovery/instance", (c) => {
    const host = new URL(world.url).host;
    return c.json({
      tenant_discovery_endpoint: `${world.url}/${state.tenant}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });
  for (const path of [
    "/:tenant/v2.0/.well-known/openid-configuration",
    "/:tenant/.well-known/openid-configuration",
  ])
    app.get(path, (c) => {
      const base = `${world.url}/${c.req.param("tenant")}`;
      return c.json({
        issuer: `${world.url}/${state.tenant}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
        jwks_uri: `${world.url}/common/discovery/v2.0/keys`,
        response_types_supported: ["code", "id_token"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_post"],
        claims_supported: ["sub", "iss", "aud", "exp", "iat", "oid", "tid", "upn"],
      });
    });
  app.get("/common/discovery/v2.0/keys", (c) => c.json({ keys: [publicKey(state.key)] }));
}

/** Service principals sign in with their application id and any secret; a person by device code, which is the person's name. */
function tokens(app: Hono, world: World, realNow: () => number): void {
  const { state } = world;
  app.post("/:tenant/oauth2/v2.0/devicecode", (c) =>
    c.json({
      user_code: "SIMULATED",
      device_code: "simulated",
      verification_uri: `${world.url}/_sim/sign-in`,
      expires_in: 900,
      interval: 1,
      message: `To sign in, open ${world.url}/_sim/sign-in?person=NAME where NAME is a user principal name.`,
    }),
  );
  app.post("/:tenant/oauth2/v2.0/token", async (c) => {
    const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
    const audience =
      form["resource"] ?? (form["scope"] ?? "").split(" ")[0]?.replace(/\/\.default$/, "") ?? "";
    const service = Object.values(state.principals).find(({ appId }) => same(appId, form["client_id"]));
    const principal = form["grant_type"] === "client_credentials" ? service?.id : state.signedIn;
    if (!principal) return c.json(refusalOf(form), 400);
    const accessToken = await tokenFor(state, principal, audience, realNow(), world.url);
    const person = state.people.find(({ id }) => same(id, principal));
    return c.json({
      token_type: "Bearer",
      scope: form["scope"] ?? "",
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: accessToken,
      ...(person
        ? {
            refresh_token: "simulated",
            id_token: await tokenFor(state, principal, form["client_id"] ?? "", realNow(), world.url),
            client_info: Buffer.from(JSON.stringify({ uid: person.id, utid: state.tenant })).toString(
              "base64url",
            ),
          }
        : {}),
    });
  });
}

/** Why nobody is signed in. */
const refusalOf = (form: Readonly<Record<string, string>>) =>
  form["grant_type"]?.endsWith("device_code")
    ? {
        error: "authorization_pending",
        error_description: "AADSTS70016: The user has not signed in yet.",
      }
    : {
        error: "unauthorized_client",
        error_description: `AADSTS700016: Application '${form["client_id"]}' was not found in the directory.`,
      };
