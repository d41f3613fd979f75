import { createHash } from "node:crypto";
import { decodeHTML } from "entities";
import { looksSecret } from "../bot/core/quoted.ts";

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

const names =
  "tokens?|secrets?|passw(?:or)?ds?|pass|pwd|passphrases?|authorization|cookies?|keys?|auth|credentials?|webhook(?:_?url)?";
const telling = new RegExp(`(?:${names})$`, "i");
/** Such a name in JSON, in something like it, or in a list of `name=value`, up to what it names. */
const named = new RegExp(`(?:${names})(["']\\s{0,99}:|\\s{0,99}[:=])\\s*`, "gi");
/** What follows is what such a name names. */
const introducing = new RegExp(`(?:${names})["']?\\s{0,9}[:=]\\s{0,9}$`, "i");
/** The next piece of JSON: a text, which may be cut off, or any one sign. */
const piece = /(["'])(?:\\.|(?!\1)[^\\])*(\1|$)|./gs;
/** A value that is neither a text, a list nor an object. */
const bare = /[^,}\]\r\n]*/y;

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

/** A text with JSON in it, or with something like it: what stands below a telling name is masked, and keeps its shape. */
function withoutNamed(text: string): string {
  let masked = "";
  let end = 0;
  for (const { 0: name, index } of text.matchAll(named)) {
    // It stands in a value that is masked already.
    if (index < end) continue;
    const from = index + name.length;
    const value = /["'{[]/.test(text.charAt(from)) ? maskedPieces(text.slice(from)) : maskedBare(text, from);
    masked += text.slice(end, from) + value.masked;
    end = from + value.length;
  }
  return masked + text.slice(end);
}

interface Value {
  readonly masked: string;
  /** How long it was. */
  readonly length: number;
}

/** The text, the list or the object with which a text begins. */
function maskedPieces(text: string): Value {
  let masked = "";
  let depth = 0;
  for (const { 0: found, 1: open, 2: close = "", index } of text.matchAll(piece)) {
    const end = index + found.length;
    if (/^[[{]$/.test(found)) depth += 1;
    else if (/^[\]}]$/.test(found)) depth -= 1;
    if (open === undefined) masked += /^[\w.+-]$/.test(found) ? masksOf(masked) : found;
    else masked += isName(text, end) ? found : open + replaced + close;
    if (depth <= 0) return { masked, length: end };
  }
  return { masked, length: text.length };
}

/** A number stays one, as a word it is one sign: what is JSON has been masked as such before. */
const masksOf = (before: string): string => (before.endsWith("0") ? "" : "0");

const isName = (text: string, end: number): boolean => /^\s*:/.test(text.slice(end, end + 20));

function maskedBare(text: string, from: number): Value {
  bare.lastIndex = from;
  const [found = ""] = bare.exec(text) ?? [];
  const said = found.trim();
  const masked =
    said === "" || /^(?:true|false|null)$/.test(said) ? found : found.replace(said, () => replaced);
  return { masked, length: found.length };
}

/** The same with each text that is JSON itself masked as such, however deep one stands in the other. */
function maskedJson(value: unknown): unknown {
  if (typeof value === "string") return withoutPasted(value);
  if (Array.isArray(value)) return value.map(maskedJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isTelling(name) ? maskedValue(inner) : maskedJson(inner),
    ]),
  );
}

/** The object or the list in a text, from its first bracket to its last; undefined: there is none. */
function jsonIn(
  text: string,
): { readonly start: number; readonly end: number; readonly value: unknown } | undefined {
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1;
  if (start < 0 || end <= start) return undefined;
  try {
    return { start, end, value: JSON.parse(text.slice(start, end)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

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

/** What somebody has typed or pasted, without what looks like a secret or is named so. */
export function withoutPasted(text: string): string {
  // It may be broken by tags, or by escapes of escapes. Where there is none in it, all stays as it was typed.
  return [read, unescapedQuotes].reduce((masked, as) => {
    const other = as(masked);
    const again = maskedText(other);
    return again === other ? masked : again;
  }, maskedText(text));
}

function maskedText(text: string): string {
  const json = jsonIn(text);
  if (!json) return maskedWords(text);
  const masked = JSON.stringify(maskedJson(json.value));
  const same = masked === JSON.stringify(json.value);
  const [before, after] = [text.slice(0, json.start), text.slice(json.end)];
  if (introducing.test(before)) return maskedWords(text);
  return maskedWords(before) + (same ? text.slice(json.start, json.end) : masked) + maskedWords(after);
}

const maskedWords = (text: string): string =>
  withoutNamed(text.replaceAll(privateKey, replaced).replaceAll(bearer, `$1 ${replaced}`))
    .split(between)
    .map((word) => (looksSecret(word) ? replaced : word))
    .join("");

/** HTML as somebody sees it. */
const read = (text: string): string =>
  decodeHTML(text.replaceAll(/<\/?[a-z][^<>]*>/gi, " "))
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("\u00A0", " ");

const unescapedQuotes = (text: string): string =>
  read(text)
    .replaceAll(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\+(?=["'])/g, "");
