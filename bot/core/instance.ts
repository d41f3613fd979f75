import * as z from "zod";
import { type CloudPlace, placeShape } from "./cloud.ts";
import { faultShape } from "./errors.ts";
import type { Member } from "./member.ts";
import { networkPolicies } from "./policySettings.ts";
import type { Settings } from "./settings.ts";
import { type Of, texts } from "./shape.ts";

/** A running VM isn't `ready` until its gateway answers. */
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

/** One address that may reach SSH, and until when (ISO 8601). */
const accessShape = z.strictObject({ address: z.string(), until: z.string() });
export type Access = Of<typeof accessShape>;

/** A snapshot as shown to its owner; dates as ISO 8601. */
const backupShape = z.strictObject({
  snapshot: z.string(),
  createdAt: z.string(),
  sizeGb: z.number(),
  expires: z.string(),
});
export type Backup = Of<typeof backupShape>;

/** An operation, and when it must have ended at the latest (ISO 8601). */
const busyShape = z.strictObject({ operation: z.string(), until: z.string() });

/** The generation of a button made when there was no instance. */
export const noGeneration = "none";

/** What a member's instance is meant to be, and what was last seen of it. Truth is what Azure says. */
export const instanceShape = z.strictObject({
  place: placeShape,
  state: z.enum(instanceStates),
  /** ISO 8601: when that state was seen. */
  seenAt: z.string(),
  /** ISO 8601: since when it is in that state. Absent if that isn't known. */
  since: z.string().optional(),
  /** The operation that created the current instance, or is creating it. Absent if there is none. */
  generation: z.string().optional(),
  /** ISO 8601: when that operation started. */
  bornAt: z.string().optional(),
  /** The operation in progress. At most one at a time. */
  operation: z.string().optional(),
  /** The look in progress, which other callers join. */
  looking: busyShape.optional(),
  /** The operation that makes the network rule match the record. */
  adjusting: busyShape.optional(),
  /** The operation with which the bot closes it without a request. */
  closing: z.string().optional(),
  /** The last backup that its owner asked for. */
  backingUp: z.string().optional(),
  /** The last operation that ended, for `retry` and `cancel`. */
  last: z.strictObject({ operation: z.string(), name: z.string(), outcome: z.string() }).optional(),
  /** ISO 8601: when the last nightly backup started that was made or wasn't needed. */
  nightlyAt: z.string().optional(),
  /** ISO 8601: when the newest snapshot of its home disk was made that the bot knows of. */
  backedUpAt: z.string().optional(),
  /** The removal that stopped it when its owner left. It is kept for a while after that. */
  removal: z.string().optional(),
  /** ISO 8601: until when. */
  keptUntil: z.string().optional(),
  /** The day (UTC) on which old run commands on its VM were last deleted. */
  tidiedOn: z.string().optional(),
  /** The hash of the team configuration that was last applied. */
  configured: z.string().optional(),
  /** The names of the keys that OpenClaw has, and when each was first seen (ISO 8601). Never a value. */
  keys: texts.optional(),
  size: z.string().optional(),
  publicIp: z.string().optional(),
  access: z.array(accessShape),
  /** How its network was built, or closed since. Absent if unknown. */
  networkPolicy: z.enum(networkPolicies).optional(),
  homeDisk: z
    .strictObject({ sizeGb: z.number(), sku: z.string(), keptSince: z.string().optional() })
    .optional(),
  /** The snapshot that has held the home disk since the teardown. */
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

/** Whether it is kept for a former member because of this removal. */
export const isKept = (instance: Instance, removal: string): boolean =>
  instance.removal === removal && isSomething(instance);

/** Whether any address may reach its SSH: it was built that way, and the policy still allows it. */
export const isOpenToAll = (instance: Instance, settings: Pick<Settings, "networkPolicy">): boolean =>
  settings.networkPolicy === "open" && instance.networkPolicy !== "locked";

/** Whether it may be open to any address but must not be. An instance being built is judged once it is finished. */
export const mustLock = (
  { generation, networkPolicy, operation }: Instance,
  settings: Pick<Settings, "networkPolicy">,
): boolean =>
  generation !== undefined &&
  settings.networkPolicy === "locked" &&
  (networkPolicy === "open" || (networkPolicy === undefined && operation === undefined));

/** How long a look may take, in seconds. */
export const lookSeconds = 5 * 60;

export const lookBy = (operation: string, now: Date): NonNullable<Instance["looking"]> => ({
  operation,
  until: new Date(now.getTime() + lookSeconds * 1000).toISOString(),
});

/** Whether a look is in progress now; with `operation`, another one than that. */
export const isLookedAt = ({ looking }: Instance, now: Date, operation?: string): boolean =>
  looking !== undefined && looking.operation !== operation && Date.parse(looking.until) > now.getTime();

export const isRunning = (instance: Instance): boolean =>
  instance.state === "ready" || instance.state === "degraded" || instance.state === "booting";
