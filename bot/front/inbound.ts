import type { InboundRequest } from "../core/platform.ts";
import { mostBytes } from "../core/sizes.ts";

/** A request whose body wasn't read yet. */
interface Unread {
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * What a platform sent, with its body. Undefined if its header announces more than is read at all. A body without that header is
 * refused once it is in memory; the host limits its size.
 */
export async function inboundFrom(request: Unread): Promise<InboundRequest | undefined> {
  const length = request.headers.get("content-length");
  if (length !== null && !(Number(length) <= mostBytes)) return undefined;
  const body = new Uint8Array(await request.arrayBuffer());
  return { headers: Object.fromEntries(request.headers), body };
}
