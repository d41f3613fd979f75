import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Settings } from "../../core/settings.ts";
import type { Bookmark, Store } from "../../core/store.ts";

interface Needed {
  readonly clock: Clock;
  readonly settings: Pick<Settings, "auditDays">;
  readonly store: Pick<Store, "forget">;
}

const bookmark: z.ZodType<Bookmark> = z.object({
  table: z.enum(["state", "audit", "cache"]),
  partition: z.string(),
  row: z.string(),
});

/** Deletes expired rows, some in each sweep until all were looked at. */
export const forgetPassing = (
  { store, clock, settings }: Needed,
  from: unknown,
): Promise<Bookmark | undefined> =>
  store.forget(clock.now(), settings.auditDays, bookmark.safeParse(from).data);
