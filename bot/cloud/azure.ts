import { createHash } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import instanceTemplate from "../../infra/instance.json" with { type: "json" };
import memberTemplate from "../../infra/member.json" with { type: "json" };
import type {
  Action,
  Cloud,
  CloudPlace,
  DeletablePart,
  Look,
  OwnResource,
  Pins,
  Truth,
} from "../core/cloud.ts";
import { AzureFault } from "../core/errors.ts";
import { namesOf } from "../core/names.ts";
import type { Settings } from "../core/settings.ts";
import { armClients } from "./clients.ts";
import { cancelDeployment, deploymentTruth, startDeployment } from "./deployments.ts";
import { deleteDisk, homeDiskTruth, osDiskTruth, tagDisk } from "./disks.ts";
import { forgetDeployment, pastDeployments } from "./history.ts";
import { resourceId } from "./ids.ts";
import { latestImageVersion } from "./images.ts";
import { identityTruth, ownResources } from "./inventory.ts";
import { throwAwayPublicKey } from "./keys.ts";
import { grantLogins, grantSecret, isGranted, loginsOn, revokeLoginsOn, rolesHeld } from "./logins.ts";
import {
  deallocateVm,
  deleteEntraLogin,
  deleteVm,
  resizeVm,
  restartVm,
  startVm,
  vmTruth,
} from "./machines.ts";
import { allowSsh, deleteNic, deletePublicIp, deleteSecurityGroup, networkTruth } from "./network.ts";
import { checkSize, unfitSizes } from "./quota.ts";
import { missingRights } from "./rights.ts";
import { deleteRun, putRun, runNames, runTruth } from "./runs.ts";
import { endSessionsScript, type Scripts, scriptWith } from "./scripts.ts";
import { keyVault } from "./secrets.ts";
import { repairSignIn, signInTruth } from "./signIn.ts";
import {
  deleteSnapshot,
  makeSnapshot,
  ownerTags,
  snapshotsIn,
  snapshotTruth,
  tagSnapshot,
} from "./snapshots.ts";
import { endingWith } from "./wire.ts";

export interface AzureOptions
  extends Pick<Settings, "location" | "homeDisk" | "openclawPort" | "backupGroup"> {
  readonly credential: TokenCredential;
  /** Azure Resource Manager, without a trailing slash. */
  readonly endpoint: string;
  /** What tokens for it are asked for, such as `https://management.azure.com/.default`. */
  readonly scope: string;
  /** The vault's address, and its resource id. */
  readonly vault: { readonly url: string; readonly id: string };
  /** The one secret whose value the bot reads: its own token's. */
  readonly readsSecret: string | undefined;
  /** Resource ids of what `infra/main.bicep` makes. */
  readonly bootIdentityId: string;
  readonly scaleSetId: string;
  /** Off: VMs stand alone. */
  readonly attachToScaleSet: boolean;
  readonly subnetId: string;
  /** The break-glass account, and its public key when somebody is to have one. */
  readonly adminUsername: string;
  readonly breakGlassPublicKey: string | undefined;
  /** The blob with Node and OpenClaw; undefined: each VM takes them from npm. */
  readonly archive: { readonly url: string; readonly sha256: string } | undefined;
  /** Whether VMs get pnpm and Claude Code as well. */
  readonly extras: boolean;
  /** For tags. */
  readonly environment: string;
  readonly scripts: Scripts;
  randomBytes(count: number): Uint8Array;
}

export interface AzureCloud extends Cloud {
  /** Everything in the group that carries our tags, of one member or of all: for the sweep and for checks. */
  resources(place: CloudPlace, key?: string): Promise<readonly OwnResource[]>;
}

/** SHA-256 of the template with the first-boot data in it. */
const templateHash = createHash("sha256").update(JSON.stringify(instanceTemplate)).digest("hex");

