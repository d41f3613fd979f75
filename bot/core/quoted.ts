import { looksSecret } from "./looksSecret.ts";
import { brief } from "./text.ts";

/*
 * What somebody has typed, where a refusal says it again. The refusal is kept with its call, and what was typed may be a key that was
 * pasted in a wrong place.
 */

/** So much of it is enough to know it again; characters. */
const usualMost = 40;

/** As it was typed, in one line and cut; an ellipsis alone where there may be a secret in it. */
export const asTyped = (text: string, most = usualMost): string =>
  mayHoldSecret(text) ? "…" : brief(text, most);

/** The same in quotation marks. */
export const quoted = (text: string, most = usualMost): string => `“${asTyped(text, most)}”`;

/** Here it may be wrong now and then: a word less is said. */
const mayHoldSecret = (text: string): boolean =>
  looksSecret(text) ||
  introduced.test(text) ||
  // Hardly anything is called so.
  text.split(/[^\w+/=~-]+/).some((word) => word.length >= 30 && isMixed(word));

/** Something follows that is said to be a secret. */
const introduced =
  /(?:(?:token|passw(?:or)?d|pwd|passphrase|api[_-]?key)\s|(?:tokens?|passw(?:or)?ds?|pwd|passphrases?|secrets?|credentials?|authorization|keys?)["'”’]?\s*[:=])\s*\S/i;

const isMixed = (word: string): boolean => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
