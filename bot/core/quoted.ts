import { brief } from "./text.ts";

/** How some services' keys start, as cloud-init/logs.sh knows them. */
const beginnings = /\b(?:sk|pk|rk|gsk|xai|hf|tvly|pplx|r8|gh[opsur]|github_pat|glpat|npm|xox[a-z]|xapp)[-_]/g;
/** A key is long and has a digit. If that holds from its first such start, later ones needn't be checked. */
function beginsAsKey(word: string): boolean {
  const rest = [...word.matchAll(beginnings)]
    .map(({ 0: found, index }) => word.slice(index + found.length))
    .find((text) => /^[\w.-]{8}/.test(text));
  return rest !== undefined && /\d/.test(rest);
}
/** A token of three parts. The part before the first dot has at most 28 characters and starts a word. */
const isOfThreeParts = (text: string): boolean =>
  [...text.matchAll(/\.[\w-]{6}\.[\w-]{25}/g)].some(({ index }) =>
    /(?:^|\W)[MNO][\w-]{23,27}$/.test(text.slice(Math.max(0, index - 29), index)),
  );
/** What other keys look like, also as in that script. */
const secretTexts = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{30}/,
  /\beyJ[\w-]{8}/,
  /\b\d{8,10}:[\w-]{30}/,
  /\b[0-9a-fA-F]{32,}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/i,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{8}/i,
  /\w:\/\/[^\s/:@]*:[^\s/@]+@/,
  /[?&#;](?:sig|code|auth|token|api_?key|accountkey|password|pwd)=\S{4}/i,
  /hooks\.slack\.com\/services\//i,
  /\/api\/webhooks\/\d+\//i,
];

/** Whether a text seems to contain a key. */
export const looksSecret = (text: string): boolean =>
  secretTexts.some((pattern) => pattern.test(text)) ||
  isOfThreeParts(text) ||
  text.split(/\s/).some(beginsAsKey);

/*
 * Text that someone typed, repeated in a refusal. The refusal is stored with its call, and the text may be a key pasted in the wrong
 * place.
 */

/** How many characters an answer repeats. */
const usualMost = 40;

/** As typed, in one line and shortened; only an ellipsis if it may contain a secret. */
export const asTyped = (text: string, most = usualMost): string =>
  mayHoldSecret(text) ? "…" : brief(text, most);

/** The same, in quotation marks. */
export const quoted = (text: string, most = usualMost): string => `“${asTyped(text, most)}”`;

/** Stricter than `looksSecret`: a false alarm costs only a repeated word. */
const mayHoldSecret = (text: string): boolean =>
  looksSecret(text) ||
  introduced.test(text) ||
  // Hardly any name looks like this.
  text.split(/[^\w+/=~-]+/).some((word) => word.length >= 30 && isMixed(word));

/** A word such as “password”, followed by a value. */
const introduced =
  /(?:(?:token|passw(?:or)?d|pwd|passphrase|api[_-]?key)\s|(?:tokens?|passw(?:or)?ds?|pwd|passphrases?|secrets?|credentials?|authorization|keys?)["'”’]?\s*[:=])\s*\S/i;

const isMixed = (word: string): boolean => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
