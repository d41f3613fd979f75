import { z } from "zod";
import { type Server, serve } from "./serve.ts";

export interface DoorOptions {
  readonly port: number;
  /** Where the bot is: `http://localhost:PORT`. */
  readonly target: string;
  /** A Teams token for the bot, for a caller from this `serviceUrl`. */
  tokenFor(serviceUrl: string): Promise<string>;
}

/**
 * A proxy in front of the Functions host for `npm start -- --playground`. The Microsoft 365 Agents Playground calls
 * `/api/messages` without a token, and the bot accepts nothing without one: a request from this machine without a token
 * gets one from the simulated Teams. Everything else passes unchanged.
 */
export function startDoor({ port, target, tokenFor }: DoorOptions): Promise<Server> {
  const handle = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const headers = new Headers(request.headers);
    if (pathname === "/api/messages" && !headers.has("authorization") && isFromHere(request)) {
      const serviceUrl = serviceUrlIn(body);
      if (serviceUrl !== undefined) headers.set("authorization", `Bearer ${await tokenFor(serviceUrl)}`);
    }
    // These belong to this connection, and `fetch` sets its own.
    for (const name of ["host", "connection", "content-length", "transfer-encoding"]) headers.delete(name);
    const answer = await fetch(`${target}${pathname}${search}`, {
      method: request.method,
      headers,
      redirect: "manual",
      ...(body.length > 0 ? { body } : {}),
    });
    const told = new Headers(answer.headers);
    for (const name of ["connection", "content-length", "transfer-encoding"]) told.delete(name);
    return new Response(answer.body, { status: answer.status, headers: told });
  };
  return serve(handle, { port });
}

/** A web page can also send requests to this machine, but it can't hide its origin. */
function isFromHere(request: Request): boolean {
  const host = new URL(request.url).hostname;
  const fromBrowser = request.headers.has("origin") || request.headers.has("sec-fetch-site");
  return (host === "localhost" || host === "127.0.0.1") && !fromBrowser;
}

const activity = z.object({ serviceUrl: z.url() });

function serviceUrlIn(body: Buffer): string | undefined {
  try {
    return activity.safeParse(JSON.parse(body.toString("utf8"))).data?.serviceUrl;
  } catch {
    return undefined;
  }
}
