import { Hono } from "hono";
import { isAllowed } from "../access/authorize.ts";
import { AzureError, refuse } from "../errors.ts";
import type { Secret, SecretVersion } from "../state.ts";
import { find, forget, newGuid, ofType, store, strike, type World } from "../world.ts";
import { nameIsTaken } from "./vaults.ts";

const keptDays = 90;

/** The data plane of the vault. `principalOf` is asked for each request; without a token it answers the challenge. */
export function secrets(world: World, principal: (request: Request) => string): Hono {
  const app = new Hono({ strict: false });

  const scopeOf = (name: string) => {
    const vault = ofType(world, "Microsoft.KeyVault/vaults")[0]?.id ?? "/";
    return name === "" ? vault : `${vault}/secrets/${name}`;
  };
  const allow = (request: Request, action: string, name: string) => {
    const who = principal(request);
    const full = `Microsoft.KeyVault/vaults/secrets/${action}/action`;
    const fault = strike(world, "vault");
    if (!fault && isAllowed(world, who, full, scopeOf(name), "dataActions")) return;
    throw new AzureError(403, {
      code: "Forbidden",
      message: `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: oid=${who}\r\nAction: '${full}'\r\nResource: '${scopeOf(name)}'\r\nAssignment: (not found)\r\nDecisionReason: 'DeniedWithNoValidRBAC'`,
    });
  };
  const live = (name: string): Secret => {
    const secret = world.state.secrets[name.toLowerCase()];
    if (!secret || secret.deletedAt !== undefined) throw missing(name);
    return secret;
  };
  const deleted = (name: string): Secret => {
    const secret = world.state.secrets[name.toLowerCase()];
    if (secret?.deletedAt === undefined)
      throw refuse(404, "SecretNotFound", `Deleted secret not found: ${name}`);
    return secret;
  };
  const id = (name: string, version?: string) =>
    `${world.url}/secrets/${name}${version === undefined ? "" : `/${version}`}`;
  const attributes = ({ enabled, createdAt }: SecretVersion) => ({
    enabled,
    created: Math.floor(createdAt / 1000),
    updated: Math.floor(createdAt / 1000),
    recoveryLevel: "Recoverable+Purgeable",
    recoverableDays: keptDays,
  });
  const more = (version: SecretVersion) => ({
    attributes: attributes(version),
    ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
    ...(version.tags ? { tags: version.tags } : {}),
  });
  const bundle = (name: string, version: SecretVersion) => ({
    value: version.value,
    id: id(name, version.version),
    ...more(version),
  });
  const newest = (name: string, secret: Secret): SecretVersion => {
    const version = secret.versions.at(-1);
    if (!version) throw missing(name);
    return version;
  };
  const deletedBundle = (name: string, secret: Secret) => {
    const at = Math.floor((secret.deletedAt ?? 0) / 1000);
    const { value: _, ...rest } = bundle(name, newest(name, secret));
    return {
      ...rest,
      recoveryId: `${world.url}/deletedsecrets/${name}`,
      deletedDate: at,
      scheduledPurgeDate: at + keptDays * 86_400,
    };
  };

  app.get("/secrets", (c) => {
    allow(c.req.raw, "readMetadata", "");
    const value = Object.entries(world.state.secrets)
      .filter(([, secret]) => secret.deletedAt === undefined)
      .map(([name, secret]) => ({ id: id(name), ...more(newest(name, secret)) }));
    return c.json({ value, nextLink: null });
  });
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
    return c.json(bundle(name, addVersion(world, name, { value, contentType, tags, ...attributes })));
  });
  app.get("/secrets/:name/versions", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "readMetadata", name);
    const value = live(name).versions.map((version) => ({ id: id(name, version.version), ...more(version) }));
    return c.json({ value, nextLink: null });
  });
  for (const path of ["/secrets/:name", "/secrets/:name/:version"])
    app.get(path, (c) => {
      const name = c.req.param("name") ?? "";
      allow(c.req.raw, "getSecret", name);
      const wanted: string | undefined = (c.req.param() as Record<string, string | undefined>)["version"];
      const secret = live(name);
      const version = wanted ? secret.versions.find((v) => v.version === wanted) : newest(name, secret);
      if (!version) throw missing(name);
      if (!version.enabled)
        throw new AzureError(403, {
          code: "Forbidden",
          message: "Operation get is not allowed on a disabled secret.",
          innererror: { code: "SecretDisabled" },
        });
      return c.json(bundle(name, version));
    });
  app.patch("/secrets/:name/:version", async (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "setSecret", name);
    const body = (await c.req.json()) as { attributes?: { enabled?: boolean } };
    const version = live(name).versions.find((v) => v.version === c.req.param("version"));
    if (!version) throw missing(name);
    version.enabled = body.attributes?.enabled ?? version.enabled;
    world.changed = true;
    const { value: _, ...rest } = bundle(name, version);
    return c.json(rest);
  });
  app.delete("/secrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "delete", name);
    const secret = live(name);
    secret.deletedAt = world.now;
    const shown = find(world, scopeOf(name));
    if (shown) {
      secret.resource = shown;
      forget(world, shown.id);
    }
    world.changed = true;
    return c.json(deletedBundle(name, secret));
  });
  app.get("/deletedsecrets", (c) => {
    allow(c.req.raw, "readMetadata", "");
    const gone = Object.entries(world.state.secrets).filter(([, secret]) => secret.deletedAt !== undefined);
    return c.json({ value: gone.map(([name, secret]) => deletedBundle(name, secret)), nextLink: null });
  });
  app.get("/deletedsecrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "readMetadata", name);
    return c.json(deletedBundle(name, deleted(name)));
  });
  app.post("/deletedsecrets/:name/recover", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "recover", name);
    const secret = deleted(name);
    if (isBeingDeleted(world, secret)) throw beingDeleted();
    delete secret.deletedAt;
    if (secret.resource) store(world, secret.resource);
    delete secret.resource;
    world.changed = true;
    const { value: _, ...rest } = bundle(name, newest(name, secret));
    return c.json(rest);
  });
  app.delete("/deletedsecrets/:name", (c) => {
    const name = c.req.param("name");
    allow(c.req.raw, "purge", name);
    deleted(name);
    delete world.state.secrets[name.toLowerCase()];
    world.changed = true;
    return c.body(null, 204);
  });
  return app;
}

