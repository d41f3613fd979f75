import { subscriptionId } from "./referee.ts";

export const inGroup = (path: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/openclaw-rg/providers/${path}`;

/** What a member's templates can't do without. */
export const member = { key: "abcdefgh12", ownerName: "Mia Member" };
export const instance = {
  ...member,
  generation: "op-1",
  gateName: "ready-op-1",
  ownerObjectId: "11111111-1111-1111-1111-111111111111",
  sshPublicKey: "ssh-ed25519 AAAAC3Nza key",
  imageVersion: "24.04.202608010",
  scaleSetId: inGroup("Microsoft.Compute/virtualMachineScaleSets/openclaw"),
  subnetId: inGroup("Microsoft.Network/virtualNetworks/openclaw/subnets/instances"),
  memberIdentityId: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/openclaw-abcdefgh12"),
  memberIdentityClientId: "22222222-2222-2222-2222-222222222222",
  bootIdentityId: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/openclaw-boot"),
  bootIdentityClientId: "33333333-3333-3333-3333-333333333333",
  keyVaultUri: "https://kv-openclaw.vault.azure.net/",
};
