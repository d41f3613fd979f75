import { brief } from "./text.ts";
import { visibleWord } from "./visible.ts";

export const objectIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A dot stands in the domain, neither first nor last. */
export const emailPattern = /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/;

/** What stands around an address, or between two. */
const separators = /[\s<>()[\]{},;:/、"“”„|]+/;

/**
 * An e-mail address, a sign-in name or an object id as it was meant, whatever it was copied from: `Mia Member <mia@contoso.com>;`,
 * `mailto:mia@contoso.com`, `mia＠contoso.com`. What is none of these stays as it is, without characters that nobody sees.
 */
export function mailAddress(text: string): string {
  const shown = visibleWord(text).trim();
  const [found, ...others] = addressesIn(shown);
  if (found === undefined || others.length > 0) return shown;
  // Words beside it may say something that we would miss, but for the name before what stands in brackets, or in brackets after it.
  const rest = plain(shown)
    .replace(/^[^<>@]*(?=<[^<>]+>)/, "")
    .replace(/\([^()@]*\)$/, "")
    .replace(/\?[^\s>)]*/, "")
    .split(separators)
    .map(trimmed)
    .filter((word) => word !== "" && !/^(mailto|smtp|sip)$/i.test(word));
  return rest.every((word) => same(word, found)) ? found : shown;
}

/** Whether a text names more than one person. */
export const holdsSeveral = (text: string): boolean => addressesIn(visibleWord(text)).length > 1;

/** So much of it is enough to know it again; characters. */
const mostQuoted = 60;

/** Why a text that should be an address can't be used. */
export const noAddress = (text: string): string =>
  holdsSeveral(text)
    ? `“${brief(text, mostQuoted)}” names more than one person`
    : `“${brief(text, mostQuoted)}” is neither an e-mail address nor an object id`;

/** No address is nearly as long, nor are the few that somebody copies at once. */
const longest = 1000;

/** Each once, in the order in which they stand there. */
function addressesIn(text: string): readonly string[] {
  if (text.length > longest) return [];
  const words = plain(text)
    .split(separators)
    .map((word) => trimmed(word.replace(/\?.*/, "")));
  const addresses = words.filter((word) => emailPattern.test(word) || objectIdPattern.test(word));
  return addresses.filter((word, index) => addresses.findIndex((other) => same(word, other)) === index);
}

/** With the usual signs in place of those that word processors and other keyboards make of them. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("。", ".");

const trimmed = (word: string): string => word.replace(/^'+/, "").replace(/(?<!['.!])['.!]+$/, "");

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
