import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { inTime } from "../core/clock.ts";
import type { Fault } from "../core/errors.ts";
import { type Due, sweepAfterSeconds } from "../core/store.ts";
import type { Parts, Periodic } from "../parts.ts";
import { wakeUp } from "./outbox.ts";
import { noteOwed } from "./platformState.ts";
import { taskFor } from "./task.ts";

/** For so long the due rows are looked at, oldest first, before anything else is; the next time goes on with the rest. */
export const dueSeconds = 45;
/** So often they are looked at while something else takes longer. */
const everySeconds = 60;

/** Catches whatever was dropped: each due row whose time has come is looked at again, until there is nothing left to do. */
export async function sweep(parts: Parts): Promise<void> {
  await lookAtAllDue(parts);
  const others = doOthers(parts).then(() => true);
  let isLong = false;
  while (!(await inTime(secondsFrom(parts, everySeconds), others, parts))) {
    isLong = true;
    await lookAtAllDue(parts);
  }
  // The timer has missed a turn, and its next one may be a minute away.
  if (isLong) await lookAtAllDue(parts);
}

const secondsFrom = ({ clock }: Parts, seconds: number): Date =>
  new Date(clock.now().getTime() + seconds * 1000);

/** Each of those that are due now, once: one that can't be looked at stays due. */
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

/** Whatever else there is to do from time to time. */
async function doOthers(parts: Parts): Promise<void> {
  for (const periodic of parts.periodic) await attempt(periodic.name, () => doIfTime(periodic, parts), parts);
}

/** How far it is, in a row of the cache. One that can't be read says nothing. */
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
  // Somebody has wished for it meanwhile.
  if (!isDeepStrictEqual(await store.cached(name), last)) return;
  await store.cache(name, { basis: basis?.(settings), goesOn }, clock.now());
}

/** Has the next sweep do what is done from time to time and makes room where Azure has refused so. */
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

/** What fails must not keep the rest from being swept. */
async function attempt(what: string, doing: () => Promise<void>, { log }: Parts): Promise<void> {
  try {
    await doing();
  } catch (error) {
    log.error(`the sweep could not look at ${what}`, error);
  }
}
