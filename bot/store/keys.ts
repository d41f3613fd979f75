import type { RowKind } from "../core/store.ts";

/** Greater than every character that our keys begin with. */
export const lastKey = "~";

export const rowKey = (kind: RowKind, id: string): string => (id === "" ? kind : `${kind}:${id}`);

/** What a row's key in table `state` is made of. */
export function partsOfKey(key: string): { readonly kind: string; readonly id: string } {
  const at = key.indexOf(":");
  return at < 0 ? { kind: key, id: "" } : { kind: key.slice(0, at), id: key.slice(at + 1) };
}
