import { appendFileSync } from "node:fs";

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
  const masked = (name: string, value: unknown): boolean =>
    tokenFields.has(name) || (service === "keyvault" && name === "value" && typeof value === "string");
  return {
    ...exchange,
    request: { ...without(masked, request), headers: withoutCredentials(request.headers) },
    response: { ...without(masked, response) },
  };
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name === "authorization") return [name, `${value.split(" ")[0]} REPLACED`];
      if (name === "x-identity-header") return [name, "REPLACED"];
      return [name, value];
    }),
  );
}

/** Of a list in the vault `value` is the list, which holds no values of secrets. */
function without<T extends { body?: unknown }>(
  masked: (name: string, value: unknown) => boolean,
  message: T,
): T {
  const { body } = message;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return message;
  return {
    ...message,
    body: Object.fromEntries(Object.entries(body).map(([k, v]) => [k, masked(k, v) ? "REPLACED" : v])),
  };
}
