import { Hono } from "hono";
import type { Service } from "../traffic.ts";
import { clientOf } from "./access/authorize.ts";
import { parseBody } from "./arm/body.ts";
import type { Answer } from "./arm/call.ts";
import { dispatch } from "./arm/dispatch.ts";
import { control } from "./control.ts";
import { AzureError } from "./errors.ts";
import type { Host } from "./host.ts";
import { entra } from "./identity/entra.ts";
import { graph } from "./identity/graph.ts";
import { audiences, principalOf } from "./identity/tokens.ts";
import { prices } from "./prices.ts";
import { secrets } from "./vault/secrets.ts";
import { guidOf, iso, type World } from "./world.ts";

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
  let requests = 0;

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
      // The challenge that tells a client where to get its token (Key Vault REST, "Authentication, requests and responses").
      if (!c.req.header("authorization"))
        return Response.json(
          { error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." } },
          {
            status: 401,
            headers: {
              "www-authenticate": `Bearer authorization="${world.url}/${world.state.tenant}", resource="https://vault.azure.net"`,
            },
          },
        );
      return identified(c.req.raw, audiences.vault, next);
    });
  app.route(
    "/",
    secrets(world, (request) => principals.get(request) ?? ""),
  );
  app.get("/metadata/endpoints", (c) => c.json(cloud(world)));
  app.all("*", (c) => arm(c.req.raw));
  return app;

  async function identified(request: Request, accepted: readonly string[], next: () => Promise<void>) {
    const authorization = request.headers.get("authorization") ?? undefined;
    principals.set(request, await principalOf(world.state, authorization, accepted, world.url));
    await next();
    return undefined;
  }

  async function arm(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = `/${url.pathname.split("/").filter(Boolean).map(decodeURIComponent).join("/")}`;
    const text = await request.text();
    requests += 1;
    const id = guidOf(`${world.state.base.real}/request/${requests}`);
    const correlationId = request.headers.get("x-ms-correlation-request-id") ?? id;
    const ids = {
      "x-ms-request-id": id,
      "x-ms-correlation-request-id": correlationId,
      "x-ms-routing-request-id": `SIMULATED:${iso(world.now).replace(/[-:.]|\d{3}Z$/g, "")}Z:${id}`,
      "x-ms-ratelimit-remaining-subscription-reads": "249",
      "cache-control": "no-cache",
    };
    const authorization = request.headers.get("authorization") ?? undefined;
    let principal = "";
    const answer = await (async (): Promise<Answer> => {
      principal = await principalOf(world.state, authorization, audiences.arm, world.url);
      host.tick();
      const query = new URLSearchParams(
        [...url.searchParams].map(([key, value]): [string, string] => [canonicalKey(key), value]),
      );
      return dispatch({
        world,
        principal,
        method: request.method,
        path,
        query,
        apiVersion: query.get("api-version") ?? "",
        body: parseBody(text),
        correlationId,
      });
    })().catch((error: unknown): Answer => {
      if (!(error instanceof AzureError)) throw error;
      return { status: error.status, body: { error: error.body }, headers: error.headers };
    });
    note(request.method, path, principal, answer);
    const headers = { ...ids, ...answer.headers };
    return answer.body === undefined || request.method === "HEAD"
      ? new Response(null, { status: answer.status, headers })
      : Response.json(answer.body, { status: answer.status, headers });
  }

  /** The activity log: what changed something, and what was refused. */
  function note(method: string, path: string, principal: string, { status, body }: Answer): void {
    const reads = method === "GET" || method === "HEAD";
    if (reads && (status < 400 || status === 404)) return;
    const code = (body as { error?: { code?: string } } | undefined)?.error?.code;
    const entry = {
      at: iso(world.now),
      who: clientOf(world, principal),
      method,
      path,
      status,
      ...(code ? { code } : {}),
    };
    world.state.activity = [...world.state.activity.slice(-199), entry];
    world.changed = true;
  }
}

/** Query names are compared without case; these are the ones that are looked at. */
const known = ["api-version", "$filter", "$expand", "$top", "$orderby", "statusOnly"];
const canonicalKey = (key: string) => known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;

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
