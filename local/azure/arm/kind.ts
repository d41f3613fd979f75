import type { Body, Operation, Resource } from "../state.ts";
import type { World } from "../world.ts";
import type { ArmPath } from "./path.ts";

/** A PUT or PATCH in progress, from the wire or from a deployment. */
export interface Write {
  readonly world: World;
  readonly path: ArmPath;
  readonly body: Body;
  readonly before: Resource | undefined;
  readonly principal: string;
}

/** A POST on a resource. */
export interface Action {
  readonly world: World;
  readonly resource: Resource;
  readonly body: Body;
  readonly principal: string;
}

/** A right on another resource that a write also needs, and that never shows on the wire. */
export interface LinkedRight {
  readonly action: string;
  readonly scope: string;
}

/** What a finished operation does to its resource. Throws `AzureError` to fail; `again`: when it is due again (ms). */
export type Finish = (
  world: World,
  resource: Resource,
  operation: Operation,
) => { again: number } | undefined;

/** What is specific to one resource type. Everything else is the same for all (`store.ts`, `items.ts`). */
export interface Kind {
  readonly type: string;
  /** Simulated seconds; 0: answered at once. */
  readonly seconds: { readonly create: number; readonly update: number; readonly remove: number };
  /** Statuses of an accepted PUT; default 201 for a new resource and 200 for an existing one. */
  readonly status?: { readonly created: number; readonly updated: number };
  /** Checks the write as the provider does, and returns the resource as it will be stored. A PATCH arrives merged into the existing resource. */
  prepare(write: Write): Resource;
  /** Side effects of a write that `prepare` refuses. */
  refused?(write: Write): void;
  linked?(write: Write): LinkedRight[];
  /** By kind of operation: `create`, `update`, `delete` or an action's name. */
  readonly finish?: Readonly<Record<string, Finish>>;
  /** Side effects of an operation that was accepted and then failed; its kind is as in `finish`. */
  givenUp?(resource: Resource, kind: string): void;
  /** Refuses a deletion. */
  mayRemove?(world: World, resource: Resource): void;
  /** What its deletion does to other resources. */
  removed?(world: World, resource: Resource): void;
  /** The resource as a GET shows it; default: as stored. */
  render?(world: World, resource: Resource, query: URLSearchParams): Body;
  readonly actions?: Readonly<Record<string, (action: Action) => ActionResult>>;
  /** True for a resource without a provisioningState (role assignments, sites). */
  readonly stateless?: boolean;
}

/** Simulated seconds until the action's operation ends, or an answer at once. */
export type ActionResult =
  | { readonly seconds: number; readonly kind: string; readonly input?: unknown }
  | { readonly answer: unknown };

/** The resource that a write describes, before its provider adds anything. */
export function asWritten(write: Write, more: Partial<Resource> = {}): Resource {
  const { path, body, before, world } = write;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const location = text(body["location"])?.toLowerCase().replaceAll(" ", "") ?? before?.location;
  return {
    id: before?.id ?? path.id,
    name: before?.name ?? path.name,
    type: before?.type ?? path.type,
    ...(location === undefined ? {} : { location }),
    ...(isBody(body["tags"]) ? { tags: body["tags"] as Record<string, string> } : {}),
    ...(Array.isArray(body["zones"]) && body["zones"].length > 0 ? { zones: body["zones"] } : {}),
    ...(isBody(body["sku"]) ? { sku: body["sku"] } : {}),
    ...(typeof body["kind"] === "string" ? { kind: body["kind"] } : {}),
    properties: isBody(body["properties"]) ? structuredClone(body["properties"]) : {},
    hidden: before?.hidden ?? {},
    createdAt: before?.createdAt ?? world.now,
    changedAt: world.now,
    ...more,
  };
}

export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a dotted path, such as `properties.subnet.id`. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((v, key) => (isBody(v) ? v[key] : undefined), value);
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The objects in the list at a dotted path; empty if there is no list. */
export function listAt(value: unknown, path: string): Body[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isBody) : [];
}

/** A resource without our internal fields. */
export function shown(resource: Resource): Body {
  const { hidden: _, createdAt: __, changedAt: ___, ...visible } = resource;
  return visible;
}
