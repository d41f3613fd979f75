import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { cancelDeployment, startDeployment } from "../../../bot/cloud/deployments.ts";
import { deleteDisk, tagDisk } from "../../../bot/cloud/disks.ts";
import { guid } from "../../../bot/cloud/ids.ts";
import { grantSecret } from "../../../bot/cloud/logins.ts";
import { deallocateVm, deleteVm } from "../../../bot/cloud/machines.ts";
import { allowSsh, deleteNic } from "../../../bot/cloud/network.ts";
import { deleteRun, putRun } from "../../../bot/cloud/runs.ts";
import { endSessionsScript, scriptWith } from "../../../bot/cloud/scripts.ts";
import { keyVault } from "../../../bot/cloud/secrets.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
import { namesOf } from "../../../bot/core/names.ts";
import { anyToken, cannedServer } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
let clients: Clients;
beforeAll(async () => {
  server = await cannedServer();
  clients = armClients({ credential: anyToken, endpoint: server.url, scope: "any/.default" })("s");
});
afterAll(() => server.close());

const ok = (body: unknown = {}) => ({ status: 200, body });
const refusal = (status: number, code: string, inner?: string) => ({
  status,
  body: { error: { code, message: "…", ...(inner ? { innererror: { code: inner } } : {}) } },
});
const sent = () => server.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
const body = (index: number) => JSON.parse(server.requests[index]?.body ?? "null");

describe("a long operation", () => {
  const accepted = () => ({
    status: 202,
    headers: { location: `${server.url}/operation`, "retry-after": "60" },
  });

  it.each<[string, () => Promise<unknown>]>([
    ["deallocate", () => deallocateVm(clients.compute, "group", "vm")],
    ["delete a VM", () => deleteVm(clients.compute, "group", "vm")],
    ["delete a disk", () => deleteDisk(clients.compute, "group", "disk", "vm")],
  ])("is started and not waited for: %s", async (_, act) => {
    server.answer(accepted());
    await act();
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["VM", () => deleteVm(clients.compute, "group", "vm")],
    ["disk", () => deleteDisk(clients.compute, "group", "disk", "vm")],
    ["network card", () => deleteNic(clients.network, "group", namesOf("key"))],
    ["run command", () => deleteRun(clients.compute, "group", "vm", "run")],
    ["SSH rule", () => allowSsh(clients.network, "group", "nsg", { from: [], found: [] })],
    ["deployment", () => cancelDeployment(clients.deployments, "group", "name")],
  ])("does not mind that it is gone: %s", async (_, act) => {
    server.answer(refusal(404, "ParentResourceNotFound"));
    await act();
  });
});

describe("a deployment", () => {
  const start = () =>
    startDeployment(clients.deployments, "group", "name", { a: 1 }, { b: "c", left: undefined });
  const state = (provisioningState: string) => ok({ properties: { provisioningState } });

  it("is put with its parameters when there is none", async () => {
    server.answer(refusal(404, "DeploymentNotFound"), { status: 201, body: state("Accepted").body });
    await start();
    expect(sent().map((line) => line.split(" ")[0])).toEqual(["GET", "PUT"]);
    expect(body(1)).toEqual({
      properties: { mode: "Incremental", template: { a: 1 }, parameters: { b: { value: "c" } } },
    });
  });

  it.each(["Running", "Accepted", "Succeeded"])("is left alone when it is %s", async (provisioningState) => {
    server.answer(state(provisioningState));
    await start();
    expect(server.requests).toHaveLength(1);
  });

  it.each(["Failed", "Canceled"])("is put again when it %s", async (provisioningState) => {
    server.answer(state(provisioningState), state("Accepted"));
    await start();
    expect(server.requests).toHaveLength(2);
  });

  it("may have been started by somebody faster", async () => {
    server.answer(refusal(404, "DeploymentNotFound"), refusal(409, "DeploymentActive"));
    await start();
  });

  it("may have ended before it could be cancelled", async () => {
    server.answer(refusal(409, "DeploymentCannotBeCancelled"));
    await cancelDeployment(clients.deployments, "group", "name");
  });
});

