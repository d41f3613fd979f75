import { createReadStream, statSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { generate } from "selfsigned";

export const boot = "00000000-0000-0000-0000-0000000000b0";
export const member = "00000000-0000-0000-0000-0000000000a0";
export const memberSecret = "openclaw-abcdefgh12";

/** What the outside of a machine looks like; tests change it as they go. */
export interface Cloud {
  /** Values in the vault by name; no entry: no such secret. */
  readonly secrets: Map<string, string>;
  /** Who asked for what, as `imds b0`, `get openclaw-shared`, `blob`, `npm`, `deb`. */
  readonly asked: string[];
  /** Identities that have no role yet: the vault answers 403. */
  readonly without: Set<string>;
  /** The last key that a model's provider was asked with, and what it waits for before it answers. */
  readonly model: { key: string; thinks: Promise<void> };
  /** Whether the registry serves other bytes than the lock has. */
  readonly npm: { tampered: boolean };
  /** The certificate that the machine has to trust, PEM. */
  readonly authority: string;
  /** Sockets to which the machine's network leads. */
  readonly sockets: { readonly http: string; readonly https: string };
  close(): Promise<void>;
}

/** Names that lead here from inside of a machine. */
export const hosts = [
  "kv.vault.azure.net",
  "archive.blob.core.windows.net",
  "registry.npmjs.org",
  "deb.debian.org",
  "api.anthropic.com",
  "api.openai.com",
];

const token = (identity: string, resource: string) => `${identity}|${resource}`;

/**
 * The instance metadata service: Microsoft Learn, "How to use managed identities on an Azure VM to acquire an access
 * token", 2026. With several identities on a VM, a request must name one.
 */
function metadata(cloud: Pick<Cloud, "asked">): Hono {
  const bad = (c: Context, error: string, error_description: string) =>
    c.json({ error, error_description }, 400);
  return new Hono().get("/metadata/identity/oauth2/token", (c) => {
    if (c.req.header("metadata") !== "true")
      return bad(c, "invalid_request", "Required metadata header not specified");
    const { resource, client_id, "api-version": version } = c.req.query();
    if (!version || !resource) return bad(c, "invalid_request", "Required query parameter is missing");
    if (!client_id)
      return bad(
        c,
        "invalid_request",
        "Multiple user assigned identities exist, please specify the clientId",
      );
    if (client_id !== boot && client_id !== member) return bad(c, "invalid_request", "Identity not found");
    cloud.asked.push(`imds ${client_id.slice(-2)}`);
    const now = Math.floor(Date.now() / 1000);
    return c.json({
      access_token: token(client_id, resource),
      client_id,
      expires_in: "86400",
      expires_on: String(now + 86400),
      ext_expires_in: "86399",
      not_before: String(now),
      resource,
      token_type: "Bearer",
    });
  });
}

/** Key Vault's data plane, as far as a VM uses it: each identity may only use its own secret. */
function vault(cloud: Pick<Cloud, "asked" | "secrets" | "without">): Hono {
  const refuse = (c: Context, status: 401 | 403 | 404, code: string) =>
    c.json({ error: { code, message: `${code}.` } }, status);
  const app = new Hono();
  app.use("*", async (c, next) => {
    const name = c.req.path.split("/")[2] ?? "";
    const [identity, resource] = (c.req.header("authorization") ?? "").replace("Bearer ", "").split("|");
    if (resource !== "https://vault.azure.net") {
      c.header(
        "WWW-Authenticate",
        'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"',
      );
      return refuse(c, 401, "Unauthorized");
    }
    const allowed =
      identity === boot ? c.req.method === "GET" && name === "openclaw-shared" : name === memberSecret;
    if (!allowed || cloud.without.has(identity ?? "")) return refuse(c, 403, "Forbidden");
    cloud.asked.push(`${c.req.method.toLowerCase()} ${name}`);
    return next();
  });
  const bundle = (name: string, value: string) => ({
    value,
    id: `https://kv.vault.azure.net/secrets/${name}/0123456789abcdef0123456789abcdef`,
    attributes: { enabled: true, created: 1700000000, updated: 1700000000, recoveryLevel: "Recoverable" },
  });
  app.get("/secrets/:name", (c) => {
    const value = cloud.secrets.get(c.req.param("name"));
    return value === undefined
      ? refuse(c, 404, "SecretNotFound")
      : c.json(bundle(c.req.param("name"), value));
  });
  app.put("/secrets/:name", async (c) => {
    const { value } = await c.req.json<{ value: string }>();
    // "The secret value is too long": 25 KB is Key Vault's limit.
    if (Buffer.byteLength(value) > 25_600) return c.json({ error: { code: "BadParameter" } }, 400);
    cloud.secrets.set(c.req.param("name"), value);
    return c.json(bundle(c.req.param("name"), value));
  });
  return app;
}

/** One container with the archives; what a blob without a token or version answers is Azure's XML. */
function blobs(cloud: Pick<Cloud, "asked">, folder: string): Hono {
  const refuse = (c: Context, status: 403 | 404, code: string) =>
    c.body(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`, status, {
      "Content-Type": "application/xml",
      "x-ms-error-code": code,
    });
  return new Hono().get("/archive/:name", (c) => {
    const name = c.req.param("name");
    const authorized =
      c.req.header("authorization") === `Bearer ${token(boot, "https://storage.azure.com/")}`;
    if (!authorized || c.req.header("x-ms-version") === undefined)
      return refuse(c, 403, "AuthorizationFailure");
    cloud.asked.push(`blob ${name}`);
    if (name === "broken") return c.body(name);
    const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (bytes === undefined) return refuse(c, 404, "BlobNotFound");
    return c.body(Readable.toWeb(createReadStream(join(folder, name))) as ReadableStream, 200, {
      "Content-Length": String(bytes),
      "Content-Type": "application/octet-stream",
      "x-ms-blob-type": "BlockBlob",
      "x-ms-version": "2023-11-03",
    });
  });
}

/** Asks a real server; what passes by itself is asked for again. */
async function outside(url: string, headers: Record<string, string> = {}): Promise<Response> {
  for (let tries = 4; ; tries--) {
    const answer = await fetch(url, { headers }).catch((error: unknown) => {
      if (tries <= 1) throw error;
    });
    if (answer && (answer.status < 500 || tries <= 1)) return answer;
    await sleep(2000);
  }
}

/** The real npm registry. */
function registry(cloud: Pick<Cloud, "asked" | "npm">): Hono {
  return new Hono().get("*", async (c) => {
    const { pathname } = new URL(c.req.url);
    cloud.asked.push(`npm ${pathname}`);
    if (cloud.npm.tampered) return c.text("something else");
    const accept = c.req.header("accept") ?? "*/*";
    const answer = await outside(`https://registry.npmjs.org${pathname}`, { accept });
    const type = answer.headers.get("content-type") ?? "application/octet-stream";
    return new Response(answer.body, { status: answer.ok ? 200 : 404, headers: { "content-type": type } });
  });
}

