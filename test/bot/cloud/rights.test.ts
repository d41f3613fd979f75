import { afterAll, beforeAll, expect, test } from "vitest";
import { armClients } from "../../../bot/cloud/clients.ts";
import { missingRights } from "../../../bot/cloud/rights.ts";
import { anyToken, cannedServer } from "./canned.ts";

let server: Awaited<ReturnType<typeof cannedServer>>;
beforeAll(async () => {
  server = await cannedServer();
});
afterAll(() => server.close());

/** What is said to be missing where Azure answers with these statuses, by a part of the address, and everywhere else as to an owner. */
async function missing(statuses: Readonly<Record<string, number>>) {
  server.answerBy((url) => {
    const status = Object.entries(statuses).find(([part]) => url.includes(part))?.[1];
    if (status !== undefined) return { status, body: { error: { code: "Refused", message: "not so" } } };
    return { status: 200, body: { value: [{ actions: ["*"] }] } };
  });
  const { authorization } = armClients({
    credential: anyToken,
    endpoint: server.url,
    scope: "any/.default",
  })("s");
  const group = "/subscriptions/s/resourceGroups/group/providers";
  const rights = await missingRights(
    authorization,
    { subscription: "s", resourceGroup: "group" },
    {
      vaultId: `${group}/Microsoft.KeyVault/vaults/vault`,
      scaleSetId: `${group}/Microsoft.Compute/virtualMachineScaleSets/set`,
      backupGroup: "backups",
      readsSecret: "token",
    },
  );
  return rights.map(({ where, action }) => `${where} ${action.split("/").at(-2)}`);
}
const ofShared = ["vault readMetadata", "vault setSecret", "vault recover"];
const ofOwn = ["vault/token getSecret"];

test("all that is lacking is named", async () => {
  expect(await missing({})).toEqual([...ofShared, ...ofOwn]);
});

// Azure says nowhere how it answers for what it does not know, such as a secret that was deleted.
test.each([400, 404, 405])(
  "a right that Azure answers %i for is unknown, and the others are reported",
  async (status) => {
    expect(await missing({ "/secrets/openclaw-shared": status })).toEqual(ofOwn);
    expect(await missing({ "/secrets/token": status })).toEqual(ofShared);
    expect(await missing({ "/virtualMachineScaleSets/": status })).toEqual([...ofShared, ...ofOwn]);
  },
);

test("a refusal says nothing of what is there", async () => {
  await expect(missing({ "/secrets/token": 403 })).rejects.toMatchObject({ status: 403 });
});
