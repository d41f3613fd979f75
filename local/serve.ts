import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Exchange, Service } from "./traffic.ts";

export interface ServeOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Serve over TLS with this PEM certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Which service a request belongs to, for the traffic log; undefined: not recorded. */
  readonly service?: (url: URL, request: Request) => Service | undefined;
  readonly record?: (exchange: Exchange) => void;
}

export interface Server {
  readonly port: number;
  /** Without a trailing slash, on `localhost`. */
  readonly url: string;
  close(): Promise<void>;
}

export type Serve = typeof serve;

/** Serves a fetch-style handler on loopback, and records its exchanges. */
export async function serve(
  handle: (request: Request) => Response | Promise<Response>,
  options: ServeOptions,
): Promise<Server> {
  const listener = getRequestListener(async (request) => {
    const service = options.service?.(new URL(request.url), request);
    if (service === undefined || options.record === undefined) return handle(request);
    return recorded(request, service, handle, options.record);
  });
  const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  // Let clients close idle connections. If the server did, a request just on its way would be lost.
  server.keepAliveTimeout = 0;
  // The server's own list leaves out connections that have not started TLS yet.
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    url: `${options.tls ? "https" : "http"}://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

async function recorded(
  request: Request,
  service: Service,
  handle: (request: Request) => Response | Promise<Response>,
  record: (exchange: Exchange) => void,
): Promise<Response> {
  const started = Date.now();
  const sent = await request.clone().text();
  const response = await handle(request);
  const answered = await response.clone().text();
  record({
    service,
    at: new Date(started).toISOString(),
    ms: Date.now() - started,
    request: { method: request.method, url: request.url, headers: headersOf(request), ...bodyOf(sent) },
    response: { status: response.status, headers: headersOf(response), ...bodyOf(answered) },
  });
  return response;
}

const headersOf = (message: Request | Response) => Object.fromEntries(message.headers);

function bodyOf(text: string): { body?: unknown } {
  if (text === "") return {};
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: text };
  }
}
