import type { Body } from "../state.ts";
import type { World } from "../world.ts";

/** One ARM request, with its caller. */
export interface Call {
  readonly world: World;
  readonly principal: string;
  readonly method: string;
  /** Without doubled or trailing slashes, as written. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  readonly body: Body;
  readonly correlationId: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The values of a route's names, as written. */
type Found = Readonly<Record<string, string>>;

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handle: (call: Call, found: Found) => Answer;
}

/** A route for one method and one path; fixed words match in any case, `{name}` matches one segment, `{*name}` any number. */
export function route(method: string, path: string, handle: Route["handle"]): Route {
  const source = path
    .replace(/[.]/g, "\\$&")
    .replace(/\/\{\*(\w+)\}/g, "(?<$1>(?:/[^/]+)*)")
    .replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { method, pattern: new RegExp(`^${source}$`, "i"), handle };
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
