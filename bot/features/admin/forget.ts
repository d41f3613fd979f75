import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import { dayMs } from "../../core/lifetimes.ts";
import type { Settings } from "../../core/settings.ts";
import type { Bookmark, Store } from "../../core/store.ts";
import { isTimeFor } from "../../engine/isTimeFor.ts";

interface Needed {
  readonly clock: Clock;
  readonly settings: Pick<Settings, "auditDays">;
  readonly store: Pick<Store, "cached" | "cache" | "forget">;
}

const cacheName = "forget";

/** Of a pass that is not through. */
const noted: z.ZodType<{ readonly goesOn: Bookmark }> = z.object({
  goesOn: z.object({ table: z.enum(["state", "audit", "cache"]), partition: z.string(), row: z.string() }),
});

/** Once a day, and with each sweep until all is looked at: removes the rows whose time is over. */
export async function forgetPassing({ store, clock, settings }: Needed): Promise<void> {
  const from = noted.safeParse((await store.cached(cacheName))?.value).data?.goesOn;
  if (!from && !(await isTimeFor(cacheName, dayMs, { store, clock }))) return;
  const goesOn = await store.forget(clock.now(), settings.auditDays, from);
  await store.cache(cacheName, goesOn ? { goesOn } : {}, clock.now());
}
