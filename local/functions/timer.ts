import { Cron } from "croner";
import type { RegisteredFunction } from "./core.ts";
import { textOf } from "./http.ts";
import { type Invoke, type Log, triggerOf } from "./invoke.ts";

/**
 * Runs every timer function on its schedule (NCRONTAB, UTC), never two runs at a time. The real host keeps the last run
 * in storage and at its start makes up for one missed while it was down; this one keeps nothing, so it runs each timer
 * at every start.
 */
export function startTimers(
  functions: readonly RegisteredFunction[],
  options: { invoke: Invoke; log: Log },
): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const jobs = functions.flatMap((called) => {
    const [, { type, schedule }] = triggerOf(called.metadata.bindings);
    if (type !== "timerTrigger") return [];
    const run = async (isPastDue: boolean) => {
      const input = { Schedule: { AdjustForDST: false }, IsPastDue: isPastDue };
      const run = options
        .invoke(called, { json: JSON.stringify(input) })
        .then(() => {})
        .catch((error: unknown) => options.log(`${called.metadata.name} failed: ${textOf(error)}`));
      running.add(run);
      await run;
      running.delete(run);
    };
    void run(true);
    return [new Cron(String(schedule), { timezone: "UTC", protect: true, mode: "6-part" }, () => run(false))];
  });
  return {
    async stop() {
      for (const job of jobs) job.stop();
      await Promise.all(running);
    },
  };
}
