import { nothingChanged, Refusal } from "../../core/errors.ts";
import type { SentFile } from "../../core/platform.ts";
import { quoted } from "../../core/quoted.ts";

/** More is no list of people. In bytes. */
const largest = 1_000_000;
const timeoutMs = 10_000;
/** So much of a name is said. */
const mostOfName = 80;

/** Where a platform keeps files. */
interface Source {
  readonly origins: readonly string[];
  /** The parameter that says where, if the platform itself does not. */
  readonly setBy?: string;
}

/**
 * Fetches what people attach, as text. Only from where a platform keeps files: the address came with a message, and must not lead
 * anywhere else, nor on from there.
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

/** Whether an address is of one of these origins; `https://*.contoso.com` is every host below contoso.com. */
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
    // Its message may hold the address, which opens the file.
    throw error instanceof Refusal ? error : unread;
  }
  return Buffer.concat(pieces);
}
