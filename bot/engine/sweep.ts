import { type Due, overdueSeconds } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { inTime } from "./inTime.ts";
import { wakeUp } from "./outbox.ts";
import { noteOwed } from "./platformState.ts";
import { taskFor } from "./task.ts";

/** For so long the reminders are looked at, oldest first, before anything else is; the next time goes on with the rest. */
export const reminderSeconds = 45;
/** So often they are looked at while something else takes longer. */
const everySeconds = 60;

/** Catches whatever was dropped: each reminder whose time has come is looked at again, until there is nothing left to do. */
export async function sweep(parts: Parts): Promise<void> {
  await remindAll(parts);
  const others = doOthers(parts).then(() => true);
  let isLong = false;
  while (!(await inTime(secondsFrom(parts, everySeconds), others, parts))) {
    isLong = true;
    await remindAll(parts);
  }
  // The timer has missed a turn, and its next one may be a minute away.
  if (isLong) await remindAll(parts);
}

const secondsFrom = ({ clock }: Parts, seconds: number): Date =>
  new Date(clock.now().getTime() + seconds * 1000);

/** Each of those that are due now, once: one that can't be looked at stays due. */
async function remindAll(parts: Parts): Promise<void> {
  const by = secondsFrom(parts, reminderSeconds);
  const looking = async () => {
    for await (const due of parts.store.dueBy(parts.clock.now())) {
      if (parts.clock.now() >= by) return parts.log.info("more is due than the sweep could look at");
      await attempt("a reminder", () => remind(due, parts), parts);
    }
  };
  await attempt("what is due", looking, parts);
}

/** Whatever else there is to do from time to time. */
async function doOthers(parts: Parts): Promise<void> {
  for (const { name, run } of parts.periodic) await attempt(name, () => run(parts), parts);
}

async function remind(due: Due, parts: Parts): Promise<void> {
  const task = taskFor(due.message, parts);
  if (!task) return;
  const state = await task.state(due.message, parts);
  if (state !== "done") {
    await parts.store.addDue({ ...due, at: secondsFrom(parts, overdueSeconds) });
    if (state === "overdue") {
      await noteOwed(due.message, parts);
      await wakeUp(due.message, 0, parts);
    }
  }
  await parts.store.dropDue(due);
}

/** What fails must not keep the rest from being swept. */
async function attempt(what: string, doing: () => Promise<void>, { log }: Parts): Promise<void> {
  try {
    await doing();
  } catch (error) {
    log.error(`the sweep could not look at ${what}`, error);
  }
}
