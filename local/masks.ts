import { createHash } from "node:crypto";
import { looksSecret } from "../bot/core/configuration.ts";

/*
 * What stands in a recording in the place of a secret. What has to be paired by it – the same token in a call and in the answer to it,
 * recorded by two processes – keeps a few digits of its hash: it is too long to be guessed. Of all else nothing is left.
 */
export const replaced = "REPLACED";

const masked = (kind: string, secret: string): string =>
  `MASKED-${kind}-${createHash("sha256").update(secret).digest("hex").slice(0, 12)}`;

export const maskedToken = (token: string): string => masked("token", token);

/** Wherever it stands: a link to find an address, an interaction's token in an address of Discord's, what opens a file, credentials in a form. */
export const withoutKeys = (text: string): string =>
  text
    .replaceAll(
      /(\/api\/access\/[a-z2-7]{10}\.)([0-9a-f]{32})\b/g,
      (_, start: string, id: string) => start + masked("link", id),
    )
    .replaceAll(
      /(\/webhooks\/\d+\/|\/interactions\/\d+\/)([^/?#\s"]+)/g,
      (_, start: string, token: string) => start + maskedToken(token),
    )
    .replaceAll(/([?&](?:sig|hm|tempauth|access_token)=)[^&#\s"]+/g, `$1${replaced}`)
    .replaceAll(
      /(^|&)((?:access_token|refresh_token|client_secret|client_assertion)=)[^&\s]+/g,
      `$1$2${replaced}`,
    );

const quote = "(?:\"|&quot;|&#34;|')";
const names =
  "tokens?|secrets?|passw(?:or)?ds?|pass|pwd|passphrases?|authorization|cookies?|keys?|auth|credentials?|webhook(?:_?url)?";
const telling = new RegExp(`(?:${names})$`, "i");
/** Such a name in JSON, up to what it names. */
const named = new RegExp(`${quote}[\\w.-]*(?:${names})${quote}\\s*:\\s*`, "gi");
/** The next piece of JSON: a text, which may be cut off, a number or a word, or any one sign. */
const piece = new RegExp(
  `(${quote})(?:\\\\(?:${quote}|.)|(?!${quote})[^\\\\])*(${quote}|$)|[\\w.+-]+|.`,
  "gis",
);

/** Whether what has this name is a secret. */
export const isTelling = (name: string): boolean => telling.test(name);

/** The same of a value below a telling name. A yes or no says nothing by itself. */
export const maskedValue = (value: unknown): unknown => {
  if (typeof value === "string") return replaced;
  if (typeof value === "number") return 0;
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedValue(inner)]));
};

/** A text with JSON in it, or with the beginning of some: what stands below a telling name is masked, and keeps its shape. */
function withoutNamed(text: string): string {
  let masked = "";
  let end = 0;
  for (const { 0: name, index } of text.matchAll(named)) {
    // It stands in a value that is masked already.
    if (index < end) continue;
    const value = maskedPieces(text.slice(index + name.length));
    masked += text.slice(end, index) + name + value.masked;
    end = index + name.length + value.length;
  }
  return masked + text.slice(end);
}

/** The value with which a text begins, masked; `length`: how long it was. */
function maskedPieces(text: string): { readonly masked: string; readonly length: number } {
  let masked = "";
  let depth = 0;
  for (const { 0: found, 1: open, 2: close = "", index } of text.matchAll(piece)) {
    const end = index + found.length;
    if (/[[{]/.test(found) && open === undefined) depth += 1;
    else if (/^[\]}]$/.test(found)) depth -= 1;
    else if (/^[,<]$/.test(found) && depth === 0) return { masked, length: index };
    if (depth < 0) return { masked, length: index };
    masked += open === undefined ? maskedWord(found) : isName(text, end) ? found : open + replaced + close;
    if (depth === 0 && !/^\s$/.test(found)) return { masked, length: end };
  }
  return { masked, length: text.length };
}

const isName = (text: string, end: number): boolean => /^\s*:/.test(text.slice(end, end + 20));

/** A number stays one. What is no JSON may be anything. */
const maskedWord = (word: string): string =>
  /^[+-]?\d[\d.e+-]*$/i.test(word) ? "0" : /^(?:true|false|null|\W)$/.test(word) ? word : replaced;

/** What a button carries, without what looks like a secret or is named so; all else as it was. */
export const withoutCarried = (id: string): string =>
  id
    .split(/([:&])/)
    .map((part) => {
      const [, name = "", value] = /^([^=]*=)(.*)$/s.exec(part) ?? [];
      if (value === undefined) return looksSecret(part) ? replaced : part;
      const said = unescaped(value);
      const left = isTelling(name.slice(0, -1)) ? replaced : withoutPasted(said);
      return left === said ? part : name + encodeURIComponent(left);
    })
    .join("");

/** As it was before it was written into an address, if it was. */
function unescaped(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return value;
  }
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gs;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
/** What stands between words, also where they stand in JSON, in HTML, or in both. */
const between = /(\s+|["'<>(){}[\],]|&quot;|&#34;)/;

/** What somebody has typed or pasted, without what looks like a secret. */
export const withoutPasted = (text: string): string =>
  withoutNamed(text.replaceAll(privateKey, replaced).replaceAll(bearer, `$1 ${replaced}`))
    .split(between)
    .map((word) => (looksSecret(word) ? replaced : word))
    .join("");
