import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unrecordedTest } from "../../recording.ts";
import { codeOf, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const statusOf = (work: Promise<unknown>) =>
  work.then(
    () => 200,
    (error: { statusCode?: number }) => error.statusCode,
  );

describe("managed identity", () => {
  const ask = (query: string, header?: string) =>
    fetch(`${world.env.IDENTITY_ENDPOINT}?${query}`, {
      headers: header ? { "x-identity-header": header } : {},
    });

  it("gives the SDK a token for the bot", async () => {
    Object.assign(process.env, {
      IDENTITY_ENDPOINT: world.env.IDENTITY_ENDPOINT,
      IDENTITY_HEADER: world.env.IDENTITY_HEADER,
    });
    const credential = new ManagedIdentityCredential({ clientId: world.env.AZURE_CLIENT_ID });
    const { token } = await credential.getToken("https://management.azure.com/.default");
    const [, claims = ""] = token.split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      oid: world.env.BOT_PRINCIPAL_ID,
      appid: world.env.AZURE_CLIENT_ID,
      tid: world.env.AZURE_TENANT_ID,
      aud: "https://management.azure.com",
    });
  });

  it("asks for the header, the version, the resource and a client that is there", async () => {
    unrecordedTest("no api-version");
    const good = "api-version=2019-08-01&resource=https://vault.azure.net";
    expect((await ask(good)).status).toBe(401);
    expect((await ask("resource=https://vault.azure.net", world.env.IDENTITY_HEADER)).status).toBe(400);
    expect(
      (await ask(`${good}&client_id=${world.env.BOT_PRINCIPAL_ID}`, world.env.IDENTITY_HEADER)).status,
    ).toBe(400);
    expect((await ask(good, world.env.IDENTITY_HEADER)).status).toBe(200);
  });

  it("publishes its key, so that others can check its tokens", async () => {
    const base = `${world.azure.url}/${world.env.AZURE_TENANT_ID}/v2.0/.well-known/openid-configuration`;
    const { jwks_uri: keys } = (await (await fetch(base)).json()) as { jwks_uri: string };
    const published = (await (await fetch(keys)).json()) as { keys: object[] };
    expect(Object.keys(published.keys[0] ?? {})).toEqual(["kty", "n", "e", "kid", "alg", "use"]);
  });
});

