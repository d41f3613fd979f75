import { withOpenToAllWarning } from "../cards/connect.ts";
import { progressCard } from "../cards/operationCards.ts";
import type { Card } from "../core/card.ts";
import { owed } from "../core/delivery.ts";
import { type Instance, newInstance, type Person } from "../core/instance.ts";
import type { Account, Member } from "../core/member.ts";
import { operationId } from "../core/names.ts";
import { isLook, type Operation, type OperationInput, type OperationRecord } from "../core/operation.ts";
import { progressRoutes, type ReplyAddress, type Route } from "../core/platform.ts";
import type { Settings } from "../core/settings.ts";
import type { Change, Row, WorkMessage } from "../core/store.ts";

export interface Beginning {
  readonly operation: Operation;
  /** The call that asked for it, from which the operation's id is derived. */
  readonly cause: string;
  readonly member: Member;
  readonly instance: Row<Instance> | undefined;
  readonly by?: Account | undefined;
  readonly replyTo?: ReplyAddress | undefined;
  readonly routes?: readonly Route[] | undefined;
  readonly input?: OperationInput | undefined;
  readonly now: Date;
  readonly settings: Settings;
  /** What else changes in the instance's record, given the operation's id. */
  readonly instancePatch?: ((operation: string) => Partial<Instance>) | undefined;
}

export interface Begun {
  readonly id: string;
  readonly operation: OperationRecord;
  /** Its owner, as the caller read them. */
  readonly person: Person;
  readonly changes: readonly Change[];
  readonly wake: readonly WorkMessage[];
  /** The first card. */
  card(): Card;
}

/** The rows with which an operation starts: its record, the message it owes, the instance that it holds. */
export function begin(beginning: Beginning): Begun {
  const { operation, member, instance, by, replyTo, now, settings } = beginning;
  const id = operationId(beginning.cause);
  const record: OperationRecord = {
    id,
    name: operation.name,
    by,
    // The delivery knows where the answer goes, so the token isn't needed here.
    replyTo: replyTo && { ...replyTo, data: {} },
    startedAt: now.toISOString(),
    status: "running",
    phase: "queued",
    input: beginning.input ?? {},
    notes: {},
    looks: 0,
    nextLookAt: now.toISOString(),
  };
  const before = instance?.value ?? newInstance(settings.place, now);
  const after = changed(
    before,
    { ...before, ...(operation.exclusive ? { operation: id } : {}), ...beginning.instancePatch?.(id) },
    now,
  );
  const isSame = instance !== undefined && JSON.stringify(after) === JSON.stringify(before);
  const changes: Change[] = [
    { kind: "op", id, value: record },
    // Looks don't block each other.
    ...(isLook(operation.name) && isSame
      ? []
      : [{ kind: "instance", id: "", value: after, etag: instance?.etag } as const]),
  ];
  const view = { operation: record, member, instance: after, settings, price: undefined };
  const card = () => withOpenToAllWarning(progressCard(operation, view), after, settings);
  if (replyTo) {
    const message = owed(id, replyTo, beginning.routes ?? progressRoutes, card(), now);
    changes.push({ kind: "delivery", id, value: operation.quiet ? { ...message, revision: 0 } : message });
  }
  const person = { member, instance: instance?.value };
  return {
    id,
    operation: record,
    person,
    changes,
    wake: [{ kind: "operation", partition: member.key, id }],
    card,
  };
}

/** An instance after a change, with the time of it if the state is another. */
export const changed = (before: Instance, after: Instance, now: Date): Instance =>
  before.state === after.state ? after : { ...after, since: now.toISOString() };