describe("SSH", () => {
  it("is opened for exactly these addresses", async () => {
    server.answer(ok());
    await allowSsh(clients.network, "group", "nsg", { from: ["203.0.113.7", "198.51.100.0/24"], found: [] });
    expect(sent().at(-1)).toMatch(/^PUT .*\/networkSecurityGroups\/nsg\/securityRules\/ssh$/);
    expect(body(0).properties).toEqual({
      priority: 100,
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      sourceAddressPrefixes: ["203.0.113.7", "198.51.100.0/24"],
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "22",
    });
  });

  it("is not taken for open when Azure fails right after the start", async () => {
    const operation = { "azure-asyncoperation": `${server.url}/operation` };
    server.answer(
      { status: 201, headers: operation, body: {} },
      ok({ status: "Failed", error: { code: "X" } }),
    );
    const fault = await allowSsh(clients.network, "group", "nsg", { from: ["203.0.113.7"], found: [] }).catch(
      (thrown) => thrown,
    );
    expect(fault).toBeInstanceOf(AzureFault);
  });

  it("is closed by taking the rule away", async () => {
    server.answer({ status: 204 });
    await allowSsh(clients.network, "group", "nsg", { from: [], found: [] });
    expect(sent().at(-1)).toMatch(/^DELETE .*\/securityRules\/ssh$/);
  });

  it.each([[[]], [["203.0.113.7"]]])("is closed for everybody first, then for %j", async (from) => {
    server.answer({ status: 204 });
    await allowSsh(clients.network, "group", "nsg", { from, found: ["203.0.113.7", "*"] });
    expect(sent()).toEqual([expect.stringMatching(/^DELETE .*\/securityRules\/ssh-open$/)]);
  });

  it("stays open for everybody where that is meant", async () => {
    server.answer({ status: 204 });
    await allowSsh(clients.network, "group", "nsg", { from: ["*"], found: ["203.0.113.7", "*"] });
    expect(sent()).toEqual([expect.stringMatching(/^DELETE .*\/securityRules\/ssh$/)]);
  });

  it("sessions are ended but for addresses that look like addresses", () => {
    expect(endSessionsScript("rest", ["203.0.113.7", "198.51.100.0/24"])).toBe(
      "ALLOWED='203.0.113.7 198.51.100.0/24'\nrest",
    );
    expect(endSessionsScript("rest", [])).toBe("ALLOWED=''\nrest");
    expect(() => endSessionsScript("rest", ["'; reboot; '"])).toThrow("not an IPv4 address");
  });
});

it("a script gets its variables in front, and none that a shell could take for more than a word", () => {
  expect(scriptWith("rest", { REQUEST: "a2b3", PATCH: "e30=" })).toBe("REQUEST='a2b3'\nPATCH='e30='\nrest");
  expect(scriptWith("rest", {})).toBe("rest");
  expect(() => scriptWith("rest", { REQUEST: "'; reboot; '" })).toThrow("REQUEST");
});

it("tags a disk without losing the tags it has", async () => {
  server.answer(ok({ tags: { owner: "Mia Member", kept: "no" } }), ok());
  await tagDisk(clients.compute, "group", "disk", { kept: "2026-08-01" });
  expect(body(1)).toEqual({ tags: { owner: "Mia Member", kept: "2026-08-01" } });
});

const run = {
  name: "run",
  location: "l",
  script: "true",
  timeoutSeconds: 60,
  at: "2026-11-22T10:00:00.000Z",
};

it("runs a script without keeping Azure waiting for its end", async () => {
  server.answer({ status: 201, body: { properties: { provisioningState: "Creating" } } });
  await putRun(clients.compute, "group", "vm", run);
  expect(body(0)).toEqual({
    location: "l",
    tags: { at: "2026-11-22T10:00:00.000Z" },
    properties: { source: { script: "true" }, timeoutInSeconds: 60, asyncExecution: true },
  });
});

describe("the right to a secret", () => {
  const secret = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/openclaw-k";
  const grant = () => grantSecret(clients.authorization, "s", secret, "principal");

  it("is one assignment at the secret, named after what it is", async () => {
    server.answer({ status: 201, body: {} });
    await grant();
    const name = guid(secret, "principal", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7");
    expect(sent()).toEqual([`PUT ${secret}/providers/Microsoft.Authorization/roleAssignments/${name}`]);
    expect(body(0).properties).toMatchObject({ principalId: "principal", principalType: "ServicePrincipal" });
  });

  it("may be there already", async () => {
    server.answer(refusal(409, "RoleAssignmentExists"));
    await grant();
  });
});

describe("a secret", () => {
  const create = () => keyVault(server.url, anyToken).create("openclaw-k");
  const none = ok({ value: [] });
  const id = () => ({ id: `${server.url}/secrets/openclaw-k/1`, attributes: {} });

  it("is left alone when there is one", async () => {
    server.answer(ok({ value: [id()] }));
    await create();
    expect(sent()).toEqual(["GET /secrets/openclaw-k/versions"]);
  });

  it.each([
    ["none", none],
    ["not found", refusal(404, "SecretNotFound")],
  ])("is made empty when there is none: %s", async (_, before) => {
    server.answer(before, ok(id()));
    await create();
    expect(body(1)).toMatchObject({ value: "{}", contentType: "application/json" });
  });

  it("is never taken for absent when the vault refuses to say", async () => {
    server.answer(refusal(403, "Forbidden", "ForbiddenByRbac"));
    await expect(create()).rejects.toMatchObject({ status: 403, code: "ForbiddenByRbac" });
  });

  it("is recovered when it was deleted, though the bot may not read it", async () => {
    const forbidden = refusal(403, "Forbidden", "ForbiddenByRbac");
    server.answer(
      none,
      refusal(409, "Conflict", "ObjectIsDeletedButRecoverable"),
      forbidden,
      ok(id()),
      forbidden,
    );
    await create();
    expect(sent()).toContain("POST /deletedsecrets/openclaw-k/recover");
  });

  it("may be on its way back", async () => {
    server.answer(none, refusal(409, "Conflict", "ObjectIsBeingRecovered"));
    await create();
  });
});