/** A new value; the earlier ones stay as older versions. */
export function addVersion(
  world: World,
  name: string,
  given: {
    readonly value: string;
    readonly contentType?: string | undefined;
    readonly tags?: Record<string, string> | undefined;
    readonly enabled?: boolean | undefined;
  },
): SecretVersion {
  const { value, contentType, tags, enabled = true } = given;
  const secret = world.state.secrets[name.toLowerCase()] ?? { versions: [] };
  if (isBeingDeleted(world, secret)) throw beingDeleted();
  if (secret.deletedAt !== undefined)
    throw new AzureError(409, {
      code: "Conflict",
      message: nameIsTaken(name),
      // Key Vault's own; Resource Manager's errors have no such part.
      innererror: { code: "ObjectIsDeletedButRecoverable" },
    });
  const version: SecretVersion = {
    version: newGuid(world).replaceAll("-", ""),
    value,
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags ? { tags } : {}),
    enabled,
    createdAt: world.now,
  };
  secret.versions.push(version);
  world.state.secrets[name.toLowerCase()] = secret;
  world.changed = true;
  return version;
}
/** Simulated seconds that a deletion takes, in which the name is neither free nor can be recovered. */
const deletionSeconds = 5;

const isBeingDeleted = (world: World, { deletedAt }: Secret): boolean =>
  deletedAt !== undefined && world.now - deletedAt < deletionSeconds * 1000;

/** hashicorp/terraform-provider-azurerm#10454 (2021). */
const beingDeleted = () =>
  new AzureError(409, {
    code: "Conflict",
    message: "Secret is currently being deleted.",
    innererror: { code: "ObjectIsBeingDeleted" },
  });

const missing = (name: string) =>
  refuse(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
