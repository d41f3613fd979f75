import { createHash } from "node:crypto";
import { decodeHTML } from "entities";
import { looksSecret } from "../bot/core/quoted.ts";

/*
 * The text that replaces a secret in a recording. Tokens that must stay recognizable – the same one in a call and in its answer,
 * recorded by two processes – keep a few digits of their hash; they are too long to guess. Nothing is left of anything else.
 */
export const replaced = "REPLACED";

const masked = (kind: string, secret: string): string =>
  `MASKED-${kind}-${createHash("sha256").update(secret).digest("hex").slice(0, 12)}`;

export const maskedToken = (token: string): string => masked("token", token);

/** Masks, anywhere in a text, access links, interaction tokens in Discord's addresses, signatures that open files, and credentials in forms. */
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
/** Such a name in JSON, in something like JSON, or in a list of `name=value`, up to its value. */
const named = new RegExp(`(?:${names})(["']\\s{0,99}:|\\s{0,99}[:=])\\s*`, "gi");
/** Matches if what follows is the value of such a name. */
const introducing = new RegExp(`(?:${names})["']?\\s{0,9}[:=]\\s{0,9}$`, "i");
/** The next piece of JSON: a string, which may be cut off, or any single character. */
const piece = /(["'])(?:\\.|(?!\1)[^\\])*(\1|$)|./gs;
/** A value that isn't a string, a list or an object. */
const bare = /[^,}\]\r\n]*/y;

/** Whether the value of this name is a secret. */
export const isTelling = (name: string): boolean => telling.test(name);

/** Masks a value below a telling name. A boolean reveals nothing by itself. */
export const maskedValue = (value: unknown): unknown => {
  if (typeof value === "string") return replaced;
  if (typeof value === "number") return 0;
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedValue(inner)]));
};

/** Masks the values of telling names in a text with JSON, or something like it; the values keep their shape. */
function withoutNamed(text: string): string {
  let masked = "";
  let end = 0;
  for (const { 0: name, index } of text.matchAll(named)) {
    // It is part of a value that is already masked.
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
  /** Its original length. */
  readonly length: number;
}

/** Masks the string, list or object that a text starts with. */
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

/** A run of digits becomes a single 0, so a number stays a number; valid JSON was already masked as JSON. */
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

/** Masks a JSON value, including strings that contain JSON, however deeply nested. */
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

/** The object or list in a text, from its first bracket to its last; undefined: none. */
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

/** A button's id, without anything that looks like a secret or is named like one; the rest stays as it is. */
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

/** Decodes a URL-encoded value, if it is one. */
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
/** What separates words, also in JSON, in HTML, or in both. */
const between = /(\s+|["'<>(){}[\],]|&quot;|&#34;)/;

/** What someone typed or pasted, without anything that looks like a secret or is named like one. */
export function withoutPasted(text: string): string {
  // Tags or nested escapes may split a secret. Without a secret in it, the text stays as it was typed.
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

/** HTML as a reader sees it. */
const read = (text: string): string =>
  decodeHTML(text.replaceAll(/<\/?[a-z][^<>]*>/gi, " "))
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("\u00A0", " ");

const unescapedQuotes = (text: string): string =>
  read(text)
    .replaceAll(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\+(?=["'])/g, "");
