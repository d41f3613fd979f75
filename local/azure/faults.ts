import { z } from "zod";

/** What can go wrong on demand. Where it strikes is decided by Azure's own rule for it. */
export const faultKinds = [
  "quota", // limit: cores that the region allows; default: what is used now
  "sku", // size: not offered in the region; default: all sizes
  "allocation", // a VM is created or started: AllocationFailed
  "policy", // target: resource type that policy forbids; default: virtual machines
  "authorization", // target: action that is refused whatever the roles say; default: every write
  "throttling", // target: part of the path; seconds: Retry-After; default 5
  "boot", // exitCode of cloud-init: 1 crash, 2 recovered, 124 never ends; or what ready.sh misses: 11 home disk, 12 gateway, 13 archive, 14 key vault, 16 a secret
  "extension", // exitCode: 22 or 100
  "script", // target: the script of cloud-init that fails on the VM, such as doctor or quiesce; default: any but ready
  "prints", // target: a part of the script's text, default: any script; output, error, exitCode, seconds: what it prints, how and when it ends
  "handler-update", // the handler of run commands is updated while the next one runs: how that ended nobody knows
  "frame", // target: how a failed run command is told in a deployment's error: message (default), reason or words
  "slow", // target: resource type whose creation hangs; default: virtual machines
  "deallocate", // deallocation fails
  "refusal", // code: with which a write, an action or a deletion is refused; target: its type, or method and type, default all; seconds: accepted, and given up so much later
  "history", // limit: deployments that a group's history holds; default: those it has. Azure trims none of them
  "snapshot", // a new snapshot fails; seconds: succeeds, and its copy takes so long
  "propagation", // seconds: that a new role assignment takes to work
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
