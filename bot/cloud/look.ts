import type { Look, Truth } from "../core/cloud.ts";
import type { Target } from "./clients.ts";
import { deploymentTruth } from "./deployments.ts";
import { homeDiskTruth, osDiskTruth } from "./disks.ts";
import { identityTruth } from "./inventory.ts";
import { isGranted, loginsOf, loginsOn, rolesHeld } from "./logins.ts";
import { vmTruth } from "./machines.ts";
import { networkTruth, sshTruth } from "./network.ts";
import { runTruth } from "./runs.ts";
import type { Vault } from "./secrets.ts";
import { signInTruth } from "./signIn.ts";
import { snapshotsIn, snapshotTruth } from "./snapshots.ts";

/** What Azure says now of an instance, as far as it is asked for: all at once, since somebody waits for it. */
export async function truthOf(at: Target, vault: Vault, backupGroup: string, wanted: Look): Promise<Truth> {
  const { group, names, place } = at;
  const ask = <T>(part: Look["parts"][number], read: () => Promise<T>) =>
    wanted.parts.includes(part) ? read() : undefined;
  const { principal } = wanted;
  const [
    vm,
    network,
    osDisk,
    homeDisk,
    logins,
    otherRoles,
    signIn,
    owned,
    snapshots,
    snapshot,
    deployment,
    run,
  ] = await Promise.all([
    ask("vm", () => vmTruth(at.compute, group, names.vm)),
    ask("network", () => networkTruth(at.network, group, names)) ??
      ask("ssh", () => sshTruth(at.network, group, names)),
    ask("disks", () => osDiskTruth(at.compute, group, names.osDisk)),
    ask("disks", () => homeDiskTruth(at.compute, group, names.homeDisk)),
    ask("logins", () => loginsOn(at.authorization, at.loginScopes)) ??
      (wanted.loginsOf && loginsOf(at.authorization, place, wanted.loginsOf, at.loginScopes)),
    principal && rolesHeld(at.authorization, place, principal, at.loginScopes),
    ask("signIn", () => signInTruth(at.compute, group, names.vm)),
    ask("secret", () => identityAndSecret(at, vault)) ?? ask("identity", () => identityAlone(at)),
    ask("snapshots", () => snapshotsIn(at.compute, backupGroup, at.key)),
    wanted.snapshot && snapshotTruth(at.compute, backupGroup, wanted.snapshot),
    wanted.deployment && deploymentTruth(at.deployments, group, wanted.deployment),
    wanted.run && runTruth(at.compute, group, names.vm, wanted.run),
  ]);
  return {
    vm,
    osDisk,
    homeDisk,
    signIn,
    ...(logins || {}),
    otherRoles: otherRoles || undefined,
    ...network,
    ...owned,
    snapshots,
    snapshot: snapshot || undefined,
    deployment: deployment || undefined,
    run: run || undefined,
  };
}

const identityAlone = async (at: Target): Promise<Pick<Truth, "identity">> => ({
  identity: await identityTruth(at.resources, at.identityId),
});

async function identityAndSecret(at: Target, vault: Vault): Promise<Pick<Truth, "identity" | "secret">> {
  const [identity, exists] = await Promise.all([
    identityTruth(at.resources, at.identityId),
    vault.exists(at.names.secret),
  ]);
  const granted =
    identity !== undefined && (await isGranted(at.authorization, at.secretId, identity.principalId));
  return { identity, secret: exists ? { granted } : undefined };
}
