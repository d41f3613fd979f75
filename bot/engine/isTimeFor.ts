import type { Parts } from "../parts.ts";

/** Whether it is so many milliseconds since this was noted as done last, with `store.cache`. */
export async function isTimeFor(
  what: string,
  everyMs: number,
  { store, clock }: Pick<Parts, "clock"> & { readonly store: Pick<Parts["store"], "cached"> },
): Promise<boolean> {
  const last = await store.cached(what);
  return !last || clock.now().getTime() - Date.parse(last.at) >= everyMs;
}
