import type { Fault } from "../core/errors.ts";
import { passingOf } from "../core/passing.ts";

interface Explanation {
  readonly sentence: string;
  /** What an admin can do about it, where that is one exact thing. */
  readonly remedy?: string;
}

/**
 * What an admin does about a missing right. azd skips a deployment that equals its last one, unless `--no-state` makes it forget that one
 * ("Azure Developer CLI reference", 2026).
 */
export const granting =
  "Deploy infra/main.bicep again, with azd provision --no-state or with az: that grants what is missing. A new grant takes up to ten minutes.";
const full =
  "Azure has no room for this size right now. Try again in a while; your admins can offer another size.";
const cores =
  "Your team is out of Azure cores. Ask an admin to raise the quota, or to tear down an instance that nobody needs; stopped ones count too.";

/** Azure's error codes (Microsoft Learn, "Troubleshoot common Azure deployment errors", 2026) and what they mean for a member; those that pass by themselves are in `passing.ts`. */
export const explanations: Readonly<Record<string, Explanation>> = {
  // Usually a quota, but not always: a shortage of cores is found and named by the size check before a build.
  OperationNotAllowed: {
    sentence:
      "Azure doesn't allow this now, usually because your team has reached a limit. An admin can see which one.",
  },
  QuotaExceeded: { sentence: cores },
  ResourceQuotaExceeded: { sentence: cores },
  PublicIPCountLimitReached: {
    sentence: "Your team has no public IP addresses left. Ask an admin to raise the limit.",
  },
  SkuNotAvailable: {
    sentence: "Azure does not offer this size here. Ask an admin for another size.",
  },
  AllocationFailed: { sentence: full },
  ZonalAllocationFailed: { sentence: full },
  OverconstrainedAllocationRequest: { sentence: full },
  RequestDisallowedByPolicy: {
    sentence: "A policy of your organization forbids this. An admin can see which one.",
  },
  AuthorizationFailed: {
    sentence: "I lack a right in Azure that I need for this. An admin can see which one.",
    remedy: granting,
  },
  Forbidden: {
    sentence: "I lack a right in Azure that I need for this. An admin can see which one.",
    remedy: granting,
  },
  LinkedAuthorizationFailed: {
    sentence: "I lack a right in Azure that I need for this. An admin can see which one.",
    remedy: `${granting} If Azure's words still name virtualMachineScaleSets after that, deploy with attachToScaleSet=false: VMs then stand alone.`,
  },
  VMExtensionProvisioningError: {
    sentence: "The VM exists, but setting up its sign-in with Entra failed. Try again.",
  },
  VMExtensionHandlerNonTransientError: {
    sentence: "The VM exists, but setting up its sign-in with Entra failed. Try again.",
  },
  RunCommandFailed: { sentence: "The VM started, but OpenClaw didn't. Try again." },
  VMRunCommandFailed: { sentence: "The VM started, but OpenClaw didn't. Try again." },
  ScriptNotRun: {
    sentence: "Azure couldn't run my script on the VM. Try again; if it fails again, tell an admin.",
  },
  FirstBootFailed: {
    sentence: "The VM started, but setting it up failed. Try again; if it fails again, tell an admin.",
  },
  FirstBootSlow: {
    sentence: "The VM started, but setting it up took more than 15 minutes. Try again.",
  },
  HomeDiskMissing: {
    sentence:
      "The VM started without your home disk, so OpenClaw didn't start. Tell an admin; your files are untouched.",
  },
  InstallFailed: {
    sentence:
      "OpenClaw couldn't be installed on the VM: its archive is missing or isn't the right one. Tell an admin.",
  },
  KeyVaultRefused: {
    sentence:
      "The key vault refused to give the VM your keys. Try again in ten minutes; if it fails again, tell an admin.",
  },
  SecretNotJson: {
    sentence:
      "A secret in the key vault isn't a JSON object of keys, so OpenClaw was not started. Tell an admin: “secrets status” shows how to set it.",
  },
  GatewaySilent: {
    sentence:
      "The VM is running, but OpenClaw doesn't answer. A restart may help; if it doesn't, tell an admin.",
  },
  AgentBusy: {
    sentence:
      "The agent is busy or doesn't answer, so nothing was changed. Try again when it has finished, or continue without waiting.",
  },
  SnapshotFailed: {
    sentence:
      "The snapshot of the home disk could not be made, so nothing was deleted. Try again; if it fails again, tell an admin.",
  },
  SnapshotMissing: {
    sentence: "That snapshot no longer exists or is incomplete, so nothing was restored. Choose another one.",
  },
  BackupGone: {
    sentence:
      "The backup that would have restored your home disk no longer exists in Azure, so nothing was built. Look at your backups: a new request uses the newest one, or an empty home disk if there is none.",
  },
  DeploymentCanceled: {
    sentence: "Someone cancelled the build in Azure. Try again, or tell an admin.",
  },
  HomeDiskGone: {
    sentence:
      "Your home disk no longer exists in Azure, so nothing was rebuilt. Once what is left is deleted, a new request uses your newest backup, or an empty home disk if there is none.",
  },
  HomeDiskThere: {
    sentence: "A home disk that may hold data already exists, so nothing was restored over it.",
  },
  NothingToGive: { sentence: "Neither a home disk nor a snapshot of it is left." },
  OwnerIsBack: {
    sentence: "They were put back on the roster in the meantime, so their home disk stays theirs.",
  },
  ConfigurationRefused: {
    sentence: "OpenClaw refused the team configuration, so nothing was changed. An admin can see why.",
  },
  SecretsNotReloaded: {
    sentence: "The VM could not read its keys from the key vault; it keeps the ones it had.",
  },
  DeadlinePassed: { sentence: "This took too long, so I gave up." },
  PowerDeadlinePassed: {
    sentence:
      "This took too long, so I gave up. It may still happen, and a running VM costs money: check the status.",
  },
  Vanished: {
    sentence:
      "Parts of it were deleted in Azure, but not by me. You can rebuild it, with your home disk if that still exists, or clear up what is left.",
  },
  ConfigurationChanged: {
    sentence:
      "Someone else changed the team configuration in the meantime, so this change was not applied. Push it again, on top of theirs.",
  },
  NoHomeDisk: { sentence: "There is no longer a home disk to copy." },
  StartedSince: {
    sentence: "Your VM was stopped when I asked you, but it is running now. Ask for the new size again.",
  },
  StoppedSince: {
    sentence:
      "Your VM was stopped in Azure while it was being built, so I can't tell whether OpenClaw answers.",
  },
  TemplateChanged: {
    sentence: "I was updated while this was being built. Try again.",
  },
  InstanceExists: {
    sentence:
      "Azure has a VM of this name that another build made. I left it alone. Ask an admin to look at it before you clear up.",
  },
  ScopeLocked: {
    sentence:
      "A lock in Azure prevents this from being changed or deleted. Ask an admin to remove the lock, then try again.",
  },
  InUseElsewhere: {
    sentence:
      "Something else in Azure is using a part of it, so nothing more was changed. An admin can see what. Once it is detached there, try again.",
  },
  ResourceGroupBeingDeleted: {
    sentence: "The team's resource group is being deleted. Ask an admin.",
  },
};

const unknown = "Azure could not do this. Try again; if it fails again, tell an admin.";

/** The sentence for a member. Never Azure's own words: they may contain other people's names. */
export const sentenceFor = ({ code }: Fault): string =>
  explanations[code]?.sentence ?? passingOf(code)?.sentence ?? unknown;

/** What an admin can do, shown next to Azure's own words. */
export const remedyFor = (fault: Fault): string | undefined => explanations[fault.code]?.remedy;
