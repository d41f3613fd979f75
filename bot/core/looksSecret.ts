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