/** The real packages of the machine's operating system. */
function mirror(cloud: Pick<Cloud, "asked">): Hono {
  return new Hono().get("*", async (c) => {
    const { pathname } = new URL(c.req.url);
    cloud.asked.push(`deb ${pathname}`);
    const answer = await outside(`http://deb.debian.org${pathname}`);
    return new Response(answer.body, { status: answer.status });
  });
}

/** Starts it; the sockets lie in `folder`, the archives in `archives`. */
export async function startCloud(folder: string, archives: string): Promise<Cloud> {
  const certificate = await generate([{ name: "commonName", value: "cloud.test" }], {
    keySize: 2048,
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  const state = {
    secrets: new Map<string, string>(),
    asked: [] as string[],
    without: new Set<string>(),
    model: { key: "", thinks: Promise.resolve() },
    npm: { tampered: false },
  };
  const byHost: Record<string, Hono> = {
    "kv.vault.azure.net": vault(state),
    "archive.blob.core.windows.net": blobs(state, archives),
    "registry.npmjs.org": registry(state),
    "deb.debian.org": mirror(state),
  };
  // The providers of models: they note the key, and greet as Anthropic's messages do when they stream.
  const models = new Hono().all("*", async (c) => {
    state.model.key =
      c.req.header("x-api-key") ?? c.req.header("authorization")?.replace("Bearer ", "") ?? "";
    await state.model.thinks;
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = {
      id: "m",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-5",
      content: [],
      usage,
    };
    const events = [
      { type: "message_start", message },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hello there" } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
      { type: "message_stop" },
    ];
    const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    return c.body(stream.join(""), 200, { "Content-Type": "text/event-stream" });
  });
  const listen = (others: Hono) =>
    getRequestListener((request) => (byHost[new URL(request.url).hostname] ?? others).fetch(request));
  const servers = {
    http: createHttpServer(listen(metadata(state))),
    https: createHttpsServer({ cert: certificate.cert, key: certificate.private }, listen(models)),
  };
  const sockets = { http: join(folder, "http.sock"), https: join(folder, "https.sock") };
  for (const name of ["http", "https"] as const) {
    await new Promise<void>((resolve) => servers[name].listen(sockets[name], resolve));
  }
  return {
    ...state,
    authority: certificate.cert,
    sockets,
    close: async () => {
      for (const server of Object.values(servers)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
