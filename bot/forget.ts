import type { Parts } from "./parts.ts";

const dayMs = 24 * 3600_000;
const cacheName = "forget";
/** Far longer than any platform repeats a call, and than anything takes that such a row belongs to. */
const keepMs = 30 * dayMs;

/** Once a day: removes the rows that served for some minutes, a month later. */
export async function forgetPassing({ store, clock }: Parts): Promise<void> {
  const now = clock.now();
  const last = await store.cached(cacheName);
  if (last && now.getTime() - Date.parse(last.at) < dayMs) return;
  await store.forget(new Date(now.getTime() - keepMs));
  await store.cache(cacheName, {}, now);
}
