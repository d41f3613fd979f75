import { createHash } from "node:crypto";
import { dayMs, minuteMs } from "../../core/clock.ts";
import type { LinkCode, Linking } from "../../core/linking.ts";

/** As long as a code can be typed, and then as long as what it asks can be answered. */
export const codeMinutes = 10;
/** How many a member gets in a day. */
export const mostCodes = 3;
/** How many wrong ones an account may type in a day. */
export const mostFailed = 5;
/** 50 bits. */
export const codeBytes = 10;

/** Without letters that are taken for digits or for each other (Crockford's base 32, 2019). */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** `7K3QD-9ZXAB`. */
export function codeFrom(random: Uint8Array): string {
  const letters = Array.from(random, (byte) => alphabet[byte & 31]).join("");
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** The hash of what somebody typed as a code; undefined: it can't be one. */
export function hashOfCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const isCode = code.length === codeBytes && [...code].every((letter) => alphabet.includes(letter));
  return isCode ? createHash("sha256").update(code).digest("hex") : undefined;
}

/** What counts for today, and nothing older. */
export function ofToday(row: Linking | undefined, now: Date): Linking {
  const isRecent = (at: string) => now.getTime() - Date.parse(at) < dayMs;
  const { given = [], failed = [] } = row ?? {};
  return {
    given: given.filter(({ at, linked }) => isRecent(linked?.at ?? at)),
    failed: failed.filter(isRecent),
  };
}

/** Whether somebody may still type a code, or say yes to what it asks. */
export const isFresh = ({ expiresAt }: LinkCode, now: Date): boolean => Date.parse(expiresAt) > now.getTime();

/** When what is made or asked now is too old. ISO 8601. */
export const expiryFrom = (now: Date): string =>
  new Date(now.getTime() + codeMinutes * minuteMs).toISOString();
