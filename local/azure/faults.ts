/** What can go wrong on demand. Where it strikes is decided by Azure's own rule for it. */
export type FaultKind =
  | "quota" // limit: cores that the region allows; default: what is used now
  | "sku" // size: not offered in the region; default: all sizes
  | "allocation" // a VM is created or started: AllocationFailed
  | "policy" // target: resource type that policy forbids; default: virtual machines
  | "authorization" // target: action that is refused whatever the roles say; default: every write
  | "throttling" // target: part of the path; seconds: Retry-After; default 5
  | "boot" // exitCode: of the first boot, 1 crash, 2 recoverable, 0 with seconds: never ends
  | "extension" // exitCode: 22 or 100
  | "slow" // target: resource type whose creation hangs; default: virtual machines
  | "deallocate" // deallocation fails
  | "propagation" // seconds: that a new role assignment takes to work
  | "graph" // the bot's identity lacks User.Read.All: 403
  | "vault" // the data plane answers 403
  | "prices"; // the price list is unreachable

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  /** How often it strikes; absent: until it is cleared. */
  readonly times?: number;
  readonly target?: string;
  readonly size?: string;
  readonly limit?: number;
  readonly exitCode?: number;
  readonly seconds?: number;
}
