import type { CloudPlace } from "./cloud.ts";
import type { Fault } from "./fault.ts";
import type { NetworkPolicy } from "./policySettings.ts";
import type { Settings } from "./settings.ts";

/** A VM that runs is not `ready`: the gateway on it has to answer. */
export const instanceStates = [
  "absent",
  "deploying",
  "booting",
  "ready",
  "degraded",
  "stopping",
  "stopped",
  "starting",
  "deleting",
  "broken",
] as const;
export type InstanceState = (typeof instanceStates)[number];

/** One address that may reach SSH, until then (ISO 8601). */
export interface Access {
  readonly address: string;
  readonly until: string;
}

/** The generation of a button that was made when there was no instance. */
export const noGeneration = "none";

/** What we mean a member's instance to be, and what was last seen of it. Truth is what Azure says. */
export interface Instance {
  readonly place: CloudPlace;
  readonly state: InstanceState;
  /** ISO 8601: when that state was seen. */
  readonly seenAt: string;
  /** The operation that created the present instance; absent when there is none. */
  readonly generation?: string | undefined;
  /** The operation that runs now. At most one at a time. */
  readonly operation?: string | undefined;
  /** The look at it that others join, and until when it must have ended (ISO 8601). */
  readonly looking?: { readonly operation: string; readonly until: string } | undefined;
  /** What makes the network rule say what is on record, and until when it must have ended (ISO 8601). */
  readonly adjusting?: { readonly operation: string; readonly until: string } | undefined;
  /** The backup that its owner has asked for last. */
  readonly backingUp?: string | undefined;
  /** The operation that ended last, for `retry` and `cancel`. */
  readonly last?: { readonly operation: string; readonly name: string; readonly outcome: string } | undefined;
  /** The removal that stopped it, when its owner has left: it is kept for a while. */
  readonly removal?: string | undefined;
  /** The hash of the team's configuration that was applied last. */
  readonly configured?: string | undefined;
  /** The names of the keys that OpenClaw has, and when each was seen first (ISO 8601). Never a value. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
  readonly size?: string | undefined;
  readonly publicIp?: string | undefined;
  readonly access: readonly Access[];
  /** How its network was built, or closed since; absent: that is not known. */
  readonly networkPolicy?: NetworkPolicy | undefined;
  readonly homeDisk?:
    | { readonly sizeGb: number; readonly sku: string; readonly keptSince?: string | undefined }
    | undefined;
  /** The snapshot that holds the home disk since it was torn down. */
  readonly backup?: Backup | undefined;
  readonly fault?: Fault | undefined;
}

/** A snapshot as its owner is told of it; dates as ISO 8601. */
export interface Backup {
  readonly snapshot: string;
  readonly createdAt: string;
  readonly sizeGb: number;
  readonly expires: string;
}

export const newInstance = (place: CloudPlace, now: Date): Instance => ({
  place,
  state: "absent",
  seenAt: now.toISOString(),
  access: [],
});

/** Whether there is anything to tear down: an instance, or a home disk without one. */
export const isSomething = ({ generation, homeDisk }: Instance): boolean =>
  generation !== undefined || homeDisk !== undefined;

/** Whether it is kept for a leaver, since this removal. */
export const isKept = (instance: Instance, removal: string): boolean =>
  instance.removal === removal && isSomething(instance);

/** Whether any address may reach its SSH: it was built so, and the policy still says so. */
export const isOpenToAll = (instance: Instance, settings: Settings): boolean =>
  settings.networkPolicy === "open" && instance.networkPolicy !== "locked";

/** Whether it may be open to any address, and must not be. */
export const mustLock = (instance: Instance, settings: Settings): boolean =>
  instance.generation !== undefined &&
  settings.networkPolicy === "locked" &&
  instance.networkPolicy !== "locked";

/** For so long a look may take, in seconds. */
export const lookSeconds = 5 * 60;

export const lookBy = (operation: string, now: Date): NonNullable<Instance["looking"]> => ({
  operation,
  until: new Date(now.getTime() + lookSeconds * 1000).toISOString(),
});

/** Whether somebody looks at it just now; `operation`: somebody else than that one. */
export const isLookedAt = ({ looking }: Instance, now: Date, operation?: string): boolean =>
  looking !== undefined && looking.operation !== operation && Date.parse(looking.until) > now.getTime();

export const isRunning = (instance: Instance): boolean =>
  instance.state === "ready" || instance.state === "degraded" || instance.state === "booting";
