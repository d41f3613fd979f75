import { nothingChanged, Refusal } from "../../core/errors.ts";
import type { SentFile } from "../../core/platform.ts";
import { quoted } from "../../core/quoted.ts";

/** In bytes. A larger file isn't a team file. */
const largest = 1_000_000;
const timeoutMs = 10_000;
/** How many characters of a file's name an answer repeats. */
const mostOfName = 80;

/** Where a platform keeps files. */
interface Source {
  readonly origins: readonly string[];
  /** The setting that names the origins, if the platform itself doesn't. */
  readonly setBy?: string;
}

/**
 * Fetches an attached file as text, and only from where its platform keeps files: the address came with a message and must
 * not lead anywhere else, not even by a redirect.
 */
export function fileFetcher(sources: Readonly<Record<string, Source>>) {
  return async (file: SentFile): Promise<string> => {
    const { origins, setBy }: Source = sources[file.platform] ?? { origins: [] };
    if (origins.length === 0 && setBy !== undefined)
      throw nothingChanged(
        `I don't know where your team keeps its files, so I can't read ${quoted(file.name, mostOfName)}. Paste its text instead, or ask whoever runs the bot to set ${setBy}.`,
      );
    if (!isBelow(file.url, origins))
      throw nothingChanged(
        `${quoted(file.name, mostOfName)} isn't stored where ${file.platform} keeps files. Attach the file itself.`,
      );
    const bytes = await bytesOf(file);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw nothingChanged(`${quoted(file.name, mostOfName)} isn't UTF-8 text.`);
    }
  };
}

/** Whether an address belongs to one of these origins. `https://*.contoso.com` stands for every host below contoso.com. */
export function isBelow(address: string, origins: readonly string[]): boolean {
  const url = URL.parse(address);
  if (url?.username !== "" || url.password !== "") return false;
  return origins.some((origin) => {
    const [scheme, host = ""] = origin.split("://");
    if (url.protocol !== `${scheme}:`) return false;
    return host.startsWith("*.") ? url.host.endsWith(host.slice(1)) : url.host === host;
  });
}

async function bytesOf(file: SentFile): Promise<Uint8Array> {
  const unread = nothingChanged(`I couldn't fetch ${quoted(file.name, mostOfName)}. Attach it again.`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const response = await fetch(file.url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || !response.body) throw unread;
    for await (const piece of response.body) {
      length += piece.byteLength;
      if (length > largest)
        throw nothingChanged(`${quoted(file.name, mostOfName)} is larger than one megabyte.`);
      pieces.push(piece);
    }
  } catch (error) {
    // The error's message may hold the address, which opens the file.
    throw error instanceof Refusal ? error : unread;
  }
  return Buffer.concat(pieces);
}
