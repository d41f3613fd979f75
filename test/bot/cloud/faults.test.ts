import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { absent, innermost } from "../../../bot/cloud/faults.ts";
import { startVm } from "../../../bot/cloud/machines.ts";
import { keyVault } from "../../../bot/cloud/secrets.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { type Answer, anyToken, cannedServer, secretToken } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
let clients: Clients;
beforeAll(async () => {
  server = await cannedServer();
  clients = armClients({ credential: anyToken, endpoint: server.url, scope: "any/.default" })("subscription");
});
afterAll(() => server.close());

const correlated = { "x-ms-correlation-request-id": "correlation-1", "x-ms-request-id": "request-1" };
const error = (code: string, message = "", more: object = {}) => ({ error: { code, message, ...more } });
const inside = (code: string, message: string) => ({ details: [{ code, message }] });

const cases: readonly [string, Answer, Partial<AzureFault>][] = [
  [
    "takes Azure's own words",
    { status: 403, headers: correlated, body: error("AuthorizationFailed", "no right to do X on Y") },
    {
      status: 403,
      code: "AuthorizationFailed",
      detail: "no right to do X on Y",
      correlation: "correlation-1",
    },
  ],
  [
    "digs for the innermost code",
    {
      status: 400,
      headers: correlated,
      body: error("InvalidTemplateDeployment", "see details", {
        details: [{ code: "Outer", message: "", ...inside("SkuNotAvailable", "not here") }],
      }),
    },
    { status: 400, code: "SkuNotAvailable", detail: "not here" },
  ],
  [
    "reads an error that hides in a message",
    { status: 409, body: error("DeploymentFailed", JSON.stringify(error("QuotaExceeded", "98 of 100"))) },
    { status: 409, code: "QuotaExceeded", detail: "98 of 100" },
  ],
  [
    "says how long to wait when throttled, and does not sleep itself",
    { status: 429, headers: { "retry-after": "300" }, body: error("TooManyRequests", "slow down") },
    { status: 429, code: "TooManyRequests", retryAfterSeconds: 300 },
  ],
  [
    "says how long to wait when busy",
    { status: 503, headers: { "retry-after": "120" }, body: error("ServerBusy") },
    { status: 503, code: "ServerBusy", retryAfterSeconds: 120 },
  ],
  [
    "makes do with an answer that is no JSON",
    { status: 502, headers: { "x-ms-request-id": "request-2" }, body: "<h1>Bad gateway</h1>" },
    { status: 502, code: "Http502", detail: "<h1>Bad gateway</h1>", correlation: "request-2" },
  ],
  ["makes do with no body", { status: 409 }, { status: 409, code: "Http409", detail: "" }],
];

describe.each<[string, () => Promise<unknown>]>([
  ["a newer SDK, reading", () => clients.compute.virtualMachines.get("group", "vm")],
  ["a newer SDK, starting something long", () => startVm(clients.compute, "group", "vm")],
  ["an older SDK, reading", () => clients.network.networkInterfaces.get("group", "nic")],
  [
    "an older SDK, starting something long",
    () => clients.network.networkInterfaces.beginDelete("group", "nic"),
  ],
  ["the authorization SDK", () => clients.authorization.roleAssignments.get("scope", "name")],
  ["the deployments SDK", () => clients.deployments.deployments.get("group", "name")],
  ["the resources SDK", () => clients.resources.resources.getById("/subscriptions/s/x", "2024-11-30")],
  ["Key Vault", () => keyVault(server.url, anyToken).exists("name")],
])("a failure in %s", (_, call) => {
  it.each(cases)("%s", async (_name, answer, expected) => {
    server.answer(answer);
    const fault = await call().catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(AzureFault);
    expect(fault).toMatchObject(expected);
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain(secretToken);
  });
});

it("is tried once more by itself when Azure has trouble of its own", async () => {
  server.answer({ status: 500, body: error("InternalServerError") }, { status: 200, body: { id: "/vm" } });
  expect((await clients.compute.virtualMachines.get("group", "vm")).id).toBe("/vm");
});

it("is status 0 when nobody answers", async () => {
  const gone = await cannedServer();
  await gone.close();
  const { compute } = armClients({ credential: anyToken, endpoint: gone.url, scope: "any/.default" })("s");
  const fault = await compute.virtualMachines.get("group", "vm").catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(AzureFault);
  expect(fault).toMatchObject({ status: 0, code: "ECONNREFUSED" });
});

it("is status 0 when the bot has no token", async () => {
  const credential = { getToken: () => Promise.reject(new Error("no identity here")) };
  const { compute } = armClients({ credential, endpoint: server.url, scope: "any/.default" })("s");
  const fault = await compute.virtualMachines.get("group", "vm").catch((thrown: unknown) => thrown);
  expect(fault).toMatchObject({ status: 0, detail: "no identity here" });
});

it("means absent only when it is a 404", async () => {
  server.answer({ status: 404, body: error("ResourceNotFound") });
  expect(await absent(clients.compute.virtualMachines.get("group", "vm"))).toBeUndefined();
  server.answer({ status: 403, body: error("AuthorizationFailed") });
  await expect(absent(clients.compute.virtualMachines.get("group", "vm"))).rejects.toBeInstanceOf(AzureFault);
});

it("has Key Vault's inner code and its outer words", () => {
  const body = {
    code: "Conflict",
    message: "deleted, recoverable",
    innererror: { code: "ObjectIsBeingRecovered" },
  };
  expect(innermost(body)).toEqual({ code: "ObjectIsBeingRecovered", message: "deleted, recoverable" });
});
