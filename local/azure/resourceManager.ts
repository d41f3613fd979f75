import { clientOf } from "./access/authorize.ts";
import { parseBody } from "./arm/body.ts";
import type { Answer } from "./arm/call.ts";
import { dispatch } from "./arm/dispatch.ts";
import { AzureError } from "./errors.ts";
import type { Host } from "./host.ts";
import { audiences, principalOf } from "./identity/tokens.ts";
import { throttle } from "./throttling/throttle.ts";
import { guidOf, iso, type World } from "./world.ts";

/** Azure Resource Manager at its address: identifies the caller, answers, and writes the activity log. */
export function resourceManager(host: Host): (request: Request) => Promise<Response> {
  const { world } = host;
  let requests = 0;
  return async (request) => {
    const url = new URL(request.url);
    const path = `/${url.pathname.split("/").filter(Boolean).map(decodeURIComponent).join("/")}`;
    const text = await request.text();
    requests += 1;
    const id = guidOf(`${world.state.base.real}/request/${requests}`);
    const correlationId = request.headers.get("x-ms-correlation-request-id") ?? id;
    const ids = idHeaders(world, id, correlationId);
    const authorization = request.headers.get("authorization") ?? undefined;
    let principal = "";
    let left: Readonly<Record<string, string>> = {};
    const answer = await (async (): Promise<Answer> => {
      principal = await principalOf(world.state, authorization, audiences.arm, world.url);
      host.tick();
      const { headers, refusal } = throttle(world, { principal, method: request.method, path });
      left = headers;
      if (refusal) throw refusal;
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
    note(world, request.method, path, principal, answer);
    const headers = { ...ids, ...left, ...answer.headers };
    return answer.body === undefined || request.method === "HEAD"
      ? new Response(null, { status: answer.status, headers })
      : Response.json(answer.body, { status: answer.status, headers });
  };
}

/** The headers of every answer. */
const idHeaders = (world: World, id: string, correlationId: string) => ({
  "x-ms-request-id": id,
  "x-ms-correlation-request-id": correlationId,
  "x-ms-routing-request-id": `SIMULATED:${iso(world.now).replace(/[-:.]|\d{3}Z$/g, "")}Z:${id}`,
  "cache-control": "no-cache",
});

/** The activity log: calls that changed something, and refused calls. */
function note(world: World, method: string, path: string, principal: string, { status, body }: Answer): void {
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

/** Query names are matched without case; only these are used. */
const known = ["api-version", "$filter", "$expand", "$top", "$orderby", "statusOnly"];
const canonicalKey = (key: string) => known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
