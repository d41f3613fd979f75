import { createHash } from "node:crypto";
import { dayMs, minuteMs } from "../../core/clock.ts";
import type { LinkCode, Linking } from "../../core/linking.ts";

/** How long a code can be typed, and after that how long its question can be answered. */
export const codeMinutes = 10;
/** How many codes a member gets per day. */
export const mostCodes = 3;
/** How many wrong codes an account may type per day. */
export const mostFailed = 5;
/** 50 bits. */
export const codeBytes = 10;

/** Leaves out letters that look like digits or like each other (Crockford's base 32, 2019). */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** `7K3QD-9ZXAB`. */
export function codeFrom(random: Uint8Array): string {
  const letters = Array.from(random, (byte) => alphabet[byte & 31]).join("");
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** The hash of a typed code. Undefined if it can't be a code. */
export function hashOfCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const isCode = code.length === codeBytes && [...code].every((letter) => alphabet.includes(letter));
  return isCode ? createHash("sha256").update(code).digest("hex") : undefined;
}

/** Drops what is older than a day. */
export function ofToday(row: Linking | undefined, now: Date): Linking {
  const isRecent = (at: string) => now.getTime() - Date.parse(at) < dayMs;
  const { given = [], failed = [] } = row ?? {};
  return {
    given: given.filter(({ at, linked }) => isRecent(linked?.at ?? at)),
    failed: failed.filter(isRecent),
  };
}

/** Whether a code may still be typed, or its question answered. */
export const isFresh = ({ expiresAt }: LinkCode, now: Date): boolean => Date.parse(expiresAt) > now.getTime();

/** When a code or question made now expires. ISO 8601. */
export const expiryFrom = (now: Date): string =>
  new Date(now.getTime() + codeMinutes * minuteMs).toISOString();
