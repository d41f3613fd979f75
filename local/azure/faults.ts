import { z } from "zod";

/** What can fail on demand. Azure's own rules decide where each one strikes. */
export const faultKinds = [
  "quota", // limit: cores that the region allows; default: what is in use now
  "sku", // size: unavailable in the region; default: all sizes
  "allocation", // a VM is created or started: AllocationFailed
  "policy", // target: resource type that policy forbids; default: virtual machines
  "authorization", // target: action to refuse whatever the roles say; default: every write
  "throttling", // target: part of the path; seconds: Retry-After; default 5
  "boot", // exitCode of cloud-init: 1 crash, 2 recovered, 124 never ends; or what ready.sh misses: 11 home disk, 12 gateway, 13 archive, 14 key vault, 16 a secret
  "extension", // exitCode: 22 or 100
  "script", // target: the script of cloud-init that fails on the VM, such as doctor or quiesce; default: any but ready
  "prints", // target: part of the script's text, default: any script; output, error, exitCode, seconds: what it prints, how and when it ends
  "handler-update", // the run command handler is updated while the next one runs: its result is lost
  "frame", // target: how a deployment's error reports a failed run command: message (default), reason or words
  "slow", // target: resource type whose creation hangs; default: virtual machines
  "deallocate", // deallocation fails
  "refusal", // code: how a write, an action or a deletion is refused; target: its type, or method and type, default all; seconds: accepted, then fails that much later
  "history", // limit: deployments that a group's history holds; default: those it has. Azure trims none of them
  "snapshot", // a new snapshot fails; seconds: it succeeds, and its copy takes that long
  "propagation", // seconds: how long a new role assignment takes to work
  "graph", // the bot's identity lacks User.Read.All: 403
  "vault", // the data plane answers 403
  "prices", // the price list is unreachable
] as const;

export type FaultKind = (typeof faultKinds)[number];

export const faultInput = z.object({
  kind: z.enum(faultKinds),
  /** How often it strikes; absent: until it is cleared. */
  times: z.number().int().positive().optional(),
  target: z.string().optional(),
  size: z.string().optional(),
  limit: z.number().int().nonnegative().optional(),
  exitCode: z.number().int().optional(),
  code: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
  output: z.string().optional(),
  error: z.string().optional(),
});

export interface FaultSetting {
  readonly kind: FaultKind;
  /** How often it strikes; absent: until it is cleared. */
  readonly times?: number | undefined;
  readonly target?: string | undefined;
  readonly size?: string | undefined;
  readonly limit?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
  readonly seconds?: number | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
}

export interface Fault extends FaultSetting {
  readonly id: string;
}
