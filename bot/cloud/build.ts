import { createHash } from "node:crypto";
import instanceTemplate from "../../infra/instance.json" with { type: "json" };
import type { Action, Pins } from "../core/cloud.ts";
import { AzureFault } from "../core/errors.ts";
import type { Target } from "./clients.ts";
import { startDeployment } from "./deployments.ts";
import { homeDiskTruth } from "./disks.ts";
import { latestImageVersion } from "./images.ts";
import { identityTruth } from "./inventory.ts";
import { throwAwayPublicKey } from "./keys.ts";
import { vmTruth } from "./machines.ts";
import type { AzureOptions } from "./options.ts";
import { checkSize } from "./quota.ts";

type Build = Extract<Action, { do: "deployInstance" }>;

/** SHA-256 of the template with the first-boot data in it. */
const templateHash = createHash("sha256").update(JSON.stringify(instanceTemplate)).digest("hex");

/** Everything that a build depends on and that may change. */
export async function pin(
  { compute, group, names }: Target,
  options: AzureOptions,
  { size, snapshotId, networkPolicy, gate }: Extract<Action, { do: "pin" }>,
): Promise<Pins> {
  const { location } = options;
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

/** Refuses what `pin` would refuse, while the VM that will be replaced still exists. @throws AzureFault */
export async function checkBuild(
  compute: Target["compute"],
  location: string,
  size: string,
  replacing: string,
): Promise<void> {
  await Promise.all([latestImageVersion(compute, location), checkSize(compute, location, size, replacing)]);
}

/** Builds from the pins. @throws AzureFault if that is no longer possible */
export async function deployInstance(at: Target, options: AzureOptions, action: Build): Promise<void> {
  const { pins, generation } = action;
  // Azure refuses to change first-boot data, key and image of an existing VM, and that VM holds someone's work.
  const [vm, boot] = await Promise.all([
    vmTruth(at.compute, at.group, at.names.vm),
    identityTruth(at.resources, options.bootIdentityId),
  ]);
  if (pins.template !== templateHash)
    throw refused("TemplateChanged", "The bot was updated after this build started. Start it again.");
  if (vm && vm.generation !== generation)
    throw refused("InstanceExists", `${at.names.vm} exists, created by ${vm.generation ?? "someone else"}.`);
  if (!boot) throw refused("BootIdentityMissing", `${options.bootIdentityId} does not exist.`);
  const given = templateInput(at, options, action, boot.clientId);
  await startDeployment(at.deployments, at.group, action.deployment, instanceTemplate, given);
}

/** The parameters of `infra/instance.bicep`. */
const templateInput = (
  at: Target,
  options: AzureOptions,
  { pins, identity, owner, generation, gate }: Build,
  bootClientId: string,
) => ({
  key: at.key,
  location: options.location,
  generation,
  gateName: gate,
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
  bootIdentityClientId: bootClientId,
  keyVaultUri: options.vault.url,
  memberSecretName: at.names.secret,
  openclawPort: options.openclawPort,
  environment: options.environment,
  networkPolicy: pins.networkPolicy ?? "locked",
  archiveUrl: options.archive?.url,
  archiveSha256: options.archive?.sha256,
  extras: options.extras,
});

const refused = (code: string, detail: string) =>
  new AzureFault({ service: "openclaw", status: 409, code, detail, correlation: "" });
