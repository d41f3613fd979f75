import { overdueSeconds } from "./core/begin.ts";
import type { Card } from "./core/card.ts";
import { isOwed, mustWait } from "./core/delivery.ts";
import { callDelivery, operationId } from "./core/identifiers.ts";
import { isKept, mustLock } from "./core/instance.ts";
import type { Delivery } from "./core/records.ts";
import { openNow } from "./core/ssh.ts";
import type { Due, WorkMessage } from "./core/store.ts";
import { importRow } from "./core/team.ts";
import { forgetPassing } from "./forget.ts";
import { trimHistory } from "./history.ts";
import { inTime } from "./inTime.ts";
import { keepBackups } from "./nightly.ts";
import { findOrphans } from "./orphans.ts";
import { wakeUp } from "./outbox.ts";
import type { Parts } from "./parts.ts";
import { noteOwed, watchPlatforms } from "./platformState.ts";
import { lockAll } from "./reminders.ts";
import { tellAdmins } from "./tell.ts";

/** For so long the reminders are looked at, oldest first, before anything else is; the next time goes on with the rest. */
export const reminderSeconds = 45;
/** So often they are looked at while something else takes longer. */
const everySeconds = 60;
/** From then on somebody should look; alerts look for it (infra/modules/monitoring.bicep). */
const oldSeconds = 3600;

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
  await attempt("rows to tend", () => parts.store.tend(parts.clock.now()), parts);
  await attempt("the platforms", () => watchPlatforms(parts), parts);
  await attempt("poison", () => tellOfPoison(parts), parts);
  await attempt("prices", () => refreshPrices(parts), parts);
  await attempt("backups", () => keepBackups(parts), parts);
  await attempt("network rules", () => lockAll(parts), parts);
  await attempt("orphans", () => findOrphans(parts), parts);
  await attempt("the deployments on record", () => trimHistory(parts), parts);
  await attempt("what may be forgotten", () => forgetPassing(parts), parts);
}

async function refreshPrices({ prices, settings }: Parts): Promise<void> {
  for (const size of settings.sizes) await prices.refresh(size);
}

async function remind(due: Due, parts: Parts): Promise<void> {
  const open = await stillOpen(due.message, parts);
  if (open) {
    await parts.store.addDue({ ...due, at: secondsFrom(parts, overdueSeconds) });
    if (open === "overdue") {
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

/** A message that failed five times. Its reminder brings the work back; the admins hear that something is wrong. */
async function tellOfPoison(parts: Parts): Promise<void> {
  await parts.queue.drainPoison((message) => {
    parts.log.info("a piece of work was put aside", { message });
    return tellAdmins(operationId(`poison ${message}`), poisonCard(message), parts);
  });
}

const poisonCard = (message: string): Card => ({
  title: "A step of the bot failed five times",
  tone: "bad",
  text: "It is tried again every minute. The bot's log says why it fails.",
  footer: message.slice(0, 200),
});

/** Whether something remains to be done; `overdue`: and nobody seems to be at it. */
async function stillOpen(
  message: WorkMessage,
  { store, clock, log, settings }: Parts,
): Promise<"overdue" | "expected" | false> {
  const { member, id } = message;
  switch (message.kind) {
    case "operation": {
      const [operation, delivery] = await Promise.all([
        store.get(member, "op", id),
        store.get(member, "delivery", id),
      ]);
      if (operation?.value.status === "running") {
        const seconds = (clock.now().getTime() - Date.parse(operation.value.startedAt)) / 1000;
        if (seconds > oldSeconds) log.info("an operation is old", { member, operation: id, seconds });
        return isLate(operation.value.nextLookAt, clock.now()) ? "overdue" : "expected";
      }
      return owed(delivery?.value, clock.now());
    }
    case "delivery":
      return owed((await store.get(member, "delivery", id))?.value, clock.now());
    case "call": {
      const [call, delivery] = await Promise.all([
        store.get(member, "call", id),
        store.get(member, "delivery", callDelivery(id)),
      ]);
      return call && !call.value.done ? "overdue" : owed(delivery?.value, clock.now());
    }
    case "access": {
      const instance = (await store.person(member)).instance?.value;
      return (
        instance !== undefined &&
        (openNow(instance, clock.now()).length < instance.access.length || mustLock(instance, settings)) &&
        "overdue"
      );
    }
    case "bulk": {
      const [bulk, delivery] = await Promise.all([
        store.get(member, "bulk", id),
        store.get(member, "delivery", id),
      ]);
      if (bulk?.value.status !== "running") return owed(delivery?.value, clock.now());
      return isLate(bulk.value.nextLookAt, clock.now()) ? "overdue" : "expected";
    }
    case "import": {
      const [first, delivery] = await Promise.all([
        store.get(member, "import", importRow(id, 0)),
        store.get(member, "delivery", id),
      ]);
      return first?.value.status === "running" ? "overdue" : owed(delivery?.value, clock.now());
    }
    case "keep": {
      const person = await store.person(member);
      const instance = person.instance?.value;
      const kept = instance && person.member?.value.status === "left" && isKept(instance, id);
      return kept ? (instance.operation ? "expected" : "overdue") : false;
    }
  }
}

const isLate = (nextLookAt: string, now: Date): boolean =>
  now.getTime() - Date.parse(nextLookAt) > overdueSeconds * 500;

function owed(delivery: Delivery | undefined, now: Date): "overdue" | "expected" | false {
  if (delivery?.status === "undeliverable") return mustWait(delivery, now) && "expected";
  if (!delivery || !isOwed(delivery)) return false;
  return mustWait(delivery, now) ? "expected" : "overdue";
}
