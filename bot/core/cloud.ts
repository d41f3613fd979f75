import * as z from "zod";
import type { Fault } from "./errors.ts";
import type { LoginRole } from "./member.ts";
import { type NetworkPolicy, networkPolicies } from "./policySettings.ts";
import type { Of } from "./shape.ts";

/** What Azure says now about one member's instance. What is absent does not exist in Azure, or was not asked for. */
export interface Truth {
  readonly vm?: VmTruth | undefined;
  readonly nic?: { readonly id: string } | undefined;
  readonly publicIp?: { readonly id: string; readonly address: string } | undefined;
  /** The addresses (IPv4 or CIDR) that may reach SSH; `*`: the template's rule lets every one in. */
  readonly networkSecurityGroup?:
    | {
        readonly sshFrom: readonly string[];
        /** Azure works on one of the rules; it takes one change at a time. */
        readonly changing?: boolean | undefined;
      }
    | undefined;
  readonly osDisk?: { readonly id: string } | undefined;
  readonly homeDisk?: HomeDiskTruth | undefined;
  /** The one that was asked for by name. */
  readonly snapshot?: SnapshotTruth | undefined;
  /** All of this member's, newest first. */
  readonly snapshots?: readonly SnapshotTruth[] | undefined;
  /** Role assignments that let somebody log in on VM, NIC or public IP, whoever that is. */
  readonly logins?: readonly Login[] | undefined;
  /** What somebody who was asked for may do in the group, given to them directly. */
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

/** A role assignment by its resource id, which lets somebody log in. */
export interface Login {
  readonly id: string;
  readonly role: LoginRole;
  /** The resource that it is made on, in lower case. */
  readonly scope: string;
  /** ISO 8601: when it was made. */
  readonly at: string | undefined;
}

/** A role assignment by its resource id; `login`: it lets them log in. */
export interface RoleHeld {
  readonly id: string;
  readonly login: boolean;
}

/** One person's, on their own instance and elsewhere. */
export interface Roles {
  readonly logins: readonly Login[];
  readonly elsewhere: readonly RoleHeld[];
}

/** What the operations of a deployment tell of it. */
export interface Building {
  /** The VM is made. */
  readonly vm: boolean;
  /** Some part of it could not be made. */
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
  /** Why the change that came last failed: it was accepted, and refused later. */
  readonly fault?: Fault | undefined;
  /** The operation that created it, from its tag. */
  readonly generation: string | undefined;
  readonly size: string;
  /** How the extension on it stands that signs people in with Entra; undefined: there is none. */
  readonly signIn: "ready" | "installing" | "failed" | undefined;
}

export interface HomeDiskTruth {
  readonly id: string;
  readonly sizeGb: number;
  readonly sku: string;
  /** Azure has seen it attached to a VM at least once, so it may hold a person's data. */
  readonly everMounted: boolean;
  readonly attached: boolean;
  /** Resource id of the VM that has it, which may be gone already. */
  readonly heldBy?: string | undefined;
  /** ISO 8601: when it was last attached or detached, or its VM started or deallocated. */
  readonly ownedSince?: string | undefined;
  /** Tells it from another disk of the same name. */
  readonly uniqueId?: string | undefined;
  /** The snapshot that it was made from. */
  readonly source?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** `nightly`: by policy; `manual`: asked for; `teardown`: before the disk went; `transfer`: given by an admin. */
export const snapshotKinds = ["nightly", "manual", "teardown", "transfer"] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** A snapshot in the backup group. */
export interface SnapshotTruth {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, by Azure's clock. */
  readonly createdAt: string;
  /** Resource id of the disk, which may be gone; and what tells that disk from another of the same name. */
  readonly sourceDisk: string;
  readonly sourceUniqueId?: string | undefined;
  /** It has succeeded, and all of it is copied. */
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
  /** Which of its resources failed first, where that is one of these: the readiness check, or the extension for sign-in with Entra. */
  readonly failed?: "gate" | "signIn" | undefined;
  /** What the readiness check has ended with, where Azure's text tells. */
  readonly exitCode?: number | undefined;
}

/** A deployment of ours that has ended, by its name. */
export interface PastDeployment {
  readonly name: string;
  /** ISO 8601. */
  readonly endedAt: string;
}

/** A managed run command on the VM. */
export interface RunTruth {
  readonly name: string;
  /** `unknown`: it has ended, and nobody knows how, since Azure updated its handler on the VM meanwhile. */
  readonly state: "pending" | "running" | "succeeded" | "failed" | "unknown";
  /** Once it has ended. -1: it was killed, most often because its time was up. */
  readonly exitCode?: number | undefined;
  /** Why Azure's handler could not begin it, in its own words. */
  readonly refusal?: string | undefined;
  /** ISO 8601: when it was put there, from its tag. */
  readonly at?: string | undefined;
  /** ISO 8601: whatever its state says, it runs no longer than until then. */
  readonly until?: string | undefined;
  /** The last 4,096 bytes of what it printed, without its errors; as long as it runs, as of every 15 seconds. */
  readonly output: string;
}

/** What some of a look is about. */
export interface LookFor {
  readonly deployment?: string | undefined;
  /** A run command's name. */
  readonly run?: string | undefined;
  /** A snapshot's name. */
  readonly snapshot?: string | undefined;
  /** Somebody's object id: whose `roles`. */
  readonly rolesOf?: string | undefined;
}

/** What is to be read; each part costs Azure a call, `logins` three. */
export interface Look extends LookFor {
  readonly parts: readonly (keyof Truth)[];
}

/** What was fixed when a build began, so that a repeat builds the same. */
export const pinsShape = z.strictObject({
  size: z.string(),
  imageVersion: z.string(),
  sshPublicKey: z.string(),
  homeDisk: z.enum(["create", "existing", "restore"]),
  /** The snapshot that the home disk is made from. */
  homeDiskSnapshotId: z.string().optional(),
  /** Absent where an earlier version of the bot has pinned: then nothing is open. */
  networkPolicy: z.enum(networkPolicies).optional(),
  /** SHA-256 of the template with its first-boot data. */
  template: z.string(),
  /** The first name of the run command that waits until OpenClaw answers. Absent where an earlier version of the bot has pinned. */
  gate: z.string().optional(),
});
export type Pins = Of<typeof pinsShape>;

export type DeletablePart = "vm" | "nic" | "publicIp" | "networkSecurityGroup" | "osDisk" | "homeDisk";

/** The scripts of the folder `cloud-init` that the bot runs on a VM beside those of a boot and of access. */
export const scriptNames = ["doctor", "quiesce", "apply-config", "refresh-secrets", "logs"] as const;
export type ScriptName = (typeof scriptNames)[number];

/** One change in Azure. Each may be sent twice. None is waited for: the next look tells. */
export type Action =
  | { readonly do: "createSecret" }
  /** Writes an empty value over the member's secret; its earlier values stay in the vault as versions. */
  | { readonly do: "emptySecret" }
  | { readonly do: "deployIdentity"; readonly deployment: string; readonly ownerName: string }
  | { readonly do: "grantSecret"; readonly principalId: string }
  /** Picks the image version, checks size and quota, makes a throw-away key: answers with `Pins`. A home disk that is there goes before a snapshot. */
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
      /** The name of its run command that waits until OpenClaw answers: another one for each attempt. */
      readonly gate: string;
      readonly pins: Pins;
      readonly identity: { readonly id: string; readonly clientId: string };
      readonly owner: { readonly objectId: string; readonly name: string; readonly loginRole: LoginRole };
    }
  | { readonly do: "cancelDeployment"; readonly deployment: string }
  | { readonly do: "start" }
  | { readonly do: "deallocate" }
  | { readonly do: "restart" }
  /** Refuses a size that Azure would refuse, once the VM has given back the cores of its present one. */
  | { readonly do: "checkSize"; readonly size: string; readonly replacing: string | undefined }
  /** Refuses what `pin` would refuse: that size, or where there is no image. */
  | { readonly do: "checkBuild"; readonly size: string; readonly replacing: string }
  /** Changes the size of a VM that is off. */
  | { readonly do: "resize"; readonly size: string }
  /** Takes the extension for sign-in with Entra off the VM, so that a deployment installs it anew. */
  | { readonly do: "deleteEntraLogin" }
  /** Has the readiness check run on the VM, as a run command of this name, which fails after so many seconds. `at`: ISO 8601, now. */
  | { readonly do: "checkGateway"; readonly run: string; readonly seconds: number; readonly at: string }
  /** Ends SSH sessions from other addresses than these, as a run command of this name. `at`: ISO 8601, now. */
  | {
      readonly do: "endSessions";
      readonly run: string;
      readonly except: readonly string[];
      readonly at: string;
    }
  /** Runs one of our scripts as root on the VM, as a run command of this name. `input`: its variables. `at`: ISO 8601, now. */
  | {
      readonly do: "runScript";
      readonly run: string;
      readonly script: ScriptName;
      readonly input: Readonly<Record<string, string>>;
      readonly seconds: number;
      readonly at: string;
    }
  /** Only of one that has ended: Azure would not stop its script, which would spoil a later one of this name. */
  | { readonly do: "deleteRun"; readonly run: string }
  /** Lets exactly these reach SSH; these were `found`. `*` keeps the template's rule for everybody; without it that goes, as a step of its own. */
  | { readonly do: "allowSsh"; readonly from: readonly string[]; readonly found: readonly string[] }
  /** Lets the owner log in again, as the template did. */
  | {
      readonly do: "grantLogins";
      readonly owner: { readonly objectId: string; readonly loginRole: LoginRole };
    }
  /** Takes role assignments away, by their resource ids. */
  | { readonly do: "revoke"; readonly roles: readonly string[] }
  /** Sets up the sign-in with Entra on the VM once more. `tag`: another one for each attempt. */
  | { readonly do: "repairSignIn"; readonly tag: string }
  | { readonly do: "delete"; readonly part: DeletablePart }
  | { readonly do: "tagHomeDisk"; readonly tags: Readonly<Record<string, string>> }
  /** An incremental copy of the home disk into the backup group. `expires`: ISO 8601. */
  | {
      readonly do: "snapshot";
      readonly name: string;
      readonly kind: SnapshotKind;
      readonly owner: SnapshotOwner;
      readonly expires: string;
      /** The VM was off, so that no file was being written. */
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
  /** `ending`: from then on nothing more is asked of Azure for this action. @throws AzureFault */
  act(key: string, place: CloudPlace, action: Action, ending: AbortSignal): Promise<Pins | undefined>;
  /** The names of all run commands on the member's VM, somebody else's too. @throws AzureFault */
  runs(key: string, place: CloudPlace): Promise<readonly string[]>;
  /** When each secret of the vault was changed last (ISO 8601), by its name. Never a value. @throws AzureFault */
  secrets(): Promise<Readonly<Record<string, string>>>;
  /** Everything in the group that carries our tags, and whose it is. @throws AzureFault */
  resources(place: CloudPlace): Promise<readonly OwnResource[]>;
  /** Every snapshot of ours in the backup group, or one member's; newest first. @throws AzureFault */
  snapshots(place: CloudPlace, key?: string): Promise<readonly SnapshotTruth[]>;
  /** Which of the rights that it needs the bot does not have. @throws AzureFault */
  missingRights(place: CloudPlace): Promise<readonly MissingRight[]>;
  /** What is on record in the group of the deployments that the bot made and that have ended, oldest first. @throws AzureFault */
  pastDeployments(place: CloudPlace): Promise<readonly PastDeployment[]>;
  /** Takes one off the record; what it made stays. @throws AzureFault */
  forgetDeployment(place: CloudPlace, name: string): Promise<void>;
  /** Which of these sizes no instance can have there. Whether cores are left is not asked. @throws AzureFault */
  unfitSizes(place: CloudPlace, sizes: readonly string[]): Promise<readonly UnfitSize[]>;
}

export interface UnfitSize {
  readonly size: string;
  /** What it lacks, or has and must not. */
  readonly flaw: "notOffered" | "processor" | "trustedLaunch" | "temporaryDisk";
}

/** An action that the bot may not take. */
export interface MissingRight {
  /** The group's or the vault's name. */
  readonly where: string;
  readonly action: string;
}

/** Something of ours that exists in Azure. */
export interface OwnResource {
  readonly id: string;
  /** As `Microsoft.Compute/disks`. */
  readonly type: string;
  readonly name: string;
  /** The member's, from its tag. */
  readonly key: string | undefined;
}

export interface DirectoryPerson {
  readonly objectId: string;
  readonly name: string;
  readonly email: string | undefined;
  /** With which they sign in, where that is not their e-mail address. */
  readonly principalName?: string | undefined;
}

export interface Directory {
  /**
   * Looks a person up by user principal name, e-mail address or object id.
   * `forbidden`: the bot may not read the directory; `disabled`: the account is switched off; a list: all who have that address.
   * @throws AzureFault
   */
  find(
    person: string,
  ): Promise<DirectoryPerson | readonly DirectoryPerson[] | "absent" | "disabled" | "forbidden">;
}
