import { appendFileSync } from "node:fs";
import {
  isTelling,
  maskedToken,
  maskedValue,
  replaced,
  withoutCarried,
  withoutKeys,
  withoutPasted,
} from "./masks.ts";

/** The seven services whose exchanges are recorded. Storage and prices are not. */
export type Service = "arm" | "keyvault" | "graph" | "identity" | "discord" | "botconnector" | "bot";

export interface Exchange {
  readonly service: Service;
  /** ISO 8601 time at which the request arrived. */
  readonly at: string;
  /** Milliseconds from the request's first byte to the answer's last byte. */
  readonly ms: number;
  readonly request: { method: string; url: string; headers: Record<string, string>; body?: unknown };
  readonly response: { status: number; headers: Record<string, string>; body?: unknown };
}

/** Appends each exchange as one line to the file; one append a line, so that a kill leaves no half line. */
export function trafficLog(file: string | undefined): (exchange: Exchange) => void {
  if (file === undefined || file === "") return () => {};
  return (exchange) => appendFileSync(file, `${JSON.stringify(redact(exchange))}\n`);
}

const tokenFields = new Set(["access_token", "refresh_token", "client_secret", "client_assertion"]);

function redact(exchange: Exchange): Exchange {
  const { service, request, response } = exchange;
  return {
    ...exchange,
    request: {
      ...request,
      url: withoutKeys(request.url),
      headers: withoutCredentials(request.headers),
      ...(request.body === undefined ? {} : { body: redactBody(service, service === "bot", request.body) }),
    },
    response: {
      ...response,
      ...(response.body === undefined ? {} : { body: redactBody(service, false, response.body) }),
    },
  };
}

/** `isCall`: it comes from somebody, who may have pasted a secret. What the bot itself says is left to be looked through for secrets. */
function redactBody(service: Service, isCall: boolean, body: unknown): unknown {
  // What the vault says that is no JSON may be a value.
  if (service === "keyvault" && typeof body === "string") return replaced;
  return mapTexts(isCall ? withoutTelling(body) : body, (text, path) => {
    const name = path.at(-1) ?? "";
    if (tokenFields.has(name) || (service === "keyvault" && name === "value")) return replaced;
    if (service === "arm" && name === "value" && path.includes("protectedParameters")) return replaced;
    // Of a Discord interaction; an activity of Teams has none.
    if (isCall && path.length === 1 && name === "token") return maskedToken(text);
    if (isCall && (name === "custom_id" || name === "openclaw")) return withoutCarried(text);
    return withoutKeys(isCall && isTyped(path) ? withoutPasted(text) : text);
  });
}

/** A call without what stands in what somebody has typed below a name that tells of a secret. */
function withoutTelling(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((inner) => withoutTelling(inner, path));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      path[0] === "value" && isTelling(name) ? maskedValue(inner) : withoutTelling(inner, [...path, name]),
    ]),
  );
}

/** Where in a call stands what somebody has typed: options and fields of Discord's; the text of an activity, also as HTML, and its fields; and a body that can't be read. */
function isTyped([first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (first === "data") return rest.at(-1) === "value";
  return first === "text" || first === "value" || (first === "attachments" && rest.at(-1) === "content");
}

/** The same with each text in it as `map` makes it. `path`: the names that lead there, without the places in lists. */
function mapTexts(
  value: unknown,
  map: (text: string, path: readonly string[]) => string,
  path: readonly string[] = [],
): unknown {
  if (typeof value === "string") return map(value, path);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, map, path));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, map, [...path, name])]),
  );
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name === "authorization") return [name, `${value.split(" ")[0]} ${replaced}`];
      if (name === "x-identity-header") return [name, replaced];
      return [name, withoutKeys(value)];
    }),
  );
}
