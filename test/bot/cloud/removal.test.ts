import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { forgetDeployment } from "../../../bot/cloud/deployments.ts";
import { deleteDisk } from "../../../bot/cloud/disks.ts";
import { revoke } from "../../../bot/cloud/logins.ts";
import { deleteEntraLogin, deleteVm } from "../../../bot/cloud/machines.ts";
import { allowSsh, deleteNic, deletePublicIp, deleteSecurityGroup } from "../../../bot/cloud/network.ts";
import { deleteRun } from "../../../bot/cloud/runs.ts";
import { deleteSnapshot } from "../../../bot/cloud/snapshots.ts";
import { namesOf } from "../../../bot/core/names.ts";
import { type Answer, anyToken, cannedServer } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
let clients: Clients;
beforeAll(async () => {
  server = await cannedServer();
  clients = armClients({ credential: anyToken, endpoint: server.url, scope: "any/.default" })("s");
});
afterAll(() => server.close());

const names = namesOf("abcdefghij");
const assignment = "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a";
const refusal = (status: number, code: string): Answer => ({
  status,
  body: { error: { code, message: "…" } },
});
const forbidden = refusal(403, "AuthorizationFailed");

/** Everything that the bot deletes in Azure, by the call of the SDK that does it. */
const deletions: readonly [string, () => Promise<void>][] = [
  ["compute.virtualMachines.delete", () => deleteVm(clients.compute, "g", "vm")],
  ["compute.virtualMachineExtensions.delete", () => deleteEntraLogin(clients.compute, "g", "vm")],
  ["compute.virtualMachineRunCommands.delete", () => deleteRun(clients.compute, "g", "vm", "run")],
  ["compute.disks.delete", () => deleteDisk(clients.compute, "g", names.homeDisk, names.vm)],
  ["compute.snapshots.delete", () => deleteSnapshot(clients.compute, "g", "snapshot")],
  ["network.networkInterfaces.beginDelete", () => deleteNic(clients.network, "g", names)],
  ["network.publicIPAddresses.beginDelete", () => deletePublicIp(clients.network, "g", names)],
  ["network.networkSecurityGroups.beginDelete", () => deleteSecurityGroup(clients.network, "g", names)],
  [
    "network.securityRules.beginDelete",
    () => allowSsh(clients.network, "g", "nsg", { from: ["*"], found: ["*"] }),
  ],
  ["authorization.roleAssignments.deleteById", () => revoke(clients.authorization, [assignment])],
  ["client.deployments.delete", () => forgetDeployment(clients.deployments, "g", "deployment")],
];

test("these are all", () => {
  const folder = "bot/cloud";
  const found = readdirSync(folder).flatMap((file) => [
    ...readFileSync(join(folder, file), "utf8").matchAll(/\b\w+\.\w+\.(?:begin)?[dD]elete(?:ById)?(?=\()/g),
  ]);
  expect(found.map(([call]) => call).toSorted()).toEqual(deletions.map(([call]) => call).toSorted());
});

describe.each(deletions)("after a 403 of %s", (_, remove) => {
  const methods = () => server.requests.map(({ method }) => method);

  it("what is gone is gone", async () => {
    server.answer(forbidden, refusal(404, "ResourceNotFound"));
    await remove();
    expect(methods()).toEqual(["DELETE", "GET"]);
  });

  it("what is there still may not be deleted", async () => {
    server.answer(forbidden, { status: 200, body: { id: "/x" } });
    await expect(remove()).rejects.toMatchObject({ status: 403, code: "AuthorizationFailed" });
  });

  it("what may not be looked at may not be deleted either", async () => {
    server.answer(forbidden, refusal(403, "NotToBeRead"));
    await expect(remove()).rejects.toMatchObject({ code: "AuthorizationFailed" });
  });

  it("why it can't be looked at just now is why it is not known", async () => {
    server.answer(forbidden, refusal(409, "AnotherOperationInProgress"));
    await expect(remove()).rejects.toMatchObject({ code: "AnotherOperationInProgress" });
  });
});
