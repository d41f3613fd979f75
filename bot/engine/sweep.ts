import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { inTime } from "../core/clock.ts";
import type { Fault } from "../core/errors.ts";
import { type Due, sweepAfterSeconds } from "../core/store.ts";
import type { Parts, Periodic } from "../parts.ts";
import { wakeUp } from "./outbox.ts";
import { noteOwed } from "./platformState.ts";
import { taskFor } from "./task.ts";

/** How long a sweep looks at due rows, oldest first, before anything else. The next sweep continues with the rest. In seconds. */
export const dueSeconds = 45;
/** How often it looks at them again while something else takes longer. In seconds. */
const everySeconds = 60;

/** Catches whatever was dropped: looks at each due row again until there is nothing left to do. */
export async function sweep(parts: Parts): Promise<void> {
  await lookAtAllDue(parts);
  const others = doOthers(parts).then(() => true);
  let isLong = false;
  while (!(await inTime(secondsFrom(parts, everySeconds), others, parts))) {
    isLong = true;
    await lookAtAllDue(parts);
  }
  // The timer missed a turn, and its next one may be a minute away.
  if (isLong) await lookAtAllDue(parts);
}

const secondsFrom = ({ clock }: Parts, seconds: number): Date =>
  new Date(clock.now().getTime() + seconds * 1000);

/** Looks once at each row that is due now. One that can't be looked at stays due. */
async function lookAtAllDue(parts: Parts): Promise<void> {
  const by = secondsFrom(parts, dueSeconds);
  const looking = async () => {
    for await (const due of parts.store.dueBy(parts.clock.now())) {
      if (parts.clock.now() >= by) return parts.log.info("more is due than the sweep could look at");
      await attempt("a due row", () => lookAtDue(due, parts), parts);
    }
  };
  await attempt("what is due", looking, parts);
}

/** Does the periodic work. */
async function doOthers(parts: Parts): Promise<void> {
  for (const periodic of parts.periodic) await attempt(periodic.name, () => doIfTime(periodic, parts), parts);
}

/** How far it has come, in a cached row. An unreadable row counts as empty. */
const notedShape = z.object({ basis: z.string().optional(), goesOn: z.unknown().optional() });

/** What fails is tried again by the next sweep. */
async function doIfTime({ name, everyMs, basis, run }: Periodic, parts: Parts): Promise<void> {
  if (everyMs === undefined) return void (await run(parts));
  const { store, clock, settings } = parts;
  const last = await store.cached(name);
  const noted = notedShape.safeParse(last?.value).data;
  const since = clock.now().getTime() - Date.parse(last?.at ?? "");
  const isSame = noted?.basis === basis?.(settings);
  if (last && since < everyMs && noted?.goesOn === undefined && isSame) return;
  const goesOn = await run(parts, isSame ? noted?.goesOn : undefined);
  // Someone asked for it in the meantime.
  if (!isDeepStrictEqual(await store.cached(name), last)) return;
  await store.cache(name, { basis: basis?.(settings), goesOn }, clock.now());
}

/** Makes the next sweep do the periodic work that makes room after this refusal by Azure. */
export async function doAfter(refusal: Fault, { periodic, store, clock }: Parts): Promise<void> {
  for (const { name, after } of periodic)
    if (after?.refusal === refusal.code) await store.cache(name, { goesOn: after.from }, clock.now());
}

async function lookAtDue(due: Due, parts: Parts): Promise<void> {
  const task = taskFor(due.message, parts);
  if (!task) return;
  const state = await task.state(due.message, parts);
  if (state !== "done") {
    await parts.store.addDue({ ...due, at: secondsFrom(parts, sweepAfterSeconds) });
    if (state === "overdue") {
      await noteOwed(due.message, parts);
      await wakeUp(due.message, 0, parts);
    }
  }
  await parts.store.dropDue(due);
}

/** A failure must not keep the rest from being swept. */
async function attempt(what: string, doing: () => Promise<void>, { log }: Parts): Promise<void> {
  try {
    await doing();
  } catch (error) {
    log.error(`the sweep could not look at ${what}`, error);
  }
}
