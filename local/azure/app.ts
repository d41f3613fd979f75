import { Hono } from "hono";
import type { Service } from "../traffic.ts";
import { control } from "./control.ts";
import { AzureError } from "./errors.ts";
import type { Host } from "./host.ts";
import { entra } from "./identity/entra.ts";
import { graph } from "./identity/graph.ts";
import { audiences, principalOf } from "./identity/tokens.ts";
import { prices } from "./prices.ts";
import { resourceManager } from "./resourceManager.ts";
import { secrets } from "./vault/secrets.ts";
import type { World } from "./world.ts";

/** Which vendor's service a path belongs to, for the traffic log; undefined: none of them. */
export function serviceOf({ pathname }: URL): Service | undefined {
  const path = pathname.replace(/^\/+/, "/").toLowerCase();
  if (/^\/(_sim|api|metadata)(\/|$)/.test(path)) return undefined;
  if (/^\/(secrets|deletedsecrets)(\/|$)/.test(path)) return "keyvault";
  if (path.startsWith("/v1.0/")) return "graph";
  if (/^\/(identity|common|organizations)\/|^\/[^/]+\/(oauth2|v2\.0|\.well-known)\//.test(path))
    return "identity";
  return "arm";
}

/** All services of the simulated Azure behind one address. */
export function createApp(host: Host): Hono {
  const { world } = host;
  const app = new Hono({ strict: false });
  const seconds = () => Math.floor(host.realNow().getTime() / 1000);
  const principals = new WeakMap<Request, string>();

  app.use(async (_c, next) => {
    host.tick();
    await next();
    host.save();
  });
  app.onError((error, c) => {
    if (!(error instanceof AzureError)) {
      process.stderr.write(`azure simulator: ${error.stack ?? error.message}\n`);
      return c.json({ error: { code: "InternalServerError", message: error.message } }, 500);
    }
    return Response.json({ error: error.body }, { status: error.status, headers: error.headers });
  });

  app.route("/", entra(world, seconds));
  app.use("/v1.0/*", (c, next) => identified(c.req.raw, audiences.graph, next));
  app.route("/", graph(world));
  app.route("/", prices(world));
  app.route("/", control(host));
  for (const path of ["/secrets/*", "/deletedsecrets/*"])
    app.use(path, async (c, next) => {
      if (!c.req.header("authorization")) return challenge(world);
      return identified(c.req.raw, audiences.vault, next);
    });
  app.route(
    "/",
    secrets(world, (request) => principals.get(request) ?? ""),
  );
  app.get("/metadata/endpoints", (c) => c.json(cloud(world)));
  const arm = resourceManager(host);
  app.all("*", (c) => arm(c.req.raw));
  return app;

  async function identified(request: Request, accepted: readonly string[], next: () => Promise<void>) {
    const authorization = request.headers.get("authorization") ?? undefined;
    principals.set(request, await principalOf(world.state, authorization, accepted, world.url));
    await next();
    return undefined;
  }
}

/** Tells a client where to get its token (Key Vault REST, "Authentication, requests and responses"). */
const challenge = (world: World): Response =>
  Response.json(
    { error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." } },
    {
      status: 401,
      headers: {
        "www-authenticate": `Bearer authorization="${world.url}/${world.state.tenant}", resource="https://vault.azure.net"`,
      },
    },
  );

/** What `az cloud register` reads (api-version 2022-09-01). */
const cloud = (world: World) => ({
  name: "Simulated",
  portal: `${world.url}/_sim`,
  resourceManager: world.url,
  microsoftGraphResourceId: world.url,
  graph: world.url,
  authentication: {
    loginEndpoint: world.url,
    audiences: audiences.arm.map((audience) => `${audience}/`),
    tenant: world.state.tenant,
    identityProvider: "AAD",
  },
  suffixes: {
    keyVaultDns: "localhost",
    storage: "localhost",
    acrLoginServer: "localhost",
    sqlServerHostname: "localhost",
  },
});
