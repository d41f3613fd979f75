import { isTimeFor } from "./isTimeFor.ts";
import type { Parts } from "./parts.ts";

const dayMs = 24 * 3600_000;
const cacheName = "forget";

/** Once a day: removes the rows whose time is over. */
export async function forgetPassing(parts: Parts): Promise<void> {
  const { store, clock, settings } = parts;
  if (!(await isTimeFor(cacheName, dayMs, parts))) return;
  await store.forget(clock.now(), settings.auditDays);
  await store.cache(cacheName, {}, clock.now());
}
