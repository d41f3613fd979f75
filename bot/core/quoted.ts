import { brief } from "./text.ts";

/** The beginnings of some services' keys, as cloud-init/logs.sh knows them. */
const beginnings = /\b(?:sk|pk|rk|gsk|xai|hf|tvly|pplx|r8|gh[opsur]|github_pat|glpat|npm|xox[a-z]|xapp)[-_]/g;
/** A key goes on for a while, and has a digit. Where it does at its first beginning, no later one says more. */
function beginsAsKey(word: string): boolean {
  const rest = [...word.matchAll(beginnings)]
    .map(({ 0: found, index }) => word.slice(index + found.length))
    .find((text) => /^[\w.-]{8}/.test(text));
  return rest !== undefined && /\d/.test(rest);
}
/** One of three parts: what stands before the first dot is at most 28 characters long, and begins a word. */
const isOfThreeParts = (text: string): boolean =>
  [...text.matchAll(/\.[\w-]{6}\.[\w-]{25}/g)].some(({ index }) =>
    /(?:^|\W)[MNO][\w-]{23,27}$/.test(text.slice(Math.max(0, index - 29), index)),
  );
/** What other keys look like, as that script knows them too. */
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

/** Whether there is a key in a text, by the looks of it. */
export const looksSecret = (text: string): boolean =>
  secretTexts.some((pattern) => pattern.test(text)) ||
  isOfThreeParts(text) ||
  text.split(/\s/).some(beginsAsKey);

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
