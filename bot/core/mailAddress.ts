import { quoted } from "./quoted.ts";
import { visibleWord } from "./text.ts";

export const objectIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/**
 * The characters that an address can have (RFC 5321, section 4.1.2, and RFC 6531 for letters of all scripts; Entra's sign-in names
 * allow fewer: Microsoft Learn, "Prepare for directory synchronization", 2026). The domain has a dot, neither first nor last.
 */
export const emailPattern =
  /^[\p{L}\p{M}\p{N}!#$%&'*+\-./=?^_`{|}~]+@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;

/** Separates addresses: any character except those above, plus `/`, `|` and curly brackets, which addresses almost never have. */
const separators = /[^\p{L}\p{M}\p{N}!#$%&'*+\-.=?^_`~@]+/u;
/** The same without the colon, which follows a label. */
const separatorsOfValues = /[^\p{L}\p{M}\p{N}!#$%&'*+\-.=?^_`~@:]+/u;

/**
 * The e-mail address, sign-in name or object id that a text means, wherever it was copied from and whatever surrounds it:
 * `Mia Member <mia@contoso.com>;`, `mailto:mia%40contoso.com`, `«mia＠contoso.com»`. Any other text stays as it is, without
 * invisible characters.
 */
export function mailAddress(text: string): string {
  const shown = visibleWord(text).trim();
  return (
    readings(shown)
      .map(onlyAddressIn)
      .find((found) => found !== undefined) ?? shown
  );
}

/** Whether a text names several people. */
export const holdsSeveral = (text: string): boolean =>
  readings(visibleWord(text)).some((reading) => addressesIn(reading).length > 1);

/** How many characters of it an answer repeats. */
const mostQuoted = 60;

/** Why a text can't be used as an address. */
export const noAddress = (text: string): string =>
  holdsSeveral(text)
    ? `${quoted(text, mostQuoted)} names more than one person`
    : `${quoted(text, mostQuoted)} is neither an e-mail address nor an object id`;

/** Longer than any address, or the few that people copy at once. */
const longest = 1000;

/** What a text can mean, likelier readings first. A link's escapes are decoded, and doubly escaped ones too. */
function readings(text: string): readonly string[] {
  if (text.length > longest) return [];
  const unescaped = plain(visibleWord(decoded(text)));
  const asItStands = plain(text);
  return unescaped === asItStands || /%[0-9a-f]{2}/i.test(unescaped.replace(/\?.*/, ""))
    ? [asItStands]
    : [unescaped, asItStands];
}

/** Decodes a link's escapes before its query. Leaves the text as it is if one is invalid. */
function decoded(text: string): string {
  try {
    return text.replace(/^[^?]+/, (link) => decodeURIComponent(link));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/** The only address in a text, if nothing beside it could carry a meaning of its own. */
function onlyAddressIn(text: string): string | undefined {
  const [found, ...others] = addressesIn(text);
  if (found === undefined || others.length > 0) return undefined;
  return wordsBeside(text, found).every((word) => same(word, found)) ? found : undefined;
}

/**
 * The words beside an address, without what belongs to it: the name before brackets or inside brackets after it, a label before a
 * colon, and a link's details about a letter or call.
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

/** Each address once, in order. */
function addressesIn(text: string): readonly string[] {
  const words = text.split(separators).map((word) => trimmed(word.replace(/\?.*/, "")));
  const addresses = words.filter((word) => emailPattern.test(word) || objectIdPattern.test(word));
  return addresses.filter((word, index) => addresses.findIndex((other) => same(word, other)) === index);
}

/** Replaces the characters that word processors and other keyboards use for the usual ones, and removes Markdown's escapes. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("。", ".")
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, "");

/** Removes the characters around a word. Leading ones may belong to the address, unless no address starts that way or they also follow it, as Markdown's do. */
function trimmed(word: string): string {
  const [lead = ""] = /^[^\p{L}\p{M}\p{N}]+/u.exec(word) ?? [];
  if (lead === word) return "";
  const [tail = ""] = /(?<![^\p{L}\p{M}\p{N}])[^\p{L}\p{M}\p{N}]+$/u.exec(word) ?? [];
  const own = [...lead].filter((sign) => !"'.*`".includes(sign) && !tail.includes(sign));
  return own.join("") + word.slice(lead.length, word.length - tail.length);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
