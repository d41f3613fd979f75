import { forgetPassing } from "../engine/forget.ts";
import { trimHistory } from "../engine/history.ts";
import { watchPlatforms } from "../engine/platformState.ts";
import { poison } from "../engine/poison.ts";
import { engineTasks } from "../engine/tasks.ts";
import type { Parts, Periodic, Task } from "../parts.ts";
import { accessEnds, locking } from "./access/accessEnds.ts";
import { findOrphans } from "./admin/orphans.ts";
import { keepBackups } from "./backups/nightly.ts";
import { bulkTask } from "./many/bulk.ts";
import { importTask } from "./roster/importing.ts";
import { keepEnds } from "./roster/keepEnds.ts";

/** Every kind of work but the answering of calls, which is the front's. The worker, the sweep and what says how the bot is follow from it. */
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
