import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";
import type { Clock } from "../../bot/core/clock.ts";
import { type Serve, type Server, serve as serveOnLoopback } from "../serve.ts";
import { putBack, type Snapshot, snapshotOf } from "../snapshot.ts";
import type { Exchange } from "../traffic.ts";
import { operator } from "./access/authorize.ts";
import { createApp, serviceOf } from "./app.ts";
import { advance } from "./engine.ts";
import { clearFaults, setFault } from "./faultSwitch.ts";
import type { Fault, FaultKind, FaultSetting } from "./faults.ts";
import type { Host } from "./host.ts";
import { newKey } from "./identity/tokens.ts";
import { canLogin, type Login } from "./login.ts";
import { personInput, putPerson } from "./people.ts";
import { emptyState, platformOutputs, seedOperator, seedPlatform } from "./seed/seed.ts";
import { lastChange, loadState, type Person, type Resource, type State, saveState } from "./state.ts";
import type { Limits } from "./throttling/limits.ts";
import { addVersion } from "./vault/versions.ts";
import type { World } from "./world.ts";

/** The running Azure simulator: ARM, Entra, Graph, Key Vault and retail prices on one HTTPS server. */
export interface AzureSimulator {
  /** `https://localhost:PORT`, without a trailing slash. */
  readonly url: string;
  /** PEM, for `NODE_EXTRA_CA_CERTS` or `tlsOptions.ca`. */
  readonly caCertificate: string;
  /** Simulated time. */
  now(): Date;
  /** Advances simulated time by this many seconds and runs everything that falls due. */
  advance(seconds: number): void;
  /** Whether a NEW ssh connection by this person from this IPv4 address to this VM (name or id) would get in. */
  canLogin(person: string, address: string, vm: string): Login;
  readonly faults: {
    list(): readonly Fault[];
    set(fault: FaultSetting): Fault;
    clear(kind?: FaultKind): void;
  };
  readonly people: { list(): readonly Person[]; put(person: z.input<typeof personInput>): Person };
  readonly vault: {
    /** The newest value of a secret; undefined: none. */
    value(secret: string): string | undefined;
    /** Sets a secret without checking rights: a new version, disabled if `enabled` is false. */
    set(secret: string, value: string, enabled?: boolean): void;
  };
  /** Everything that exists, as stored; for assertions. */
  resources(): readonly Resource[];
  /** The outputs of `main.bicep`. */
  outputs(): Readonly<Record<string, unknown>>;
  /** The header values that prove an identity at the identity endpoint, and their principals. */
  identity(who: "bot" | "operator"): { header: string; principalId: string; clientId: string };
  /** The current state, for `restore`. */
  snapshot(): Snapshot<Held>;
  restore(snapshot: Snapshot<Held>): void;
  close(): Promise<void>;
}

interface Held {
  readonly state: State;
  readonly now: number;
  readonly buckets: World["buckets"];
}

export interface AzureOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Absent: kept only in memory. */
  readonly stateFile?: string;
  /** PEM; see `local/certificate.ts`. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly clock: Clock;
  /** For issuing and expiring tokens, if it differs: clients that keep tokens use the machine's clock. */
  readonly tokenClock?: Clock;
  /** Simulated seconds per real second; default 1. */
  readonly speed?: number;
  readonly record?: (exchange: Exchange) => void;
  readonly serve?: Serve;
  /** How many calls get through, such as `azureLimits`; absent: any number, but answers still have the headers. */
  readonly limits?: Limits;
  /** Called for every check of rights, whatever the result. */
  readonly asked?: World["asked"];
}

