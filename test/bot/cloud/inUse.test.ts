import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { armClients, type Clients } from "../../../bot/cloud/clients.ts";
import { deleteDisk } from "../../../bot/cloud/disks.ts";
import { deleteNic, deletePublicIp, deleteSecurityGroup } from "../../../bot/cloud/network.ts";
import { AzureFault } from "../../../bot/core/errors.ts";
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
const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { "x-ms-correlation-request-id": "c1", "retry-after": "7" },
  body: { error: { code, message: "Azure's words" } },
});
const found = (body: object): Answer => ({ status: 200, body: { id: "/x", ...body } });
const missing = refusal(404, "ResourceNotFound");

/** What the deletion ends with. */
const outcome = (work: Promise<void>) =>
  work.then(
    () => undefined,
    (error: unknown) => {
      expect(error).toBeInstanceOf(AzureFault);
      return error as AzureFault;
    },
  );
const machine = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/${name}`;
const card = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/${name}`;

describe.each<[string, () => Promise<void>, Answer, (holder: "own" | "other") => object, object]>([
  [
    "a disk",
    () => deleteDisk(clients.compute, "g", names.homeDisk, names.vm),
    refusal(409, "OperationNotAllowed"),
    (holder) => ({
      managedBy: machine(holder === "own" ? names.vm.toUpperCase() : "openclaw-abcdefghik"),
      properties: { diskState: "Attached" },
    }),
    { properties: { diskState: "Unattached" } },
  ],
  [
    "a network card",
    () => deleteNic(clients.network, "g", names),
    refusal(400, "NicInUse"),
    (holder) => ({ properties: { virtualMachine: { id: machine(holder === "own" ? names.vm : "other") } } }),
    { properties: {} },
  ],
  [
    "an address",
    () => deletePublicIp(clients.network, "g", names),
    refusal(400, "PublicIPAddressCannotBeDeleted"),
    (holder) => ({
      properties: {
        ipConfiguration: { id: `${card(holder === "own" ? names.nic : "other")}/ipConfigurations/one` },
      },
    }),
    { properties: {} },
  ],
  [
    "network rules",
    () => deleteSecurityGroup(clients.network, "g", names),
    refusal(400, "InUseNetworkSecurityGroupCannotBeDeleted"),
    (holder) => ({
      properties: {
        networkInterfaces: [{ id: card(names.nic) }, ...(holder === "own" ? [] : [{ id: card("other") }])],
      },
    }),
    { properties: {} },
  ],
])("%s that Azure calls in use", (_, work, refused, heldBy, free) => {
  const { code, message } = (refused.body as { error: { code: string; message: string } }).error;
  const words = `${code}: ${message}`;

  it.each([
    ["by what of ours went before", () => found(heldBy("own"))],
    ["by nobody any more", () => found(free)],
    ["and that is gone when it is looked at", () => missing],
  ])("%s is still in use, which passes", async (_name, answer) => {
    server.answer(refused, answer());
    const fault = await outcome(work());
    expect(fault).toMatchObject({
      code: "StillInUse",
      detail: words,
      correlation: "c1",
      retryAfterSeconds: 7,
    });
    expect(server.requests.map(({ method }) => method)).toEqual(["DELETE", "GET"]);
  });

  it("by something else is in use elsewhere, which does not pass", async () => {
    server.answer(refused, found(heldBy("other")));
    const fault = await outcome(work());
    expect(fault).toMatchObject({ code: "InUseElsewhere", correlation: "c1" });
    expect(fault?.detail).toContain(words);
    expect(fault?.detail).toMatch(/held by \/subscriptions.*(other|openclaw-abcdefghik)/);
  });

  it("is not looked at again where Azure says something else, or that it is gone", async () => {
    server.answer(refusal(409, "ScopeLocked"));
    expect(await outcome(work())).toMatchObject({ code: "ScopeLocked" });
    server.answer(missing);
    expect(await outcome(work())).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });
});

it("a disk that somebody downloads is in use elsewhere", async () => {
  server.answer(refusal(409, "OperationNotAllowed"), found({ properties: { diskState: "ActiveSAS" } }));
  expect(await outcome(deleteDisk(clients.compute, "g", names.homeDisk, names.vm))).toMatchObject({
    code: "InUseElsewhere",
    detail: expect.stringContaining("ActiveSAS"),
  });
});
