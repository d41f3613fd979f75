import { given } from "../../core/given.ts";

/**
 * A bot's token as it was pasted or read from a file: with clean ends, and without the `Bot ` that stands before it in a request.
 * Undefined where there is none, or where it has characters that none has and no request could carry.
 */
export function tokenIn(text: string): string | undefined {
  const token = given(given(text)?.replace(/^bot(\s+|$)/i, ""));
  return token !== undefined && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
