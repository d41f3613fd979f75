import { Hono } from "hono";
import type { RegisteredFunction, TypedData } from "./core.ts";
import { type Invoke, type Log, triggerOf } from "./invoke.ts";

/** A fetch handler for all HTTP functions. Keys are not checked, as under `func start`. */
export function httpTriggers(
  functions: readonly RegisteredFunction[],
  options: { routePrefix: string; clientAddress: string; invoke: Invoke; log: Log },
): (request: Request) => Response | Promise<Response> {
  const app = new Hono();
  for (const called of functions) {
    const [, binding] = triggerOf(called.metadata.bindings);
    if (binding.type !== "httpTrigger") continue;
    const route = typeof binding["route"] === "string" ? binding["route"] : called.metadata.name;
    const methods = Array.isArray(binding["methods"]) ? binding["methods"].map(String) : ["GET", "POST"];
    app.on(methods, `/${options.routePrefix}/${route.replace(/\{(\w+)\}/g, ":$1")}`, async (c) => {
      try {
        return responseOf(
          await options.invoke(called, await dataOf(c.req.raw, c.req.param(), options.clientAddress)),
        );
      } catch (error) {
        options.log(`${called.metadata.name} failed: ${textOf(error)}`);
        return new Response(null, { status: 500 });
      }
    });
  }
  return app.fetch;
}

export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Passes the body on byte for byte, so that signatures over it verify. */
async function dataOf(
  request: Request,
  params: Record<string, string>,
  clientAddress: string,
): Promise<TypedData> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  // Like Azure's front end: the address that it sees comes last, with a port.
  const forwardedFor = [request.headers.get("x-forwarded-for"), `${clientAddress}:50000`];
  return {
    http: {
      method: request.method,
      url: request.url,
      headers: {
        ...Object.fromEntries(request.headers),
        "x-forwarded-for": forwardedFor.filter(Boolean).join(", "),
      },
      query: Object.fromEntries(new URL(request.url).searchParams),
      params,
      ...(bytes.length > 0 ? { body: { bytes } } : {}),
    },
  };
}

function responseOf(data: TypedData | null | undefined): Response {
  if (!data?.http) return new Response(null, { status: 204 });
  const { statusCode = "200", headers = {}, body } = data.http;
  const bytes = body?.bytes && body.bytes.length > 0 ? new Uint8Array(body.bytes) : undefined;
  return new Response(bytes ?? body?.string ?? null, { status: Number(statusCode), headers });
}
