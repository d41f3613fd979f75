import { Agent, createServer, request as forward, type IncomingHttpHeaders } from "node:http";
import { now } from "./clock.ts";

/** One call to the storage. */
export interface StorageCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly start: number;
  /** Infinity while it is under way. */
  end: number;
}

/** So many calls that are under way at once. */
export interface Layer {
  /** Of one row. */
  readonly reads: number;
  /** Of a range of rows. */
  readonly queries: number;
  readonly writes: number;
}

/** Stands before a storage account, and writes down when each call came and was answered. */
export async function openProbe(connectionString: string) {
  const calls: StorageCall[] = [];
  const agent = new Agent({ keepAlive: true });
  const before = async (port: number) => {
    const server = createServer((incoming, outgoing) => {
      const { method = "", url: path = "", headers } = incoming;
      const call: StorageCall = { method, path, headers, start: now(), end: Number.POSITIVE_INFINITY };
      calls.push(call);
      const onward = forward({ port, host: "127.0.0.1", method, path, headers, agent }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
        answer.once("end", () => {
          call.end = now();
        });
      });
      onward.once("error", () => outgoing.destroy());
      incoming.pipe(onward);
    });
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the probe has no port");
    return { server, port: address.port };
  };
  const endpoint = /(Endpoint=http:\/\/127\.0\.0\.1:)(\d+)/g;
  const ports = new Set([...connectionString.matchAll(endpoint)].map(([, , port = ""]) => port));
  const doors = new Map(
    await Promise.all([...ports].map(async (port) => [port, await before(Number(port))] as const)),
  );
  return {
    connectionString: connectionString.replaceAll(
      endpoint,
      (_all, start: string, port: string) => `${start}${doors.get(port)?.port}`,
    ),
    /** What was asked since it was asked last. */
    take: (): readonly StorageCall[] => calls.splice(0),
    close: async () => {
      for (const { server } of doors.values()) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      agent.destroy();
    },
  };
}

/**
 * Calls in layers: one is below another that had ended when it started. The number of layers is how many had to follow each other.
 * The clock is that of one process, so that no two of them are compared.
 */
export function layersOf(calls: readonly StorageCall[]): readonly Layer[] {
  const depths: number[] = [];
  const layers: { -readonly [K in keyof Layer]: Layer[K] }[] = [];
  const sorted = calls.toSorted((a, b) => a.start - b.start);
  for (const [index, { start, method, path }] of sorted.entries()) {
    const above = sorted.slice(0, index).map(({ end }, i) => (end <= start ? (depths[i] ?? 0) : 0));
    const depth = Math.max(0, ...above) + 1;
    depths.push(depth);
    const layer = layers[depth - 1] ?? { reads: 0, queries: 0, writes: 0 };
    layers[depth - 1] = layer;
    layer[method !== "GET" ? "writes" : path.includes("()?") ? "queries" : "reads"] += 1;
  }
  return layers;
}
