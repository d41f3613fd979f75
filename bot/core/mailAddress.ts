import { quoted } from "./quoted.ts";
import { visibleWord } from "./text.ts";

export const objectIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/**
 * The signs that an address can have (RFC 5321, section 4.1.2, and RFC 6531 for letters of all scripts; Entra's sign-in names have fewer:
 * Microsoft Learn, "Prepare for directory synchronization", 2026). A dot stands in the domain, neither first nor last.
 */
export const emailPattern =
  /^[\p{L}\p{M}\p{N}!#$%&'*+\-./=?^_`{|}~]+@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;

/** What an address can't have, or so rarely that it stands between two: any sign but those above, `/`, `|` and curly brackets. */
const separators = /[^\p{L}\p{M}\p{N}!#$%&'*+\-.=?^_`~@]+/u;
/** The same without the colon, before which stands what something is. */
const separatorsOfValues = /[^\p{L}\p{M}\p{N}!#$%&'*+\-.=?^_`~@:]+/u;

/**
 * An e-mail address, a sign-in name or an object id as it was meant, whatever it was copied from and whatever signs stand around it:
 * `Mia Member <mia@contoso.com>;`, `mailto:mia%40contoso.com`, `«mia＠contoso.com»`. What is none of these stays as it is, without
 * characters that nobody sees.
 */
export function mailAddress(text: string): string {
  const shown = visibleWord(text).trim();
  return (
    readings(shown)
      .map(onlyAddressIn)
      .find((found) => found !== undefined) ?? shown
  );
}

/** Whether a text names more than one person. */
export const holdsSeveral = (text: string): boolean =>
  readings(visibleWord(text)).some((reading) => addressesIn(reading).length > 1);

/** So much of it is enough to know it again; characters. */
const mostQuoted = 60;

/** Why a text that should be an address can't be used. */
export const noAddress = (text: string): string =>
  holdsSeveral(text)
    ? `${quoted(text, mostQuoted)} names more than one person`
    : `${quoted(text, mostQuoted)} is neither an e-mail address nor an object id`;

/** No address is nearly as long, nor are the few that somebody copies at once. */
const longest = 1000;

/** What a text can mean, the likelier first: a link's escapes stand for other signs, unless they are escaped once more. */
function readings(text: string): readonly string[] {
  if (text.length > longest) return [];
  const unescaped = plain(visibleWord(decoded(text)));
  const asItStands = plain(text);
  return unescaped === asItStands || /%[0-9a-f]{2}/i.test(unescaped.replace(/\?.*/, ""))
    ? [asItStands]
    : [unescaped, asItStands];
}

/** A link's escapes before its query as what they stand for; as it is where one stands for nothing. */
function decoded(text: string): string {
  try {
    return text.replace(/^[^?]+/, (link) => decodeURIComponent(link));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/** Where nothing beside it may say something that we would miss. */
function onlyAddressIn(text: string): string | undefined {
  const [found, ...others] = addressesIn(text);
  if (found === undefined || others.length > 0) return undefined;
  return wordsBeside(text, found).every((word) => same(word, found)) ? found : undefined;
}

/**
 * But for what belongs to it: the name before what stands in brackets, or in brackets after it; what says that it is an address, before
 * a colon; what a link says of a letter or a call.
 */
function wordsBeside(text: string, found: string): readonly string[] {
  const before = text.slice(0, Math.max(0, text.indexOf(found)));
  const opening = before.includes("@") ? -1 : before.search(/[<\p{Ps}\p{Pi}][^<\p{Ps}\p{Pi}]*$/u);
  return text
    .slice(Math.max(0, opening))
    .replace(/^[^<>@:]*:/, "")
    .replace(/\([^()@]*\)$/, "")
    .replaceAll(/\?[^\s>)]*/g, "")
    .replaceAll(/;[\w-]+=[^;<>@\s]*/g, "")
    .split(separatorsOfValues)
    .map((word) => trimmed(word.replace(/^[^@]*:/, "")))
    .filter((word) => word !== "");
}

/** Each once, in the order in which they stand there. */
function addressesIn(text: string): readonly string[] {
  const words = text.split(separators).map((word) => trimmed(word.replace(/\?.*/, "")));
  const addresses = words.filter((word) => emailPattern.test(word) || objectIdPattern.test(word));
  return addresses.filter((word, index) => addresses.findIndex((other) => same(word, other)) === index);
}

/** With the usual signs in place of those that word processors and other keyboards make of them, and without Markdown's escapes. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("。", ".")
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, "");

/** Without the signs around it. Those before it may be its own, unless no address begins so or they stand after it too, as Markdown's do. */
function trimmed(word: string): string {
  const [lead = ""] = /^[^\p{L}\p{M}\p{N}]+/u.exec(word) ?? [];
  if (lead === word) return "";
  const [tail = ""] = /(?<![^\p{L}\p{M}\p{N}])[^\p{L}\p{M}\p{N}]+$/u.exec(word) ?? [];
  const own = [...lead].filter((sign) => !"'.*`".includes(sign) && !tail.includes(sign));
  return own.join("") + word.slice(lead.length, word.length - tail.length);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
