import type { Fault } from "../core/errors.ts";
import { passingOf } from "../core/passing.ts";

interface Explanation {
  readonly sentence: string;
  /** What an admin can do about it, where that is one exact thing. */
  readonly remedy?: string;
}

/**
 * What an admin does about a missing right. azd leaves out a deployment that is the same as its last one, unless it is told to forget that
 * one ("Azure Developer CLI reference", `--no-state`, 2026).
 */
export const granting =
  "Deploy infra/main.bicep again, with azd provision --no-state or with az: it grants what is missing. A new grant takes up to ten minutes.";
const full =
  "Azure has no room for this size right now. Try again in a while; your admins can offer another size.";
const cores =
  "Your team is out of Azure cores. Ask an admin to raise the quota, or to tear down an instance that nobody needs; a stopped one counts as well.";

/** Azure's error codes (Microsoft Learn, "Troubleshoot common Azure deployment errors", 2026) and what they mean for a member; those that pass by themselves stand in `passing.ts`. */
export const explanations: Readonly<Record<string, Explanation>> = {
  // Most often a quota, but not always; the size check before a build names cores as what they are.
  OperationNotAllowed: {
    sentence:
      "Azure does not allow this now: most often a limit of your team is reached. An admin sees which one.",
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
    sentence: "A policy of your organisation forbids this. An admin sees which one.",
  },
  AuthorizationFailed: {
    sentence: "The bot lacks a right in Azure that it needs for this. An admin sees which one.",
    remedy: granting,
  },
  Forbidden: {
    sentence: "The bot lacks a right in Azure that it needs for this. An admin sees which one.",
    remedy: granting,
  },
  LinkedAuthorizationFailed: {
    sentence: "The bot lacks a right in Azure that it needs for this. An admin sees which one.",
    remedy: `${granting} If Azure's words still name virtualMachineScaleSets then, deploy with attachToScaleSet=false: VMs stand alone.`,
  },
  VMExtensionProvisioningError: {
    sentence: "The VM is there, but its sign-in with Entra could not be set up. Try again.",
  },
  VMExtensionHandlerNonTransientError: {
    sentence: "The VM is there, but its sign-in with Entra could not be set up. Try again.",
  },
  RunCommandFailed: { sentence: "The VM started, but OpenClaw on it did not. Try again." },
  VMRunCommandFailed: { sentence: "The VM started, but OpenClaw on it did not. Try again." },
  ScriptNotRun: {
    sentence: "Azure could not run the bot's script on the VM. Try again; if it fails again, tell an admin.",
  },
  FirstBootFailed: {
    sentence: "The VM started, but setting it up failed. Try again; if it fails again, tell an admin.",
  },
  FirstBootSlow: {
    sentence: "The VM started, but setting it up took more than 15 minutes. Try again.",
  },
  HomeDiskMissing: {
    sentence:
      "The VM started without your home disk, so OpenClaw was not. Tell an admin; your files are untouched.",
  },
  InstallFailed: {
    sentence:
      "OpenClaw could not be put on the VM: its archive is missing or not the right one. Tell an admin.",
  },
  KeyVaultRefused: {
    sentence:
      "The VM may not read your keys from the key vault. Try again in ten minutes; then tell an admin.",
  },
  SecretNotJson: {
    sentence:
      "A secret in the key vault is no JSON object of keys, so OpenClaw was not started. Tell an admin: “secrets status” shows how to set it.",
  },
  GatewaySilent: {
    sentence:
      "The VM runs, but OpenClaw on it does not answer. Restart it; if that does not help, tell an admin.",
  },
  AgentBusy: {
    sentence:
      "The agent is at work or does not answer, so nothing was changed. Try again when it has finished, or go on without waiting.",
  },
  SnapshotFailed: {
    sentence:
      "The snapshot of the home disk could not be made, so nothing was deleted. Try again; if it fails again, tell an admin.",
  },
  SnapshotMissing: {
    sentence: "That snapshot is gone or not complete, so nothing was restored. Choose another one.",
  },
  BackupGone: {
    sentence:
      "The backup that was to bring your home disk back is gone from Azure, so nothing was built. Ask for your backups; a new request takes the newest of them, or an empty home disk.",
  },
  DeploymentCanceled: {
    sentence: "Somebody cancelled the build in Azure. Try again, or tell an admin.",
  },
  HomeDiskGone: {
    sentence:
      "Your home disk is gone from Azure, so nothing was rebuilt. Once what is left is cleared away, a new request takes the newest of your backups, or an empty home disk.",
  },
  HomeDiskThere: {
    sentence: "There is a home disk already that may hold data, so nothing was restored over it.",
  },
  NothingToGive: { sentence: "There is neither a home disk nor a snapshot of it left." },
  ConfigurationRefused: {
    sentence: "OpenClaw refuses the team's configuration; nothing was changed. An admin sees why.",
  },
  SecretsNotReloaded: {
    sentence: "The VM could not read its keys from the key vault; it keeps those that it had.",
  },
  DeadlinePassed: { sentence: "This took too long and was given up." },
  PowerDeadlinePassed: {
    sentence:
      "This took too long and was given up. It may still happen, and a VM that runs costs money: look at the status.",
  },
  Vanished: {
    sentence:
      "Parts of it are gone from Azure, deleted by somebody else than the bot. It can be built anew with your home disk, if that is still there, or what is left can be cleared away.",
  },
  ConfigurationChanged: {
    sentence:
      "Somebody else has changed the team's configuration since, so this change was not brought to it. Push it again, on top of theirs.",
  },
  NoHomeDisk: { sentence: "There is no home disk any more that could be copied." },
  StartedSince: {
    sentence: "You were asked when your VM was stopped, and it runs now: ask for the size once more.",
  },
  StoppedSince: {
    sentence: "Your VM was stopped in Azure while it was built, so nobody knows whether OpenClaw answers.",
  },
  TemplateChanged: {
    sentence: "The bot was updated while this was being built. Try again.",
  },
  InstanceExists: {
    sentence:
      "Azure holds a VM of this name that another build has made. It was left alone. Ask an admin to look at it before you clear up.",
  },
  ScopeLocked: {
    sentence:
      "A lock in Azure keeps this from being changed or deleted. Ask an admin to remove the lock, then try again.",
  },
  InUseElsewhere: {
    sentence:
      "Something else in Azure uses a part of it, so nothing more was changed. An admin sees what; once it is taken off there, try again.",
  },
  ResourceGroupBeingDeleted: {
    sentence: "The team's resource group is being deleted. Ask an admin.",
  },
};

const unknown = "Azure could not do this. Try again; if it fails again, tell an admin.";

/** What a member is told. Never Azure's own words: they may hold names of others. */
export const sentenceFor = ({ code }: Fault): string =>
  explanations[code]?.sentence ?? passingOf(code)?.sentence ?? unknown;

/** What an admin is told to do, beside Azure's own words. */
export const remedyFor = (fault: Fault): string | undefined => explanations[fault.code]?.remedy;
