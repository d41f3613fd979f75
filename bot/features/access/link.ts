import { createHash } from "node:crypto";
import { minuteMs } from "../../core/clock.ts";
import type { AccessLink, AccessLinks } from "../../core/records.ts";

export const linkMinutes = 10;
/** In so many minutes; used ones count, so that nobody is flooded with questions. */
export const mostLinks = 5;
/** 128 bits. */
export const linkIdBytes = 16;

const hashOf = (id: string): string => createHash("sha256").update(id).digest("hex");

/** Those that still count. */
export const recentLinks = (links: AccessLinks | undefined, now: Date): readonly AccessLink[] =>
  (links?.given ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());

/** A new link, and the token that stands in its address: `<member key>.<id>`. */
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

/** Whose link it claims to be, and the hash to look for. */
export function readToken(token: string): { readonly key: string; readonly hash: string } | undefined {
  const [, key, id] = /^([a-z2-7]{10})\.([0-9a-f]{32})$/.exec(token) ?? [];
  return key && id ? { key, hash: hashOf(id) } : undefined;
}

/** Why a link proposes nothing; undefined where it may. */
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
 * The address from which a request came, as the last proxy to be trusted has seen it. Each appends to `X-Forwarded-For` what it sees,
 * Azure with the port ("X-Forwarded-For" of Azure App Service, 2026); what stands before that may be anybody's invention.
 * @param proxies how many are ours
 */
export function clientAddress(forwardedFor: string | undefined, proxies: number): string | undefined {
  const seen = (forwardedFor ?? "").split(",").at(-proxies)?.trim();
  if (!seen) return undefined;
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(seen) ?? [];
  return (bracketed ?? seen.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")).replace(/^::ffff:(?=\d+\.)/i, "");
}
