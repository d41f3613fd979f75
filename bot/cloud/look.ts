import type { Look, Truth } from "../core/cloud.ts";
import type { Target } from "./clients.ts";
import { buildingTruth, deploymentTruth } from "./deployments.ts";
import { homeDiskTruth, osDiskTruth } from "./disks.ts";
import { identityTruth } from "./inventory.ts";
import { isGranted, loginsOn, rolesOf } from "./logins.ts";
import { vmTruth } from "./machines.ts";
import { nicTruth, publicIpTruth, sshTruth } from "./network.ts";
import { runTruth } from "./runs.ts";
import type { Vault } from "./secrets.ts";
import { snapshotsIn, snapshotTruth } from "./snapshots.ts";

/** What Azure says now about an instance, as far as wanted. Reads everything at once, because someone is waiting. */
export async function truthOf(at: Target, vault: Vault, backupGroup: string, wanted: Look): Promise<Truth> {
  const readers = readersFor(at, vault, backupGroup, wanted);
  const found = await Promise.all(wanted.parts.map((part) => readers[part]()));
  return Object.assign({}, ...found);
}

/** How each part is read. A part without a name doesn't exist. */
function readersFor(
  at: Target,
  vault: Vault,
  backupGroup: string,
  { deployment, run, snapshot, rolesOf: person }: Look,
): { readonly [P in keyof Truth]-?: () => Promise<Truth> } {
  const { compute, network, authorization, deployments, resources, group, names } = at;
  const none: Truth = {};
  return {
    vm: async () => ({ vm: await vmTruth(compute, group, names.vm) }),
    nic: async () => ({ nic: await nicTruth(network, group, names.nic) }),
    publicIp: async () => ({ publicIp: await publicIpTruth(network, group, names.publicIp) }),
    networkSecurityGroup: async () => ({
      networkSecurityGroup: await sshTruth(network, group, names.networkSecurityGroup),
    }),
    osDisk: async () => ({ osDisk: await osDiskTruth(compute, group, names.osDisk) }),
    homeDisk: async () => ({ homeDisk: await homeDiskTruth(compute, group, names.homeDisk) }),
    logins: async () => ({ logins: await loginsOn(authorization, at.loginScopes) }),
    roles: async () =>
      person ? { roles: await rolesOf(authorization, at.place, person, at.loginScopes) } : none,
    identity: async () => ({ identity: await identityTruth(resources, at.identityId) }),
    secret: () => secretAndIdentity(at, vault),
    snapshots: async () => ({ snapshots: await snapshotsIn(compute, backupGroup, at.key) }),
    snapshot: async () =>
      snapshot ? { snapshot: await snapshotTruth(compute, backupGroup, snapshot) } : none,
    deployment: async () =>
      deployment ? { deployment: await deploymentTruth(deployments, group, deployment) } : none,
    building: async () =>
      deployment ? { building: await buildingTruth(deployments, group, deployment) } : none,
    run: async () => (run ? { run: await runTruth(compute, group, names.vm, run) } : none),
  };
}

/** The identity has the right to the secret, so reading that right means reading the identity too. */
async function secretAndIdentity(at: Target, vault: Vault): Promise<Truth> {
  const [identity, exists] = await Promise.all([
    identityTruth(at.resources, at.identityId),
    vault.exists(at.names.secret),
  ]);
  const granted =
    identity !== undefined && (await isGranted(at.authorization, at.secretId, identity.principalId));
  return { identity, secret: exists ? { granted } : undefined };
}