describe("a token", () => {
  const call = async (authorization?: string) => {
    const url = `${world.azure.url}/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/resourcegroups?api-version=2025-04-01`;
    const answer = await fetch(url, { headers: authorization ? { authorization } : {} });
    const { error } = (await answer.json()) as { error?: { code: string } };
    return [answer.status, error?.code];
  };

  it("is needed, must be one, and must be meant for this service", async () => {
    expect(await call()).toEqual([401, "AuthenticationFailed"]);
    expect(await call("Bearer nonsense")).toEqual([401, "InvalidAuthenticationToken"]);
    const foreign = await world.bot.credential.getToken("https://vault.azure.net/.default");
    expect(await call(`Bearer ${foreign?.token}`)).toEqual([401, "InvalidAuthenticationTokenAudience"]);
  });

  it("that was signed elsewhere stands for the local operator", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "RS256" })}.${part({ aud: "any", oid: "any" })}.c2ln`;
    expect(await call(`Bearer ${token}`)).toEqual([200, undefined]);
  });
});

describe("the directory", () => {
  const graph = async (path: string, init: RequestInit = {}) => {
    const token = await world.bot.credential.getToken("https://graph.microsoft.com/.default");
    const headers = { authorization: `Bearer ${token?.token}`, "content-type": "application/json" };
    const answer = await fetch(`${world.env.GRAPH_URL}/v1.0/${path}`, { headers, ...init });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it("finds a person by name or id, and gives what was selected only", async () => {
    const { body } = await graph("users/mia@contoso.com?$select=id,displayName,accountEnabled");
    expect(body).toMatchObject({ displayName: "Mia Member", accountEnabled: true });
    expect(body).not.toHaveProperty("userPrincipalName");
    const plain = await graph(`users/${body["id"]}`);
    expect(plain.body).toMatchObject({ userPrincipalName: "mia@contoso.com" });
    expect(plain.body).not.toHaveProperty("accountEnabled");
    expect((await graph("users/nobody@contoso.com")).status).toBe(404);
  });

  it("finds by filter, and by a list of ids", async () => {
    unrecordedTest("only az asks for a list of ids, and az is not recorded");
    const { body } = await graph("users?$filter=mail eq 'max@contoso.com'&$select=displayName");
    expect(body["value"]).toEqual([{ displayName: "Max Member" }]);
    const ids = [world.personId("Ada Admin"), world.env.BOT_PRINCIPAL_ID];
    const found = await graph("directoryObjects/getByIds", { method: "POST", body: JSON.stringify({ ids }) });
    expect((found.body["value"] as object[]).map((one) => Object.values(one)[0])).toEqual([
      "#microsoft.graph.user",
      "#microsoft.graph.servicePrincipal",
    ]);
  });

  it("knows who is disabled", async () => {
    const { body } = await graph("users/dora@contoso.com?$select=accountEnabled");
    expect(body["accountEnabled"]).toBe(false);
  });

  it("refuses when the permission is missing", async () => {
    world.azure.faults.set({ kind: "graph" });
    const { status, body } = await graph("users/mia@contoso.com");
    expect([status, (body["error"] as { code: string }).code]).toEqual([403, "Authorization_RequestDenied"]);
    world.azure.faults.clear();
  });
});

describe("the vault", () => {
  it("lets the bot look and set, but never read", async () => {
    const { secrets } = world.bot;
    await secrets.setSecret("openclaw-a", "{}");
    expect(await statusOf(secrets.getSecret("openclaw-a"))).toBe(403);
    const versions = [];
    for await (const version of secrets.listPropertiesOfSecretVersions("openclaw-a"))
      versions.push(version.name);
    expect(versions).toEqual(["openclaw-a"]);
    const missing = secrets.listPropertiesOfSecretVersions("openclaw-none").next();
    expect(await statusOf(missing)).toBe(404);
    expect(await statusOf(secrets.beginDeleteSecret("openclaw-a"))).toBe(403);
  });

  it("keeps what was deleted, until it is recovered or purged", async () => {
    const { secrets } = world.operator;
    await secrets.setSecret("openclaw-b", '{"A":"1"}');
    expect((await secrets.getSecret("openclaw-b")).value).toBe('{"A":"1"}');
    await secrets.beginDeleteSecret("openclaw-b");
    // While it is being deleted it is neither free nor recovered.
    const conflicts = [
      codeOf(world.bot.secrets.setSecret("openclaw-b", "{}")),
      codeOf(world.bot.secrets.beginRecoverDeletedSecret("openclaw-b")),
    ];
    expect(await Promise.all(conflicts)).toEqual(["Conflict", "Conflict"]);
    world.pass(5);
    expect(await codeOf(world.bot.secrets.setSecret("openclaw-b", "{}"))).toBe("Conflict");
    const recovering = await world.bot.secrets.beginRecoverDeletedSecret("openclaw-b");
    expect(recovering.getOperationState().isStarted).toBe(true);
    expect((await secrets.getSecret("openclaw-b")).value).toBe('{"A":"1"}');
  });

  it("answers 403 by fault, which is not the same as absent", async () => {
    world.azure.faults.set({ kind: "vault", times: 1 });
    expect(await statusOf(world.bot.secrets.listPropertiesOfSecretVersions("openclaw-shared").next())).toBe(
      403,
    );
    expect(await statusOf(world.bot.secrets.listPropertiesOfSecretVersions("openclaw-shared").next())).toBe(
      200,
    );
  });
});

describe("retail prices", () => {
  const prices = async (filter: string) => {
    const answer = await fetch(
      `${world.env.PRICES_URL}/api/retail/prices?$filter=${encodeURIComponent(filter)}`,
    );
    return {
      status: answer.status,
      items: answer.ok ? ((await answer.json()) as { Items: { skuName: string }[] }).Items : [],
    };
  };

  it("lists a size with its Windows, Spot and Low Priority relatives", async () => {
    const filter =
      "serviceName eq 'Virtual Machines' and armRegionName eq 'eastus2' and armSkuName eq 'Standard_B2als_v2' and priceType eq 'Consumption'";
    const { items } = await prices(filter);
    expect(items.map(({ skuName }) => skuName)).toEqual([
      "B2als v2",
      "B2als v2",
      "B2als v2 Spot",
      "B2als v2 Low Priority",
    ]);
  });

  it("can be unreachable", async () => {
    world.azure.faults.set({ kind: "prices", times: 1 });
    expect((await prices("")).status).toBe(503);
    expect((await prices("")).status).toBe(200);
  });
});
