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

/** The seven services whose traffic is recorded. Storage and prices are not. */
export type Service = "arm" | "keyvault" | "graph" | "identity" | "discord" | "botconnector" | "bot";

export interface Exchange {
  readonly service: Service;
  /** When the request arrived, ISO 8601. */
  readonly at: string;
  /** Milliseconds from the request's first byte to the answer's last byte. */
  readonly ms: number;
  readonly request: { method: string; url: string; headers: Record<string, string>; body?: unknown };
  readonly response: { status: number; headers: Record<string, string>; body?: unknown };
}

/** Appends each exchange to the file as one line, in one write, so that a kill leaves no half line. */
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

/** `isCall`: it comes from a person, who may have pasted a secret. The bot's own output stays as it is, so that it can be checked for secrets. */
function redactBody(service: Service, isCall: boolean, body: unknown): unknown {
  // An answer of the vault that isn't JSON may be a secret.
  if (service === "keyvault" && typeof body === "string") return replaced;
  return mapTexts(isCall ? withoutTelling(body) : body, (text, path) => {
    const name = path.at(-1) ?? "";
    if (tokenFields.has(name) || (service === "keyvault" && name === "value")) return replaced;
    if (service === "arm" && name === "value" && path.includes("protectedParameters")) return replaced;
    // A Discord interaction has this; a Teams activity doesn't.
    if (isCall && path.length === 1 && name === "token") return maskedToken(text);
    if (isCall && (name === "custom_id" || name === "openclaw")) return withoutCarried(text);
    return withoutKeys(isCall && isTyped(path) ? withoutPasted(text) : text);
  });
}

/** A call without the typed values whose names stand for a secret. */
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

/** Which parts of a call a person typed: Discord's options and fields; an activity's text, also as HTML, and its fields; and a body that can't be read. */
function isTyped([first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (first === "data") return rest.at(-1) === "value";
  return first === "text" || first === "value" || (first === "attachments" && rest.at(-1) === "content");
}

/** A copy with `map` applied to each string. `path`: the names that lead there, without list indexes. */
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
