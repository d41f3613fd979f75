import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import https from "node:https";
import { Readable, Writable } from "node:stream";
import { type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import type { Serve } from "../../local/serve.ts";

/** One worker of the bot: what it is in the middle of ends for good with it. */
export interface Mortal {
  dead: boolean;
  /** Resolves when it dies. */
  readonly died: Promise<void>;
  die(): void;
}

/** One HTTP call of a client library. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  /** Who makes it; undefined: nobody of the bot, but a person's client. */
  readonly by: Mortal | undefined;
  /** In the middle of what. */
  readonly stage: string;
}

type Handler = (request: Request) => Response | Promise<Response>;
/** What becomes of a call; `send` lets it take effect. */
export type Fate = (call: Call, send: (call?: Call) => Promise<Response>) => Promise<Response>;

const running = new AsyncLocalStorage<{ readonly who: Mortal; readonly stage: string }>();
const servers = new Map<string, Handler>();
const never = new Promise<never>(() => undefined);
let fate: Fate = (_call, send) => send();

export function mortal(): Mortal {
  const { promise, resolve } = Promise.withResolvers<void>();
  const self: Mortal = {
    dead: false,
    died: promise,
    die() {
      self.dead = true;
      resolve();
    },
  };
  return self;
}

/** The worker died in the middle of it. */
export class Died extends Error {
  override readonly name = "Died";
}

/** Does something as this worker. @throws Died */
export const as = <T>(who: Mortal, stage: string, work: () => Promise<T>): Promise<T> =>
  Promise.race([
    running.run({ who, stage }, work),
    who.died.then(() => {
      throw new Died();
    }),
  ]);

/** From now on this decides what becomes of every call of the bot. */
export function decide(by: Fate): void {
  fate = by;
}

/** The last of the calls of `serve` in place of a port: none that a machine gives away. */
let lastPort = 100;

/** Serves without a socket: whoever calls in this process is answered here. */
export const serve: Serve = async (handle, { tls }) => {
  lastPort += 1;
  const url = `${tls ? "https" : "http"}://localhost:${lastPort}`;
  servers.set(url, handle);
  return {
    port: lastPort,
    url,
    close: async () => {
      servers.delete(url);
    },
  };
};

/** Who is dead hears nothing any more, and nobody hears them. */
async function answer(call: Call, handle: Handler): Promise<Response> {
  const { by } = call;
  if (by?.dead) return never;
  const send = async (sent: Call = call): Promise<Response> => {
    if (by?.dead) return never;
    // The other side is nobody's worker.
    return running.exit(async () => handle(requestOf(sent)));
  };
  const response = by ? await fate(call, send) : await send();
  return by?.dead ? never : response;
}

const requestOf = ({ method, url, headers, body }: Call): Request =>
  new Request(url, { method, headers, ...(body === "" ? {} : { body }) });

function callOf(method: string, url: URL, headers: Headers, body: string): Call {
  const { who, stage = "" } = running.getStore() ?? {};
  return { method, url, headers, body, by: who, stage };
}

/** Puts itself below every client library of this process: `http` and `https`, undici, and `fetch`. */
export function install(): void {
  for (const [module, scheme] of [
    [http, "http:"],
    [https, "https:"],
  ] as const) {
    const original = module.request;
    const replacement = (...args: unknown[]) => {
      const { url, options, onResponse } = argumentsOf(args, scheme);
      const handle = servers.get(url.origin);
      if (!handle) return Reflect.apply(original, module, args);
      return clientRequest(url, options, handle, onResponse);
    };
    module.request = replacement as typeof original;
  }
  const { fetch: originalFetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const handle = servers.get(url.origin);
    if (!handle) return originalFetch(input, init);
    const body = await request.text();
    return answer(callOf(request.method, url, request.headers, body), handle);
  };
  setGlobalDispatcher(dispatcher(getGlobalDispatcher()));
}

type Options = http.RequestOptions;

function argumentsOf(args: readonly unknown[], scheme: string) {
  const rest = [...args];
  const onResponse = typeof rest.at(-1) === "function" ? (rest.pop() as (res: unknown) => void) : undefined;
  const given = rest.find((each) => typeof each === "string" || each instanceof URL);
  const options = (rest.find((each) => typeof each === "object" && !(each instanceof URL)) ?? {}) as Options;
  const host = options.hostname ?? options.host ?? "localhost";
  const url = given
    ? new URL(String(given))
    : new URL(`${scheme}//${host}${options.port ? `:${options.port}` : ""}${options.path ?? "/"}`);
  return { url, options, onResponse };
}

/** What `http.request` gives, as far as the clients look at it. */
function clientRequest(
  url: URL,
  { method = "GET", headers = {} }: Options,
  handle: Handler,
  onResponse: ((response: unknown) => void) | undefined,
) {
  const sent: Buffer[] = [];
  // The context in which it was made, not that of whoever ends the stream.
  const call = callOf(method.toUpperCase(), url, headersOf(headers), "");
  const go = async () => {
    const response = await answer({ ...call, body: Buffer.concat(sent).toString() }, handle);
    const body = Buffer.from(await response.arrayBuffer());
    const message = Object.assign(Readable.from(body.length > 0 ? [body] : []), {
      statusCode: response.status,
      statusMessage: response.statusText,
      headers: Object.fromEntries(response.headers),
      rawHeaders: [...response.headers].flat(),
    });
    request.emit("response", message);
  };
  const request = new Writable({
    write(chunk: Buffer, _encoding, done) {
      sent.push(chunk);
      done();
    },
    final(done) {
      done();
      go().catch((error: unknown) => request.destroy(error instanceof Error ? error : undefined));
    },
  });
  if (onResponse) request.once("response", onResponse);
  return Object.assign(request, {
    setHeader: (name: string, value: string) => call.headers.set(name, value),
    setTimeout: () => request,
    setNoDelay: () => undefined,
    setSocketKeepAlive: () => undefined,
    abort: () => request.destroy(),
  });
}

function headersOf(given: Options["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given ?? {}))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : String(value));
  return headers;
}

/** For undici's own `request`, with which Discord's library calls. */
function dispatcher(original: Dispatcher): Dispatcher {
  const dispatch: Dispatcher["dispatch"] = (options, handler) => {
    const handle = servers.get(String(options.origin));
    if (!handle) return original.dispatch(options, handler);
    const url = new URL(options.path, String(options.origin));
    const headers = new Headers(options.headers as Record<string, string>);
    let gone = false;
    handler.onConnect?.((reason) => {
      gone = true;
      handler.onError?.(reason ?? new DOMException("aborted", "AbortError"));
    });
    const go = async () => {
      const body = options.body ? await new Response(options.body as BodyInit).text() : "";
      const response = await answer(callOf(options.method, url, headers, body), handle);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (gone) return;
      const raw = [...response.headers].flat().map((text) => Buffer.from(text));
      handler.onHeaders?.(response.status, raw, () => undefined, response.statusText);
      handler.onData?.(bytes);
      handler.onComplete?.([]);
    };
    go().catch((error: unknown) => {
      if (!gone) handler.onError?.(error instanceof Error ? error : new Error(String(error)));
    });
    return true;
  };
  return new Proxy(original, {
    get: (from, name) => (name === "dispatch" ? dispatch : Reflect.get(from, name)),
  });
}
