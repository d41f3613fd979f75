import { createHash } from "node:crypto";
import { minuteMs } from "../../core/clock.ts";
import type { AccessLink, AccessLinks } from "../../core/records.ts";

export const linkMinutes = 10;
/** The most links in `linkMinutes`. Used ones count, so that no one is flooded with questions. */
export const mostLinks = 5;
/** 128 bits. */
export const linkIdBytes = 16;

const hashOf = (id: string): string => createHash("sha256").update(id).digest("hex");

/** The links that have not expired. */
export const recentLinks = (links: AccessLinks | undefined, now: Date): readonly AccessLink[] =>
  (links?.given ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());

/** A new link, and the token in its address: `<member key>.<id>`. */
export function newLink(
  key: string,
  random: Uint8Array,
  given: Pick<AccessLink, "account" | "replyTo" | "generation">,
  now: Date,
): { readonly link: AccessLink; readonly token: string } {
  const id = Buffer.from(random).toString("hex");
  const expiresAt = new Date(now.getTime() + linkMinutes * minuteMs).toISOString();
  return { link: { hash: hashOf(id), ...given, expiresAt, used: false }, token: `${key}.${id}` };
}

/** The member that the link claims to belong to, and the hash to look for. */
export function readToken(token: string): { readonly key: string; readonly hash: string } | undefined {
  const [, key, id] = /^([a-z2-7]{10})\.([0-9a-f]{32})$/.exec(token) ?? [];
  return key && id ? { key, hash: hashOf(id) } : undefined;
}

/** Why a link can't be used; undefined if it can. */
export function whyNot(
  link: AccessLink | undefined,
  generation: string | undefined,
  now: Date,
): string | undefined {
  if (!link) return "This link is not valid.";
  if (link.used) return "This link was already used. It works only once.";
  if (Date.parse(link.expiresAt) <= now.getTime()) return `This link is older than ${linkMinutes} minutes.`;
  if (link.generation !== generation) return "This link belongs to an instance that no longer exists.";
  return undefined;
}

/**
 * The address of a request, as seen by the outermost proxy that we trust. Each proxy appends what it sees to `X-Forwarded-For`, Azure
 * with the port ("X-Forwarded-For" of Azure App Service, 2026). Whatever comes before that can be forged.
 * @param proxies how many proxies are ours
 */
export function clientAddress(forwardedFor: string | undefined, proxies: number): string | undefined {
  const seen = (forwardedFor ?? "").split(",").at(-proxies)?.trim();
  if (!seen) return undefined;
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(seen) ?? [];
  return (bracketed ?? seen.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")).replace(/^::ffff:(?=\d+\.)/i, "");
}
