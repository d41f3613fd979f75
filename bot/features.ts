import { accessEnds, locking } from "./accessEnds.ts";
import { bulkTask } from "./bulk.ts";
import { forgetPassing } from "./forget.ts";
import { trimHistory } from "./history.ts";
import { importTask } from "./importing.ts";
import { keepEnds } from "./keepEnds.ts";
import { keepBackups } from "./nightly.ts";
import { findOrphans } from "./orphans.ts";
import type { Parts, Periodic, Task } from "./parts.ts";
import { watchPlatforms } from "./platformState.ts";
import { poison } from "./poison.ts";
import { engineTasks } from "./tasks.ts";

/** Every kind of work. The worker, the sweep and what says how the bot is follow from this list. */
export const tasks: readonly Task[] = [...engineTasks, accessEnds, keepEnds, bulkTask, importTask];

/** In this order. */
export const periodic: readonly Periodic[] = [
  { name: "rows to tend", run: ({ store, clock }) => store.tend(clock.now()) },
  { name: "the platforms", run: watchPlatforms },
  poison,
  { name: "prices", run: refreshPrices },
  { name: "backups", run: keepBackups },
  locking,
  { name: "orphans", run: findOrphans },
  { name: "the deployments on record", run: trimHistory },
  { name: "what may be forgotten", run: forgetPassing },
];

async function refreshPrices({ prices, settings }: Parts): Promise<void> {
  for (const size of settings.sizes) await prices.refresh(size);
}
