import * as z from "zod";
import type { Fault } from "./errors.ts";
import type { LoginRole } from "./member.ts";
import { type NetworkPolicy, networkPolicies } from "./policySettings.ts";
import type { Of } from "./shape.ts";

/** What Azure says now about one member's instance. What is absent doesn't exist in Azure, or wasn't looked up. */
export interface Truth {
  readonly vm?: VmTruth | undefined;
  readonly nic?: { readonly id: string } | undefined;
  readonly publicIp?: { readonly id: string; readonly address: string } | undefined;
  /** The addresses (IPv4 or CIDR) that may reach SSH. `*`: the template's rule lets everyone in. */
  readonly networkSecurityGroup?:
    | {
        readonly sshFrom: readonly string[];
        /** Azure is changing one of the rules; it accepts one change at a time. */
        readonly changing?: boolean | undefined;
      }
    | undefined;
  readonly osDisk?: { readonly id: string } | undefined;
  readonly homeDisk?: HomeDiskTruth | undefined;
  /** The snapshot that was looked up by name. */
  readonly snapshot?: SnapshotTruth | undefined;
  /** All of this member's, newest first. */
  readonly snapshots?: readonly SnapshotTruth[] | undefined;
  /** Role assignments that let anyone log in on the VM, NIC or public IP. */
  readonly logins?: readonly Login[] | undefined;
  /** What the person looked up may do in the group, through roles given to them directly. */
  readonly roles?: Roles | undefined;
  readonly identity?:
    | { readonly id: string; readonly principalId: string; readonly clientId: string }
    | undefined;
  readonly secret?: { readonly granted: boolean } | undefined;
  readonly deployment?: DeploymentTruth | undefined;
  /** How far that deployment is. */
  readonly building?: Building | undefined;
  readonly run?: RunTruth | undefined;
}

/** A role assignment that lets someone log in, by its resource id. */
export interface Login {
  readonly id: string;
  readonly role: LoginRole;
  /** The resource it is scoped to, in lower case. */
  readonly scope: string;
  /** ISO 8601: when it was created. */
  readonly at: string | undefined;
}

/** A role assignment by its resource id. `login`: it lets them log in. */
export interface RoleHeld {
  readonly id: string;
  readonly login: boolean;
}

/** One person's roles, on their own instance and elsewhere. */
export interface Roles {
  readonly logins: readonly Login[];
  readonly elsewhere: readonly RoleHeld[];
}

/** What the operations of a deployment say about it. */
export interface Building {
  /** The VM is created. */
  readonly vm: boolean;
  /** Some part of it couldn't be created. */
  readonly failed: boolean;
}

export type Power =
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "deallocating"
  | "deallocated"
  | "unknown";

export interface VmTruth {
  readonly id: string;
  readonly power: Power;
  readonly provisioning: "creating" | "updating" | "succeeded" | "failed" | "deleting";
  /** Why the latest change failed after Azure had accepted it. */
  readonly fault?: Fault | undefined;
  /** The operation that created it, from its tag. */
  readonly generation: string | undefined;
  readonly size: string;
  /** The state of the extension that signs people in with Entra. Undefined if there is none. */
  readonly signIn: "ready" | "installing" | "failed" | undefined;
}

