import { inTime } from "../core/clock.ts";
import type { Action, CloudPlace, Pins } from "../core/cloud.ts";
import { AzureFault, Conflict } from "../core/errors.ts";
import { accountKey } from "../core/member.ts";
import type { Acting, OperationRecord } from "../core/operation.ts";
import type { Change } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { decidedAnew, enter } from "./outbox.ts";
import type { OperationRows } from "./writeStep.ts";

/**
 * For so many seconds a step is left to whoever is about to act. An action ends before that, however long it took to begin it, and what it
 * has sent by then has the rest of the time to arrive. A hold makes it rare that two do the same; that it is harmless when they do is up to
 * each action. A script is the one that is looked for first where somebody held
 * before: Azure would begin another text of that name anew.
 */
export const holdSeconds = 60;
export const actionSeconds = 45;
const arrivalSeconds = 10;

/** For how many seconds somebody else acts; 0: nobody does. */
export const heldFor = ({ hold }: OperationRecord, now: Date): number =>
  hold === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(hold.until) - now.getTime()) / 1000));

/** Until when whoever holds it may act, if they begin now. */
export const actBy = ({ hold }: OperationRecord, now: Date): Date => {
  const end = now.getTime() + actionSeconds * 1000;
  const held = hold === undefined ? end : Date.parse(hold.until) - arrivalSeconds * 1000;
  return new Date(Math.min(end, held));
};

/**
 * Writes down who does what until when, and with it what the audit says of that, if it does. The step that follows clears it.
 * @returns what was found, as it is now
 * @throws Conflict when somebody else was faster, be it only with ending it
 */
export async function hold(
  found: OperationRows,
  { act, audit }: Pick<Acting, "act" | "audit">,
  parts: Parts,
): Promise<OperationRows> {
  const { store, clock } = parts;
  const { value, etag } = found.operation;
  const until = new Date(clock.now().getTime() + holdSeconds * 1000).toISOString();
  const { key } = found.member.value;
  const changes = [
    { kind: "op", id: value.id, value: { ...value, hold: { does: act.do, until } }, etag } as const,
    ...(audit === undefined ? [] : [entryOf(value, key, audit)]),
  ];
  await enter({ partition: key, changes }, parts);
  const operation = await store.get(key, "op", value.id);
  if (operation?.value.hold?.until !== until) throw new Conflict("someone else released it");
  const held = { ...found, operation };
  const { status, cancelledAt } = operation.value;
  if (status === "running" && cancelledAt === value.cancelledAt) return held;
  await release(held, parts);
  throw new Conflict("it was ended, or someone asked to end it, after the step was decided");
}

/** An operation's own entry in the audit: the same one, however often it is written. */
const entryOf = ({ id, by, startedAt: at }: OperationRecord, key: string, what: string): Change => ({
  kind: "audit",
  id: `${at}-${id}`,
  value: { at, by: by ? accountKey(by) : "bot", byMember: by && key, what, about: key, call: id },
  replace: true,
});

/** Lets go of a step that could not be written down, since it was cancelled meanwhile for one: nobody has to wait for the end of its hold. */
export async function release({ operation, member }: OperationRows, parts: Parts): Promise<void> {
  const { id, hold: held } = operation.value;
  const { key } = member.value;
  await decidedAnew(async () => {
    const row = await parts.store.get(key, "op", id);
    if (!row?.value.hold || row.value.hold.until !== held?.until) return;
    // What it was about to do may have been done.
    const value = { ...row.value, hold: undefined, notes: { ...row.value.notes, held: "yes" } };
    await enter({ partition: key, changes: [{ kind: "op", id, value, etag: row.etag }] }, parts);
  });
}

/**
 * Has Azure do something. When its time is over nothing more of it leaves here: what it had still to ask might come after what somebody else
 * does by then.
 * @param by at the latest; without it, for as long as an action may take
 * @throws AzureFault also where it takes longer than it may: the next look tells what came of it
 */
export async function acting(
  key: string,
  place: CloudPlace,
  action: Action,
  parts: Pick<Parts, "cloud" | "clock" | "wait">,
  by = new Date(parts.clock.now().getTime() + actionSeconds * 1000),
): Promise<Pins | undefined> {
  const ending = new AbortController();
  if (parts.clock.now() < by) {
    const value = parts.cloud.act(key, place, action, ending.signal).then((pins) => ({ pins }));
    const done = await inTime(by, value, parts);
    if (done) return done.pins;
    ending.abort();
  }
  const detail = `no answer to ${action.do} in the time that it may take`;
  throw new AzureFault({ service: "Azure", status: 0, code: "Timeout", detail, correlation: "" });
}
