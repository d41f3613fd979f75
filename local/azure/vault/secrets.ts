import { Hono } from "hono";
import { isAllowed } from "../access/authorize.ts";
import { AzureError, refuse } from "../errors.ts";
import { find, forget, ofType, store, strike, type World } from "../world.ts";
import { bundle, deleted, deletedBundle, item, live, missing, newest, valueless } from "./shown.ts";
import { addVersion, beingDeleted, isBeingDeleted } from "./versions.ts";

/** Checks that a request may do this with a secret, or with all if the name is empty. @throws AzureError */
type Allow = (request: Request, action: string, name: string) => void;

/** The data plane of the vault. Calls `principalOf` for each request; without a token, it answers with the challenge. */
export function secrets(world: World, principal: (request: Request) => string): Hono {
  const app = new Hono({ strict: false });
  const allow: Allow = (request, action, name) => {
    const who = principal(request);
    const full = `Microsoft.KeyVault/vaults/secrets/${action}/action`;
    const fault = strike(world, "vault");
    if (!fault && isAllowed(world, who, full, scopeOf(world, name), "dataActions")) return;
    throw new AzureError(403, {
      code: "Forbidden",
      message: `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: oid=${who}\r\nAction: '${full}'\r\nResource: '${scopeOf(world, name)}'\r\nAssignment: (not found)\r\nDecisionReason: 'DeniedWithNoValidRBAC'`,
    });
  };
  reading(app, world, allow);
  changing(app, world, allow);
  recovering(app, world, allow);
  return app;
}

function scopeOf(world: World, name: string): string {
  const vault = ofType(world, "Microsoft.KeyVault/vaults")[0]?.id ?? "/";
  return name === "" ? vault : `${vault}/secrets/${name}`;
}

function reading(app: Hono, world: World, allow: Allow): void {
  app.get("/secrets", (c) => {
    allow(c.req.raw, "readMetadata", "");
    const value = Object.entries(world.state.secrets)
      .filter(([, secret]) => secret.deletedAt === undefined)
      .map(([name, secret]) => item(world, name, newest(name, secret)));
    return c.json({ value, nextLink: null });
  });
  app.get("/secrets/:name/versions", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "readMetadata", name);
    const value = live(world, name).versions.map((version) => item(world, name, version, version.version));
    return c.json({ value, nextLink: null });
  });
  for (const path of ["/secrets/:name", "/secrets/:name/:version"])
    app.get(path, (c) => {
      const name = c.req.param("name") ?? "";
      allow(c.req.raw, "getSecret", name);
      const wanted: string | undefined = (c.req.param() as Record<string, string | undefined>)["version"];
      const secret = live(world, name);
      const version = wanted ? secret.versions.find((v) => v.version === wanted) : newest(name, secret);
      if (!version) throw missing(name);
      if (!version.enabled)
        throw new AzureError(403, {
          code: "Forbidden",
          message: "Operation get is not allowed on a disabled secret.",
          innererror: { code: "SecretDisabled" },
        });
      return c.json(bundle(world, name, version));
    });
}

function changing(app: Hono, world: World, allow: Allow): void {
  app.put("/secrets/:name", async (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "setSecret", name);
    const body = (await c.req.json()) as {
      value?: unknown;
      contentType?: string;
      tags?: Record<string, string>;
      attributes?: { enabled?: boolean };
    };
    if (
      !/^[A-Za-z0-9-]{1,127}$/.test(name) ||
      typeof body.value !== "string" ||
      Buffer.byteLength(body.value) > 25 * 1024
    )
      throw refuse(
        400,
        "BadParameter",
        "Property has invalid value: a name of 1-127 letters, digits and hyphens, a value of at most 25 KB.",
      );
    const { value, contentType, tags, attributes } = body;
    return c.json(bundle(world, name, addVersion(world, name, { value, contentType, tags, ...attributes })));
  });
  app.patch("/secrets/:name/:version", async (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "setSecret", name);
    const body = (await c.req.json()) as { attributes?: { enabled?: boolean } };
    const version = live(world, name).versions.find((v) => v.version === c.req.param("version"));
    if (!version) throw missing(name);
    version.enabled = body.attributes?.enabled ?? version.enabled;
    world.changed = true;
    return c.json(valueless(world, name, version));
  });
  app.delete("/secrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "delete", name);
    const secret = live(world, name);
    secret.deletedAt = world.now;
    const shown = find(world, scopeOf(world, name));
    if (shown) {
      secret.resource = shown;
      forget(world, shown.id);
    }
    world.changed = true;
    return c.json(deletedBundle(world, name, secret));
  });
}

/** Deleted secrets, until they are purged. */
function recovering(app: Hono, world: World, allow: Allow): void {
  app.get("/deletedsecrets", (c) => {
    allow(c.req.raw, "readMetadata", "");
    const gone = Object.entries(world.state.secrets).filter(([, secret]) => secret.deletedAt !== undefined);
    return c.json({
      value: gone.map(([name, secret]) => deletedBundle(world, name, secret)),
      nextLink: null,
    });
  });
  app.get("/deletedsecrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "readMetadata", name);
    return c.json(deletedBundle(world, name, deleted(world, name)));
  });
  app.post("/deletedsecrets/:name/recover", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "recover", name);
    const secret = deleted(world, name);
    if (isBeingDeleted(world, secret)) throw beingDeleted();
    delete secret.deletedAt;
    if (secret.resource) store(world, secret.resource);
    delete secret.resource;
    world.changed = true;
    return c.json(valueless(world, name, newest(name, secret)));
  });
  app.delete("/deletedsecrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "purge", name);
    deleted(world, name);
    delete world.state.secrets[name.toLowerCase()];
    world.changed = true;
    return c.body(null, 204);
  });
}