export interface HomeDiskTruth {
  readonly id: string;
  readonly sizeGb: number;
  readonly sku: string;
  /** Azure has seen it attached to a VM at least once, so it may hold a person's data. */
  readonly everMounted: boolean;
  readonly attached: boolean;
  /** Resource id of the VM that has it. The VM may already be deleted. */
  readonly heldBy?: string | undefined;
  /** ISO 8601: when it was last attached or detached, or its VM started or deallocated. */
  readonly ownedSince?: string | undefined;
  /** Distinguishes it from another disk of the same name. */
  readonly uniqueId?: string | undefined;
  /** The snapshot it was created from. */
  readonly source?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** `nightly`: by policy; `manual`: on request; `teardown`: before the disk was deleted; `transfer`: given by an admin. */
export const snapshotKinds = ["nightly", "manual", "teardown", "transfer"] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** A snapshot in the backup group. */
export interface SnapshotTruth {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, by Azure's clock. */
  readonly createdAt: string;
  /** Resource id of the disk, which may be deleted, and what distinguishes that disk from another of the same name. */
  readonly sourceDisk: string;
  readonly sourceUniqueId?: string | undefined;
  /** It has succeeded and is fully copied. */
  readonly complete: boolean;
  readonly failed: boolean;
  readonly sizeGb: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Whose a snapshot is, from its tags. */
export interface SnapshotOwner {
  readonly key: string;
  readonly objectId: string;
}

export interface DeploymentTruth {
  readonly name: string;
  readonly state: "running" | "succeeded" | "failed" | "canceled";
  /** The innermost cause when it failed. */
  readonly fault?: Fault | undefined;
  /** Which of its resources failed first, if it is one of these: the readiness check, or the extension for sign-in with Entra. */
  readonly failed?: "gate" | "signIn" | undefined;
  /** The exit code of the readiness check, if Azure's text contains it. */
  readonly exitCode?: number | undefined;
}

/** One of the bot's deployments that has ended, by its name. */
export interface PastDeployment {
  readonly name: string;
  /** ISO 8601. */
  readonly endedAt: string;
}

/** A managed run command on the VM. */
export interface RunTruth {
  readonly name: string;
  /** `unknown`: it has ended, but its result is lost because Azure updated its handler on the VM in the meantime. */
  readonly state: "pending" | "running" | "succeeded" | "failed" | "unknown";
  /** Once it has ended. -1: it was killed, most often because its time was up. */
  readonly exitCode?: number | undefined;
  /** Why Azure's handler couldn't start it, in its own words. */
  readonly refusal?: string | undefined;
  /** ISO 8601: when it was created, from its tag. */
  readonly at?: string | undefined;
  /** ISO 8601: it stops running by then, whatever its state says. */
  readonly until?: string | undefined;
  /** The last 4,096 bytes of its standard output. While it runs, updated every 15 seconds. */
  readonly output: string;
}

/** The names that parts of a look need. */
export interface LookFor {
  readonly deployment?: string | undefined;
  /** A run command's name. */
  readonly run?: string | undefined;
  /** A snapshot's name. */
  readonly snapshot?: string | undefined;
  /** The object id of the person whose `roles` to read. */
  readonly rolesOf?: string | undefined;
}

/** What to read. Each part costs one call to Azure, `logins` three. */
export interface Look extends LookFor {
  readonly parts: readonly (keyof Truth)[];
}

/** What was fixed when a build started, so that a repeat builds the same. */
export const pinsShape = z.strictObject({
  size: z.string(),
  imageVersion: z.string(),
  sshPublicKey: z.string(),
  homeDisk: z.enum(["create", "existing", "restore"]),
  /** The snapshot from which the home disk is created. */
  homeDiskSnapshotId: z.string().optional(),
  /** Absent if an earlier version of the bot wrote the pins: then nothing is open. */
  networkPolicy: z.enum(networkPolicies).optional(),
  /** SHA-256 of the template with its first-boot data. */
  template: z.string(),
  /** The first name of the run command that waits until OpenClaw answers. Absent if an earlier version of the bot wrote the pins. */
  gate: z.string().optional(),
});
export type Pins = Of<typeof pinsShape>;

export type DeletablePart = "vm" | "nic" | "publicIp" | "networkSecurityGroup" | "osDisk" | "homeDisk";

/** The scripts in `cloud-init` that the bot runs on a VM, besides those for boot and access. */
export const scriptNames = ["doctor", "quiesce", "apply-config", "refresh-secrets", "logs"] as const;
export type ScriptName = (typeof scriptNames)[number];

/** One change in Azure. Each may be sent twice. The bot waits for none of them: the next look shows the result. */
export type Action =
  | { readonly do: "createSecret" }
  /** Writes an empty value over the member's secret; its earlier values stay in the vault as versions. */
  | { readonly do: "emptySecret" }
  | { readonly do: "deployIdentity"; readonly deployment: string; readonly ownerName: string }
  | { readonly do: "grantSecret"; readonly principalId: string }
  /** Picks the image version, checks size and quota, creates a throw-away key, and returns `Pins`. An existing home disk goes before a snapshot. */
  | {
      readonly do: "pin";
      readonly size: string;
      readonly snapshotId?: string | undefined;
      readonly networkPolicy: NetworkPolicy;
      readonly gate: string;
    }
  | {
      readonly do: "deployInstance";
      readonly deployment: string;
      readonly generation: string;
      /** The name of its run command that waits until OpenClaw answers. Each attempt has another one. */
      readonly gate: string;
      readonly pins: Pins;
      readonly identity: { readonly id: string; readonly clientId: string };
      readonly owner: { readonly objectId: string; readonly name: string; readonly loginRole: LoginRole };
    }
  | { readonly do: "cancelDeployment"; readonly deployment: string }
  | { readonly do: "start" }
  | { readonly do: "deallocate" }
  | { readonly do: "restart" }
  /** Refuses a size that Azure would refuse, even after the VM has returned the cores of its current size. */
  | { readonly do: "checkSize"; readonly size: string; readonly replacing: string | undefined }
  /** Refuses what `pin` would refuse: that size, or a missing image. */
  | { readonly do: "checkBuild"; readonly size: string; readonly replacing: string }
  /** Changes the size of a stopped VM. */
  | { readonly do: "resize"; readonly size: string }
  /** Removes the extension for sign-in with Entra from the VM, so that a deployment installs it again. */
  | { readonly do: "deleteEntraLogin" }
  /** Runs the readiness check on the VM, as a run command of this name, which fails after this many seconds. `at`: ISO 8601, now. */
  | { readonly do: "checkGateway"; readonly run: string; readonly seconds: number; readonly at: string }
  /** Ends SSH sessions from any other address, as a run command of this name. `at`: ISO 8601, now. */
  | {
      readonly do: "endSessions";
      readonly run: string;
      readonly except: readonly string[];
      readonly at: string;
    }
  /** Runs one of the bot's scripts as root on the VM, as a run command of this name. `input`: its variables. `at`: ISO 8601, now. */
  | {
      readonly do: "runScript";
      readonly run: string;
      readonly script: ScriptName;
      readonly input: Readonly<Record<string, string>>;
      readonly seconds: number;
      readonly at: string;
    }
  /** Only for one that has ended: otherwise, Azure wouldn't stop its script, which would spoil a later run command of this name. */
  | { readonly do: "deleteRun"; readonly run: string }
  /** Lets exactly these addresses reach SSH; `found` are the current ones. `*` keeps the template's rule for everyone; otherwise that rule is deleted, as a step of its own. */
  | { readonly do: "allowSsh"; readonly from: readonly string[]; readonly found: readonly string[] }
  /** Gives the owner the login roles again, as the template did. */
  | {
      readonly do: "grantLogins";
      readonly owner: { readonly objectId: string; readonly loginRole: LoginRole };
    }
  /** Deletes role assignments by their resource ids. */
  | { readonly do: "revoke"; readonly roles: readonly string[] }
  /** Sets up the sign-in with Entra on the VM again. `tag`: another one for each attempt. */
  | { readonly do: "repairSignIn"; readonly tag: string }
  | { readonly do: "delete"; readonly part: DeletablePart }
  | { readonly do: "tagHomeDisk"; readonly tags: Readonly<Record<string, string>> }
  /** Copies the home disk incrementally into the backup group. `expires`: ISO 8601. */
  | {
      readonly do: "snapshot";
      readonly name: string;
      readonly kind: SnapshotKind;
      readonly owner: SnapshotOwner;
      readonly expires: string;
      /** The VM was stopped, so no file was being written. */
      readonly madeAfterQuiesce: boolean;
    }
  /** Gives a snapshot to another member. */
  | {
      readonly do: "giveSnapshot";
      readonly name: string;
      readonly owner: SnapshotOwner;
      readonly expires: string;
    }
  | { readonly do: "deleteSnapshot"; readonly name: string };

/** Where a member's instance lives; on every record, so that a second subscription can be added. */
export const placeShape = z.strictObject({ subscription: z.string(), resourceGroup: z.string() });
export type CloudPlace = Of<typeof placeShape>;

export interface Cloud {
  /** @throws AzureFault */
  look(key: string, place: CloudPlace, look: Look): Promise<Truth>;
  /** `ending`: once it is aborted, no more calls to Azure are made for this action. @throws AzureFault */
  act(key: string, place: CloudPlace, action: Action, ending: AbortSignal): Promise<Pins | undefined>;
  /** The names of all run commands on the member's VM, including those of others. @throws AzureFault */
  runs(key: string, place: CloudPlace): Promise<readonly string[]>;
  /** When each secret of the vault last changed (ISO 8601), by its name. Never a value. @throws AzureFault */
  secrets(): Promise<Readonly<Record<string, string>>>;
  /** Everything in the group that carries the bot's tags, and its owner. @throws AzureFault */
  resources(place: CloudPlace): Promise<readonly OwnResource[]>;
  /** All of the bot's snapshots in the backup group, or one member's, newest first. @throws AzureFault */
  snapshots(place: CloudPlace, key?: string): Promise<readonly SnapshotTruth[]>;
  /** The rights that the bot needs but doesn't have. @throws AzureFault */
  missingRights(place: CloudPlace): Promise<readonly MissingRight[]>;
  /** The bot's ended deployments in the group's history, oldest first. @throws AzureFault */
  pastDeployments(place: CloudPlace): Promise<readonly PastDeployment[]>;
  /** Deletes one from the history; what it created stays. @throws AzureFault */
  forgetDeployment(place: CloudPlace, name: string): Promise<void>;
  /** Which of these sizes no instance can have there. Doesn't check whether enough cores are left. @throws AzureFault */
  unfitSizes(place: CloudPlace, sizes: readonly string[]): Promise<readonly UnfitSize[]>;
  /** What those of these sizes are that are offered there. @throws AzureFault */
  machines(place: CloudPlace, sizes: readonly string[]): Promise<readonly Machine[]>;
}

/** What a size is. */
export interface Machine {
  readonly size: string;
  readonly cores: number;
  readonly memoryGb: number;
}

export interface UnfitSize {
  readonly size: string;
  /** What it lacks, or has but must not have. */
  readonly flaw: "notOffered" | "processor" | "trustedLaunch" | "temporaryDisk";
}

/** An action that the bot may not take. */
export interface MissingRight {
  /** The group's or the vault's name. */
  readonly where: string;
  readonly action: string;
}

/** One of the bot's resources in Azure. */
export interface OwnResource {
  readonly id: string;
  /** Such as `Microsoft.Compute/disks`. */
  readonly type: string;
  readonly name: string;
  /** The member's key, from its tag. */
  readonly key: string | undefined;
}

export interface DirectoryPerson {
  readonly objectId: string;
  readonly name: string;
  readonly email: string | undefined;
  /** The name with which they sign in, if it isn't their e-mail address. */
  readonly principalName?: string | undefined;
}

export interface Directory {
  /**
   * Looks a person up by user principal name, e-mail address or object id.
   * `forbidden`: the bot may not read the directory; `disabled`: the account is disabled; a list: everyone with that address.
   * @throws AzureFault
   */
  find(
    person: string,
  ): Promise<DirectoryPerson | readonly DirectoryPerson[] | "absent" | "disabled" | "forbidden">;
}
