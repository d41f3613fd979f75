import { createHash } from "node:crypto";
import type { Fault, FaultKind } from "./faults.ts";
import type { Resource, State } from "./state.ts";
import type { Level, Limits } from "./throttling/limits.ts";

/** What every part of the simulator works on: the state, and the current simulated time. */
export interface World {
  readonly state: State;
  /** Simulated time, ms. */
  now: number;
  /** Set if the state must be written before the answer leaves. */
  changed: boolean;
  /** `https://localhost:PORT`. */
  url: string;
  /** Simulated seconds per real second; for Retry-After, which clients count in real seconds. */
  speed: number;
  /** How many calls get through; undefined: any number. */
  readonly limits?: Limits | undefined;
  /** What is left of them; only in memory, because all are full again within minutes. */
  buckets: Record<string, Level>;
  /** Called for every check of a right; see {@link Question}. */
  readonly asked?: ((question: Question) => void) | undefined;
}

/** A check of rights: who wants to do what, where. */
export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly scope: string;
  readonly plane: "actions" | "dataActions";
  readonly allowed: boolean;
}

export const iso = (ms: number) => new Date(ms).toISOString();

/** A GUID that depends only on the seed and how many were created before. */
export function newGuid(world: World): string {
  world.state.counter += 1;
  world.changed = true;
  return guidOf(`${world.state.subscription}/${world.state.counter}`);
}

/** A GUID derived from a text. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const find = (world: World, id: string): Resource | undefined =>
  world.state.resources[id.toLowerCase()];

export const same = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase();

type ById = Map<string, Resource>;
/** Resources by type, and by their container: `…/networkSecurityGroups/a/securityRules`. Each in order of creation. */
interface Index {
  readonly types: Map<string, ById>;
  readonly homes: Map<string, ById>;
}

/** One index per state, so that in a subscription with a thousand VMs a call doesn't scan everything. */
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

/** Stores a resource under its id; the only way to do so. */
export function put(world: World, resource: Resource): void {
  const key = resource.id.toLowerCase();
  add(indexOf(world), key, resource);
  world.state.resources[key] = resource;
}

/** Removes the resource with this id; the only way to do so. */
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

/** The direct children of one type, in order of creation. */
export const childrenOf = (world: World, parent: string, segment: string): Resource[] => [
  ...(indexOf(world).homes.get(`${parent}/${segment}`.toLowerCase())?.values() ?? []),
];

export function store(world: World, resource: Resource): void {
  resource.changedAt = world.now;
  put(world, resource);
  world.changed = true;
}

/** Removes a resource and everything below it; extension resources such as role assignments stay, as in Azure. */
export function forget(world: World, id: string): void {
  const below = `${id.toLowerCase()}/`;
  for (const key of Object.keys(world.state.resources)) {
    if (key === id.toLowerCase() || (key.startsWith(below) && !key.startsWith(`${below}providers/`)))
      drop(world, key);
  }
  world.changed = true;
}

/** The active fault of this kind for this target. */
export function faultOf(world: World, kind: FaultKind, fits: (fault: Fault) => boolean = () => true) {
  return world.state.faults.find((fault) => fault.kind === kind && fits(fault));
}

/** Like {@link faultOf}, but also counts one strike. */
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
