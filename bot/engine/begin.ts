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
  /** The call that asked for it; the operation's id is derived from it. */
  readonly cause: string;
  readonly member: Member;
  readonly instance: Row<Instance> | undefined;
  readonly by?: Account | undefined;
  readonly replyTo?: ReplyAddress | undefined;
  readonly routes?: readonly Route[] | undefined;
  readonly input?: OperationInput | undefined;
  readonly now: Date;
  readonly settings: Settings;
  /** What else changes in the instance's record; the operation's id is given. */
  readonly instancePatch?: ((operation: string) => Partial<Instance>) | undefined;
}

export interface Begun {
  readonly id: string;
  readonly operation: OperationRecord;
  /** Whose it is, as whoever begins it has read them. */
  readonly person: Person;
  readonly changes: readonly Change[];
  readonly wake: readonly WorkMessage[];
  /** What is said of its beginning. */
  card(): Card;
}

/** The rows with which an operation begins: its record, the message it owes, the instance that it holds. */
export function begin(beginning: Beginning): Begun {
  const { operation, member, instance, by, replyTo, now, settings } = beginning;
  const id = operationId(beginning.cause);
  const record: OperationRecord = {
    id,
    name: operation.name,
    by,
    // Where it is told is in the delivery; here no token is needed.
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
  const after: Instance = {
    ...before,
    ...(operation.exclusive ? { operation: id } : {}),
    ...beginning.instancePatch?.(id),
  };
  const isSame = instance !== undefined && JSON.stringify(after) === JSON.stringify(before);
  const changes: Change[] = [
    { kind: "op", id, value: record },
    // Others who look are in nobody's way.
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
    wake: [{ kind: "operation", member: member.key, id }],
    card,
  };
}
