import * as z from "zod";
import type { Call } from "./seam.ts";

/** What a call may change; undefined: nothing. In words that are the same in each run. */
export function effectOf({ method, url, headers, body }: Call): string | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  const path = decodeURIComponent(url.pathname);
  if (path.startsWith("/memory/queues/")) return `queue ${method} ${messageIn(body)}`;
  if (path.startsWith("/memory/")) return storageEffect(method, path, body);
  if (path.startsWith("/api/v10/")) return `discord ${method} ${withoutIds(path.slice(8))}`;
  // That it is typing is forgotten by itself.
  if (path.startsWith("/teams/") && body.includes('"type":"typing"')) return undefined;
  if (path.startsWith("/teams/")) return `teams ${method} ${withoutIds(path.slice(9))}`;
  if (path.startsWith("/subscriptions/") || path.includes("/providers/"))
    return `azure ${method} ${kindIn(path)}`;
  if (path.startsWith("/secrets/")) return `vault ${method}`;
  // A question for a token.
  if (headers.has("x-identity-header") || path.includes("/oauth2/")) return undefined;
  return `${method} ${withoutIds(path)}`;
}

const queued = z.object({ kind: z.string() });

function messageIn(body: string): string {
  const [, text = ""] = /<MessageText>(.*)<\/MessageText>/s.exec(body) ?? [];
  if (text === "") return "";
  return queued.parse(JSON.parse(Buffer.from(text, "base64").toString())).kind;
}

/** The table and the kinds of rows. */
function storageEffect(method: string, path: string, body: string): string {
  if (path.endsWith("/$batch")) {
    const keys = [...body.matchAll(/RowKey(?:='|":")([^'"]+)/g)].map(([, key = ""]) =>
      kindOfRow(decodeURIComponent(key)),
    );
    return `rows ${[...new Set(keys)].toSorted().join("+")}`;
  }
  const [, table = "", key = ""] = /^\/memory\/(\w+)(?:\(.*RowKey='(.*)'\))?/.exec(path) ?? [];
  if (table === "Tables") return "table";
  return `${table}${table === "state" ? ` ${kindOfRow(key)}` : ""} ${method}`;
}

const kindOfRow = (key: string): string => key.split(":")[0] ?? "";

const withoutIds = (path: string): string =>
  path
    .split("/")
    .map((part) => (/\d{6}|^(19|28|29|a):/.test(part) || part.length > 30 ? "…" : part))
    .join("/");

/** The type of a resource, without the names: `Microsoft.Compute/virtualMachines/start`. */
function kindIn(path: string): string {
  if (!path.includes("/providers/")) return "resourceGroups";
  const [namespace = "", ...rest] = (path.split("/providers/").at(-1) ?? "").split("/");
  return [namespace, ...rest.filter((_part, index) => index % 2 === 0)].join("/");
}
