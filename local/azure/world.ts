import { createHash } from "node:crypto";
import type { Fault, FaultKind } from "./faults.ts";
import type { Resource, State } from "./state.ts";
import type { Level, Limits } from "./throttling/limits.ts";

/** What every part of the simulator works on: the state, and the simulated moment at which it is looked at. */
export interface World {
  readonly state: State;
  /** Simulated time, ms. */
  now: number;
  /** Set when the state has to be written before the answer goes out. */
  changed: boolean;
  /** `https://localhost:PORT`. */
  url: string;
  /** Simulated seconds in a real second; for Retry-After, which a client counts in real ones. */
  speed: number;
  /** How many calls are let through; undefined: any number. */
  readonly limits?: Limits | undefined;
  /** What is left of them; in memory alone, since all are full again within minutes. */
  buckets: Record<string, Level>;
  /** Hears every question about a right; see {@link Question}. */
  readonly asked?: ((question: Question) => void) | undefined;
}

/** Who wants to do what where, as it is asked of the roles. */
export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly scope: string;
  readonly plane: "actions" | "dataActions";
  readonly allowed: boolean;
}

export const iso = (ms: number) => new Date(ms).toISOString();

/** A GUID that depends on nothing but the seed and how many were made before. */
export function newGuid(world: World): string {
  world.state.counter += 1;
  world.changed = true;
  return guidOf(`${world.state.subscription}/${world.state.counter}`);
}

/** A GUID that stands for a text. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const find = (world: World, id: string): Resource | undefined =>
  world.state.resources[id.toLowerCase()];

export const same = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase();

type ById = Map<string, Resource>;
/** Resources by their type, and by what they lie in: `…/networkSecurityGroups/a/securityRules`. Each in the order in which they were made. */
interface Index {
  readonly types: Map<string, ById>;
  readonly homes: Map<string, ById>;
}

/** Of each state; so that in a subscription with a thousand VMs a call doesn't look at everything there is. */
const indexes = new WeakMap<World["state"]["resources"], Index>();

function indexOf({ state: { resources } }: World): Index {
  const known = indexes.get(resources);
  if (known) return known;
  const index: Index = { types: new Map(), homes: new Map() };
  indexes.set(resources, index);
  for (const [key, resource] of Object.entries(resources)) add(index, key, resource);
  return index;
}

const homeOf = (key: string): string => key.slice(0, key.lastIndexOf("/"));

function add({ types, homes }: Index, key: string, resource: Resource): void {
  into(types, resource.type.toLowerCase(), key, resource);
  into(homes, homeOf(key), key, resource);
}

function into(all: Map<string, ById>, name: string, key: string, resource: Resource): void {
  const some = all.get(name) ?? new Map<string, Resource>();
  all.set(name, some.set(key, resource));
}

/** Keeps a resource under its id; the one way to do so. */
export function put(world: World, resource: Resource): void {
  const key = resource.id.toLowerCase();
  add(indexOf(world), key, resource);
  world.state.resources[key] = resource;
}

/** Forgets the one of this id; the one way to do so. */
export function drop(world: World, id: string): void {
  const key = id.toLowerCase();
  const { types, homes } = indexOf(world);
  types.get(world.state.resources[key]?.type.toLowerCase() ?? "")?.delete(key);
  homes.get(homeOf(key))?.delete(key);
  delete world.state.resources[key];
}

/** All of one type. */
export const ofType = (world: World, type: string): Resource[] => [
  ...(indexOf(world).types.get(type.toLowerCase())?.values() ?? []),
];

/** The direct children of one type, in the order in which they were made. */
export const childrenOf = (world: World, parent: string, segment: string): Resource[] => [
  ...(indexOf(world).homes.get(`${parent}/${segment}`.toLowerCase())?.values() ?? []),
];

export function store(world: World, resource: Resource): void {
  resource.changedAt = world.now;
  put(world, resource);
  world.changed = true;
}

/** Forgets a resource and all that lives below it; extension resources such as role assignments stay, as in Azure. */
export function forget(world: World, id: string): void {
  const below = `${id.toLowerCase()}/`;
  for (const key of Object.keys(world.state.resources)) {
    if (key === id.toLowerCase() || (key.startsWith(below) && !key.startsWith(`${below}providers/`)))
      drop(world, key);
  }
  world.changed = true;
}

/** The fault of this kind that is switched on for this target, not used up. */
export function faultOf(world: World, kind: FaultKind, fits: (fault: Fault) => boolean = () => true) {
  return world.state.faults.find((fault) => fault.kind === kind && fits(fault));
}

/** Like {@link faultOf}, and counts it as having struck once. */
export function strike(world: World, kind: FaultKind, fits: (fault: Fault) => boolean = () => true) {
  const fault = faultOf(world, kind, fits);
  if (fault) spend(world, fault);
  return fault;
}

export function spend(world: World, fault: Fault): void {
  if (fault.times === undefined) return;
  const left = { ...fault, times: fault.times - 1 };
  world.state.faults = world.state.faults.flatMap((f) => (f !== fault ? [f] : left.times > 0 ? [left] : []));
  world.changed = true;
}
