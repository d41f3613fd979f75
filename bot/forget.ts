import { isTimeFor } from "./isTimeFor.ts";
import type { Parts } from "./parts.ts";

const dayMs = 24 * 3600_000;
const cacheName = "forget";
/** Far longer than any platform repeats a call, and than anything takes that such a row belongs to. */
const keepMs = 30 * dayMs;

/** Once a day: removes the rows that served for some minutes, a month later. */
export async function forgetPassing(parts: Parts): Promise<void> {
  const { store, clock } = parts;
  if (!(await isTimeFor(cacheName, dayMs, parts))) return;
  await store.forget(new Date(clock.now().getTime() - keepMs));
  await store.cache(cacheName, {}, clock.now());
}
