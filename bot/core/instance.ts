import * as z from "zod";
import { type CloudPlace, placeShape } from "./cloud.ts";
import { faultShape } from "./errors.ts";
import type { Member } from "./member.ts";
import { networkPolicies } from "./policySettings.ts";
import type { Settings } from "./settings.ts";
import { type Of, texts } from "./shape.ts";

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
const accessShape = z.strictObject({ address: z.string(), until: z.string() });
export type Access = Of<typeof accessShape>;

/** A snapshot as its owner is told of it; dates as ISO 8601. */
const backupShape = z.strictObject({
  snapshot: z.string(),
  createdAt: z.string(),
  sizeGb: z.number(),
  expires: z.string(),
});
export type Backup = Of<typeof backupShape>;

/** An operation that must have ended until then (ISO 8601). */
const busyShape = z.strictObject({ operation: z.string(), until: z.string() });

/** The generation of a button that was made when there was no instance. */
export const noGeneration = "none";

/** What we mean a member's instance to be, and what was last seen of it. Truth is what Azure says. */
export const instanceShape = z.strictObject({
  place: placeShape,
  state: z.enum(instanceStates),
  /** ISO 8601: when that state was seen. */
  seenAt: z.string(),
  /** The operation that has created the present instance, or is creating it; absent when there is none. */
  generation: z.string().optional(),
  /** ISO 8601: when that operation began. */
  bornAt: z.string().optional(),
  /** The operation that runs now. At most one at a time. */
  operation: z.string().optional(),
  /** The look at it that others join. */
  looking: busyShape.optional(),
  /** What makes the network rule say what is on record. */
  adjusting: busyShape.optional(),
  /** The operation with which the bot closes it, where nobody has asked for that. */
  closing: z.string().optional(),
  /** The backup that its owner has asked for last. */
  backingUp: z.string().optional(),
  /** The operation that ended last, for `retry` and `cancel`. */
  last: z.strictObject({ operation: z.string(), name: z.string(), outcome: z.string() }).optional(),
  /** ISO 8601: when the last nightly backup began that is made, or was not needed. */
  nightlyAt: z.string().optional(),
  /** The removal that stopped it, when its owner has left: it is kept for a while. */
  removal: z.string().optional(),
  /** ISO 8601: when that time is over. */
  keptUntil: z.string().optional(),
  /** The day (UTC) on which room was made last for run commands on its VM. */
  tidiedOn: z.string().optional(),
  /** The hash of the team's configuration that was applied last. */
  configured: z.string().optional(),
  /** The names of the keys that OpenClaw has, and when each was seen first (ISO 8601). Never a value. */
  keys: texts.optional(),
  size: z.string().optional(),
  publicIp: z.string().optional(),
  access: z.array(accessShape),
  /** How its network was built, or closed since; absent: that is not known. */
  networkPolicy: z.enum(networkPolicies).optional(),
  homeDisk: z
    .strictObject({ sizeGb: z.number(), sku: z.string(), keptSince: z.string().optional() })
    .optional(),
  /** The snapshot that holds the home disk since it was torn down. */
  backup: backupShape.optional(),
  fault: faultShape.optional(),
});
export type Instance = Of<typeof instanceShape>;

/** A member and what they have. */
export interface Person {
  readonly member: Member;
  readonly instance?: Instance | undefined;
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

/** Whether it may be open to any address, and must not be. How one is that is being built shows at its end. */
export const mustLock = (
  { generation, networkPolicy, operation }: Instance,
  settings: Pick<Settings, "networkPolicy">,
): boolean =>
  generation !== undefined &&
  settings.networkPolicy === "locked" &&
  (networkPolicy === "open" || (networkPolicy === undefined && operation === undefined));

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
