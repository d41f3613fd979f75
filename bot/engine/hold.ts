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
 * How many seconds a step is left to the worker that is about to act. An action ends before that, however late it starts, and what it
 * sent has the rest of the time to arrive. A hold makes it rare that two workers do the same; each action has to be harmless when they
 * do. Only a script is looked for first if someone held the operation before: Azure would start another text of that name again.
 */
export const holdSeconds = 60;
export const actionSeconds = 45;
const arrivalSeconds = 10;

/** How many seconds another worker may still act. 0: none does. */
export const heldFor = ({ hold }: OperationRecord, now: Date): number =>
  hold === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(hold.until) - now.getTime()) / 1000));

/** Until when the holder may act if they start now. */
export const actBy = ({ hold }: OperationRecord, now: Date): Date => {
  const end = now.getTime() + actionSeconds * 1000;
  const held = hold === undefined ? end : Date.parse(hold.until) - arrivalSeconds * 1000;
  return new Date(Math.min(end, held));
};

/**
 * Writes who does what until when, with its audit entry if it has one. The step that follows clears it.
 * @returns the rows as they are now
 * @throws Conflict if someone else was faster, even if they only ended it
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

/** An operation's own audit entry: the same one, however often it is written. */
const entryOf = ({ id, by, startedAt: at }: OperationRecord, key: string, what: string): Change => ({
  kind: "audit",
  id: `${at}-${id}`,
  value: { at, by: by ? accountKey(by) : "bot", byMember: by && key, what, about: key, call: id },
  replace: true,
});

/** Releases a step that couldn't be saved, for example after a cancellation, so that no one has to wait for the end of its hold. */
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
 * Sends an action to Azure. When its time is over, it sends nothing more, because that could arrive after what another worker does
 * by then.
 * @param by at the latest; without it, for as long as an action may take
 * @throws AzureFault also if it takes too long: the next look shows the result
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
