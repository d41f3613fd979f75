import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plan } from "../../local/azure/template/evaluate.ts";

const id = "/subscriptions/s/resourceGroups/rg/providers/X.Y/z/n";
const instance = {
  key: "abcdefgh12",
  generation: "op-1",
  gateName: "ready-op-1",
  ownerObjectId: "11111111-1111-1111-1111-111111111111",
  ownerName: "Mia Member",
  sshPublicKey: "ssh-ed25519 AAAA key",
  imageVersion: "24.04.202608010",
  scaleSetId: id,
  subnetId: id,
  memberIdentityId: `${id}1`,
  memberIdentityClientId: "c1",
  bootIdentityId: `${id}2`,
  bootIdentityClientId: "c2",
  keyVaultUri: "https://kv.vault.azure.net/",
};

/** The custom data that a VM would get from the compiled template, decoded. */
export function customData(changed: Record<string, unknown>): string {
  const parameters = Object.fromEntries(
    Object.entries({ ...instance, ...changed }).map(([name, value]) => [name, { value }]),
  );
  const template = readFileSync(join(import.meta.dirname, "..", "..", "infra", "instance.json"), "utf8");
  const { resources } = plan(JSON.parse(template), parameters, {
    subscriptionId: "s",
    tenantId: "t",
    resourceGroup: "rg",
    location: "eastus2",
    deployment: "d",
  });
  const vm = resources.find(({ type }) => type === "Microsoft.Compute/virtualMachines");
  const properties = vm?.body["properties"] as { osProfile: { customData: string } };
  return Buffer.from(properties.osProfile.customData, "base64").toString("utf8");
}