/** Instances on Azure, through Microsoft's SDKs. Keeps nothing but connections and tokens. */
export function azureCloud(options: AzureOptions): AzureCloud {
  const { location, scripts, backupGroup } = options;
  const clientsOf = armClients(options);
  const vault = keyVault(options.vault.url, options.credential);

  /** One member's instance: its names, where it is, and the clients for there. */
  function instanceOf(key: string, place: CloudPlace) {
    const names = namesOf(key);
    return {
      key,
      names,
      subscription: place.subscription,
      group: place.resourceGroup,
      ...clientsOf(place.subscription),
      identityId: resourceId(place, "Microsoft.ManagedIdentity/userAssignedIdentities", names.identity),
      homeDiskId: resourceId(place, "Microsoft.Compute/disks", names.homeDisk),
      secretId: `${options.vault.id}/secrets/${names.secret}`,
      loginScopes: [
        resourceId(place, "Microsoft.Compute/virtualMachines", names.vm),
        resourceId(place, "Microsoft.Network/networkInterfaces", names.nic),
        resourceId(place, "Microsoft.Network/publicIPAddresses", names.publicIp),
      ],
    };
  }
  type Target = ReturnType<typeof instanceOf>;

  async function look(key: string, place: CloudPlace, wanted: Look): Promise<Truth> {
    const at = instanceOf(key, place);
    const { group, names } = at;
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
      ask("network", () => networkTruth(at.network, group, names)),
      ask("disks", () => osDiskTruth(at.compute, group, names.osDisk)),
      ask("disks", () => homeDiskTruth(at.compute, group, names.homeDisk)),
      ask("logins", () => loginsOn(at.authorization, at.loginScopes)),
      principal && rolesHeld(at.authorization, place, principal, at.loginScopes),
      ask("signIn", () => signInTruth(at.compute, group, names.vm)),
      ask("secret", () => identityAndSecret(at)) ?? ask("identity", () => identityAlone(at)),
      ask("snapshots", () => snapshotsIn(at.compute, backupGroup, key)),
      wanted.snapshot && snapshotTruth(at.compute, backupGroup, wanted.snapshot),
      wanted.deployment && deploymentTruth(at.deployments, group, wanted.deployment),
      wanted.run && runTruth(at.compute, group, names.vm, wanted.run),
    ]);
    return {
      vm,
      osDisk,
      homeDisk,
      signIn,
      ...logins,
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

  async function identityAndSecret(at: Target): Promise<Pick<Truth, "identity" | "secret">> {
    const [identity, exists] = await Promise.all([
      identityTruth(at.resources, at.identityId),
      vault.exists(at.names.secret),
    ]);
    const granted =
      identity !== undefined && (await isGranted(at.authorization, at.secretId, identity.principalId));
    return { identity, secret: exists ? { granted } : undefined };
  }

  const act: Cloud["act"] = (key, place, action, ending) =>
    endingWith(ending, async () => {
      const at = instanceOf(key, place);
      if (action.do === "pin") return pin(at, action);
      await change(at, action);
      return undefined;
    });

  /** Everything that a build depends on and that may be another thing tomorrow. */
  async function pin(
    { compute, group, names }: Target,
    { size, snapshotId, networkPolicy, gate }: Extract<Action, { do: "pin" }>,
  ): Promise<Pins> {
    const [imageVersion, homeDisk] = await Promise.all([
      latestImageVersion(compute, location),
      homeDiskTruth(compute, group, names.homeDisk),
      checkSize(compute, location, size),
    ]);
    return {
      size,
      imageVersion,
      sshPublicKey: options.breakGlassPublicKey ?? throwAwayPublicKey(options.randomBytes(32)),
      homeDisk: homeDisk ? "existing" : snapshotId ? "restore" : "create",
      homeDiskSnapshotId: homeDisk ? undefined : snapshotId,
      networkPolicy,
      template: templateHash,
      gate,
    };
  }

  function change(at: Target, action: Exclude<Action, { do: "pin" }>): Promise<void> {
    const { compute, network, authorization, deployments, group, names } = at;
    const run = (given: { run: string; at: string }, script: string, timeoutSeconds: number) =>
      putRun(compute, group, names.vm, { name: given.run, at: given.at, location, script, timeoutSeconds });
    switch (action.do) {
      case "createSecret":
        return vault.create(names.secret);
      case "deployIdentity":
        return startDeployment(deployments, group, action.deployment, memberTemplate, {
          key: at.key,
          location,
          environment: options.environment,
          ownerName: action.ownerName,
        });
      case "grantSecret":
        return grantSecret(authorization, at.subscription, at.secretId, action.principalId);
      case "deployInstance":
        return deployInstance(at, action);
      case "cancelDeployment":
        return cancelDeployment(deployments, group, action.deployment);
      case "start":
        return startVm(compute, group, names.vm);
      case "deallocate":
        return deallocateVm(compute, group, names.vm);
      case "restart":
        return restartVm(compute, group, names.vm);
      case "deleteEntraLogin":
        return deleteEntraLogin(compute, group, names.vm);
      case "checkSize":
        return checkSize(compute, location, action.size, action.replacing);
      case "resize":
        return resizeVm(compute, group, names.vm, action.size);
      case "checkGateway":
        return run(action, scripts.ready, action.seconds);
      case "endSessions":
        return run(action, endSessionsScript(scripts.endSessions, action.except), 60);
      case "runScript":
        return run(action, scriptWith(scripts.named[action.script], action.input), action.seconds);
      case "deleteRun":
        return deleteRun(compute, group, names.vm, action.run);
      case "allowSsh":
        return allowSsh(network, group, names.networkSecurityGroup, action.from);
      case "grantLogins":
        return grantLogins(authorization, at.subscription, at.loginScopes, action.owner);
      case "revokeLogins":
        return revokeLoginsOn(authorization, at.loginScopes, action.also ?? []);
      case "repairSignIn":
        return repairSignIn(compute, group, names.vm, { location, tag: action.tag });
      case "delete":
        return deletePart(at, action.part);
      case "tagHomeDisk":
        return tagDisk(compute, group, names.homeDisk, action.tags);
      case "snapshot":
        return makeSnapshot(compute, backupGroup, {
          name: action.name,
          location,
          disk: at.homeDiskId,
          tags: {
            project: "openclaw",
            environment: options.environment,
            madeAfterQuiesce: `${action.madeAfterQuiesce}`,
            ...ownerTags(action.owner, action.kind, action.expires),
          },
        });
      case "giveSnapshot":
        return tagSnapshot(
          compute,
          backupGroup,
          action.name,
          ownerTags(action.owner, "transfer", action.expires),
        );
      case "deleteSnapshot":
        return deleteSnapshot(compute, backupGroup, action.name);
    }
  }

  async function deployInstance(
    at: Target,
    action: Extract<Action, { do: "deployInstance" }>,
  ): Promise<void> {
    const { pins, identity, owner, generation } = action;
    // Azure refuses to change first-boot data, key and image of a VM that exists; and it is somebody's work.
    const [vm, boot] = await Promise.all([
      vmTruth(at.compute, at.group, at.names.vm),
      identityTruth(at.resources, options.bootIdentityId),
    ]);
    if (pins.template !== templateHash)
      throw refused("TemplateChanged", "The bot was updated after this build began; begin again.");
    if (vm && vm.generation !== generation)
      throw refused("InstanceExists", `${at.names.vm} exists, made by ${vm.generation ?? "somebody else"}.`);
    if (!boot) throw refused("BootIdentityMissing", `${options.bootIdentityId} does not exist.`);
    await startDeployment(at.deployments, at.group, action.deployment, instanceTemplate, {
      key: at.key,
      location,
      generation,
      gateName: action.gate,
      ownerObjectId: owner.objectId,
      ownerName: owner.name,
      loginRole: owner.loginRole,
      vmSize: pins.size,
      imageVersion: pins.imageVersion,
      sshPublicKey: pins.sshPublicKey,
      homeDisk: pins.homeDisk,
      homeDiskSnapshotId: pins.homeDiskSnapshotId,
      homeDiskSizeGb: options.homeDisk.sizeGb,
      homeDiskSku: options.homeDisk.sku,
      adminUsername: options.adminUsername,
      scaleSetId: options.scaleSetId,
      attachToScaleSet: options.attachToScaleSet,
      subnetId: options.subnetId,
      memberIdentityId: identity.id,
      memberIdentityClientId: identity.clientId,
      bootIdentityId: options.bootIdentityId,
      bootIdentityClientId: boot.clientId,
      keyVaultUri: options.vault.url,
      memberSecretName: at.names.secret,
      openclawPort: options.openclawPort,
      environment: options.environment,
      networkPolicy: pins.networkPolicy ?? "locked",
      archiveUrl: options.archive?.url,
      archiveSha256: options.archive?.sha256,
      extras: options.extras,
    });
  }

  const deletePart = ({ compute, network, group, names }: Target, part: DeletablePart): Promise<void> =>
    ({
      vm: () => deleteVm(compute, group, names.vm),
      nic: () => deleteNic(network, group, names),
      publicIp: () => deletePublicIp(network, group, names),
      networkSecurityGroup: () => deleteSecurityGroup(network, group, names),
      osDisk: () => deleteDisk(compute, group, names.osDisk, names.vm),
      homeDisk: () => deleteDisk(compute, group, names.homeDisk, names.vm),
    })[part]();

  return {
    look,
    act,
    runs: (key, place) =>
      runNames(clientsOf(place.subscription).compute, place.resourceGroup, namesOf(key).vm),
    secrets: () => vault.changes(),
    resources: (place, key) =>
      ownResources(clientsOf(place.subscription).resources, place.resourceGroup, key),
    snapshots: (place, key) => snapshotsIn(clientsOf(place.subscription).compute, backupGroup, key),
    missingRights: (place) =>
      missingRights(clientsOf(place.subscription).authorization, place, {
        vaultId: options.vault.id,
        scaleSetId: options.attachToScaleSet ? options.scaleSetId : undefined,
        backupGroup,
        readsSecret: options.readsSecret,
      }),
    pastDeployments: (place) =>
      pastDeployments(clientsOf(place.subscription).deployments, place.resourceGroup),
    forgetDeployment: (place, name) =>
      forgetDeployment(clientsOf(place.subscription).deployments, place.resourceGroup, name),
    unfitSizes: (place, sizes) => unfitSizes(clientsOf(place.subscription).compute, location, sizes),
  };
}

const refused = (code: string, detail: string) =>
  new AzureFault({ service: "openclaw", status: 409, code, detail, correlation: "" });
