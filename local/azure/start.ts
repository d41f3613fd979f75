import type { Clock } from "../../bot/core/clock.ts";
import type { Exchange } from "../traffic.ts";
import type { Fault, FaultKind } from "./faults.ts";
import type { Person } from "./state.ts";

/** The running Azure simulator: ARM, Entra, Graph, Key Vault and retail prices on one https server. */
export interface AzureSimulator {
  /** `https://localhost:PORT`, without a trailing slash. */
  readonly url: string;
  /** PEM, for `NODE_EXTRA_CA_CERTS` or `tlsOptions.ca`. */
  readonly caCertificate: string;
  /** Simulated time. */
  now(): Date;
  /** Moves simulated time forward by this many seconds and lets everything that falls due happen. */
  advance(seconds: number): void;
  /** Would a NEW ssh connection of this person from this IPv4 address to this VM (name or id) get in? */
  canLogin(person: string, address: string, vm: string): { allowed: boolean; reason: string };
  readonly faults: {
    list(): readonly Fault[];
    set(fault: Omit<Fault, "id">): Fault;
    clear(kind?: FaultKind): void;
  };
  readonly people: { list(): readonly Person[]; put(person: Person): void };
  /** Everything that exists, for assertions: ids, types, states. */
  resources(): readonly { id: string; type: string; name: string; tags: Record<string, string> }[];
  close(): Promise<void>;
}

export interface AzureOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly stateFile: string;
  /** PEM; see `local/certificate.ts`. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly clock: Clock;
  /** Simulated seconds in a real second; default 1. */
  readonly speed?: number;
  readonly record?: (exchange: Exchange) => void;
}
