import { createHash } from "node:crypto";
import { withOpenToAllWarning } from "../cards/connect.ts";
import { failureCard, progressCard } from "../cards/operationCards.ts";
import type { Card } from "../core/card.ts";
import { isOwed, renewed } from "../core/delivery.ts";
import { type Instance, newInstance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { CardView, Operation, OperationRecord, Step } from "../core/operation.ts";
import type { Change, Row } from "../core/store.ts";
import type { Effects, Parts } from "../parts.ts";
import { changed } from "./begin.ts";
import { deliver } from "./deliver.ts";
import { dueRowsOf, noticesOf } from "./notices.ts";
import { enter } from "./outbox.ts";
import { forLook } from "./task.ts";
import { tellMember } from "./tell.ts";

export interface OperationRows {
  readonly operation: Row<OperationRecord>;
  readonly member: Row<Member>;
  readonly instance: Row<Instance> | undefined;
}

/**
 * Writes a step down in one transaction – the operation, the instance, the messages that are owed – asks for the
 * next look, and sends what is owed. Due rows are written before it: one too many finds nothing to do, one too few loses a message.
 * @throws Conflict
 */
export async function writeStep(
  found: OperationRows,
  step: Step,
  patch: Partial<OperationRecord>,
  parts: Parts,
): Promise<void> {
  const now = parts.clock.now();
  const key = found.member.value.key;
  const before = found.operation.value;
  const delay = delayAfter(before, step, key, parts);
  const nextLookAt = new Date(now.getTime() + delay * 1000).toISOString();
  const after = recordAfter(before, step, { nextLookAt, ...patch }, now);
  const { tellOther } = step;
  const other = tellOther && (await parts.store.get(tellOther.member, "member", ""));
  if (tellOther && other) await tellMember(other.value, `${before.id}-other`, tellOther.card, parts);
  const more: (Card | undefined)[] = [];
  for (const { beforeStep } of parts.features) more.push(await beforeStep?.(after, parts));
  const { view, changes, owes } = await changesOf(found, after, step.instance, parts);
  const hasFailed = after.status === "failed" && after.fault !== undefined;
  const notices = [
    step.tellAdmins,
    hasFailed ? failureCard(parts.operations[after.name], view) : undefined,
    ...more,
  ]
    .filter((card) => card !== undefined)
    .flatMap((card, i) => noticesOf(card, `${before.id}-${before.looks}${i}`, parts));
  const message = forLook({ kind: "operation", partition: key, id: before.id }, after);
  await enter(
    {
      partition: key,
      changes: [...changes, ...notices.map((value): Change => ({ kind: "delivery", id: value.id, value }))],
      person: { member: found.member.value, instance: found.instance?.value },
      later: dueRowsOf(notices, key, now),
      again: after.status === "running" ? { message, inSeconds: delay } : undefined,
    },
    parts,
  );
  if (after.status === "failed") {
    // An alert looks for this (infra/modules/monitoring.bicep).
    const { id, name, fault } = after;
    parts.log.info("an operation failed", { member: key, operation: id, name, code: fault?.code });
  }
  for (const owed of notices) await deliver(key, owed.id, parts);
  if (owes) await deliver(key, before.id, parts);
}

/** In how many seconds a step wants the next look. */
const waitOf = (step: Step): number =>
  "act" in step ? step.againInSeconds : "waitSeconds" in step ? step.waitSeconds : 0;

/** In how many seconds it is looked at again. At the deadline it is decided what becomes of it. */
function delayAfter(before: OperationRecord, step: Step, key: string, parts: Parts): number {
  const { urgent, deadlineSeconds } = parts.operations[before.name];
  const wanted = urgent?.(before) ? waitOf(step) : parts.stretched(waitOf(step), key);
  const left = deadlineSeconds - (parts.clock.now().getTime() - Date.parse(before.startedAt)) / 1000;
  return left > 0 ? Math.min(wanted, Math.ceil(left) + 1) : wanted;
}

/** The operation as a step leaves it. */
function recordAfter(
  before: OperationRecord,
  step: Step,
  patch: Partial<OperationRecord>,
  now: Date,
): OperationRecord {
  const phase = step.phase ?? before.phase;
  return {
    ...before,
    ...("finish" in step ? { status: step.finish, fault: step.fault } : {}),
    phase,
    times: phase === before.phase ? before.times : { ...before.times, [phase]: now.toISOString() },
    refusal: step.refusal,
    notes: { ...before.notes, ...step.notes },
    looks: before.looks + 1,
    hold: undefined,
    ...patch,
  };
}

/** The rows that change where an operation goes on, or ends, with what follows from that for each feature. */
export async function changesOf(
  found: OperationRows,
  after: OperationRecord,
  patch: Partial<Instance> | undefined,
  parts: Parts,
): Promise<{ readonly view: CardView; readonly changes: readonly Change[]; readonly owes: boolean }> {
  const { settings, prices } = parts;
  const operation = parts.operations[after.name];
  const now = parts.clock.now();
  const member = found.member.value;
  const before = found.instance?.value ?? newInstance(settings.place, now);
  const { id, name, status } = after;
  const isFree = operation.exclusive && before.operation === id && status !== "running";
  const free = { operation: undefined, last: { operation: id, name, outcome: status } };
  const made = { ...before, ...(status !== "superseded" && patch), ...(isFree && free) };
  const stepped = { operation: after, instance: made, member, now, settings };
  const effects = parts.features.map(({ afterStep }) => afterStep?.(stepped) ?? {});
  const instance = changed(before, Object.assign({}, made, ...effects.map((each) => each.instance)), now);
  const price = await prices.known(instance.size ?? after.input.size ?? settings.size);
  const view: CardView = { operation: after, member, instance, settings, price };
  const { told, change, owes } = await progressOf(operation, view, member.key, parts);
  const changes: readonly Change[] = [
    { kind: "op", id, value: { ...after, told }, etag: found.operation.etag },
    ...instanceChange(found, instance),
    ...(change ? [change] : []),
    ...memberChange(found, effects),
  ];
  return { view, changes, owes };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const instanceChange = (found: OperationRows, value: Instance): readonly Change[] =>
  same(found.instance?.value, value) ? [] : [{ kind: "instance", id: "", value, etag: found.instance?.etag }];

/** The one progress message, when its card has changed; `told`: the card of which nothing is owed. */
async function progressOf(
  operation: Operation,
  view: CardView,
  key: string,
  { store }: Parts,
): Promise<{ readonly told?: string; readonly change?: Change; readonly owes: boolean }> {
  const { id, status, told } = view.operation;
  if (operation.quiet && status === "running") return { owes: false };
  const card = withOpenToAllWarning(progressCard(operation, view), view.instance, view.settings);
  const hash = createHash("sha256").update(JSON.stringify(card)).digest("base64url");
  if (told === hash) return { told, owes: false };
  const row = await store.get(key, "delivery", id);
  if (!row) return { told: hash, owes: false };
  const value = renewed(row.value, card);
  if (!value) return isOwed(row.value) ? { owes: true } : { told: hash, owes: false };
  return { change: { kind: "delivery", id, value, etag: row.etag }, owes: true };
}

function memberChange({ member }: OperationRows, effects: readonly Effects[]): readonly Change[] {
  const changes = effects.flatMap((each) => each.member ?? []);
  if (changes.length === 0) return [];
  const value: Member = Object.assign({}, member.value, ...changes);
  return [{ kind: "member", id: "", value, etag: member.etag }];
}