/** Starts the simulator; with an existing state file it continues from there and catches up with the time in between. */
export async function startAzure(options: AzureOptions): Promise<AzureSimulator> {
  const { clock, stateFile, speed = 1, serve = serveOnLoopback } = options;
  const real = () => clock.now().getTime();
  if (stateFile !== undefined) mkdirSync(dirname(stateFile), { recursive: true });
  const known = stateFile === undefined ? undefined : loadState(stateFile);
  const state: State = known ?? emptyState(await newKey(), real());
  const world: World = {
    state,
    now: known ? lastChange(known) : 0,
    changed: false,
    url: "",
    speed,
    limits: options.limits,
    buckets: {},
    asked: options.asked,
  };
  const host = hostOf(world, options);
  const app = createApp(host);
  const server = await serve((request) => app.fetch(request), {
    port: options.port,
    tls: options.tls,
    service: serviceOf,
    ...(options.record ? { record: options.record } : {}),
  });
  world.url = server.url;
  if (!known) {
    // Date the platform's deployment to the past hour, so that by now all of it works.
    world.now = real() - 3_600_000;
    seedOperator(world);
    seedPlatform(world);
  }
  host.tick();
  // A changed speed applies from now on.
  world.changed = true;
  host.save();
  return simulatorOf(host, options, server);
}

interface OwnHost extends Host {
  /** Simulated time, in milliseconds. */
  simulated(): number;
}

function hostOf(world: World, { clock, tokenClock, stateFile }: AzureOptions): OwnHost {
  const { state, speed } = world;
  const real = () => clock.now().getTime();
  const host: OwnHost = {
    world,
    // The time before this start passed at the earlier speed, if the state has it. If the real clock was set back, simulated time only
    // stands still: it never goes back before the last written time, which every end of a process writes, except a kill.
    simulated() {
      const { base } = state;
      return Math.max(world.now, base.simulated + Math.max(0, real() - base.real) * (base.speed ?? speed));
    },
    tick: () => advance(world, host.simulated()),
    save() {
      if (!world.changed) return;
      state.base = { real: real(), simulated: world.now, speed };
      if (stateFile !== undefined) saveState(stateFile, state);
      world.changed = false;
    },
    realNow: () => (tokenClock ?? clock).now(),
    advance(seconds) {
      host.tick();
      state.base = { real: real(), simulated: world.now + seconds * 1000, speed };
      world.changed = true;
      host.tick();
      host.save();
    },
  };
  return host;
}

function simulatorOf(host: OwnHost, { tls }: AzureOptions, server: Server): AzureSimulator {
  const { world } = host;
  const { state } = world;
  const then = <T>(work: () => T): T => {
    host.tick();
    const result = work();
    host.save();
    return result;
  };
  return {
    url: server.url,
    caCertificate: tls.cert,
    now: () => new Date(host.simulated()),
    advance: host.advance,
    canLogin: (person, address, vm) => then(() => canLogin(world, person, address, vm)),
    faults: {
      list: () => state.faults,
      set: (fault) => then(() => setFault(world, fault)),
      clear: (kind) => then(() => clearFaults(world, kind)),
    },
    people: {
      list: () => state.people,
      put: (person) => then(() => putPerson(world, personInput.parse(person))),
    },
    vault: {
      value: (secret) => state.secrets[secret.toLowerCase()]?.versions.at(-1)?.value,
      set: (secret, value, enabled = true) => then(() => void addVersion(world, secret, { value, enabled })),
    },
    resources: () => then(() => Object.values(state.resources)),
    outputs: () => platformOutputs(state),
    identity(who) {
      const principalId = who === "bot" ? state.bot : operator;
      const header = Object.entries(state.identityHeaders).find(([, id]) => id === principalId)?.[0] ?? "";
      return { header, principalId, clientId: state.principals[principalId.toLowerCase()]?.appId ?? "" };
    },
    snapshot: () => then(() => snapshotOf({ state, now: world.now, buckets: world.buckets })),
    restore(snapshot) {
      putBack(state, snapshot.state);
      world.now = snapshot.now;
      world.buckets = structuredClone(snapshot.buckets);
      world.changed = true;
      host.save();
    },
    async close() {
      await server.close();
      host.tick();
      world.changed = true;
      host.save();
    },
  };
}
