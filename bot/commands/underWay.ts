import {
  absentButtons,
  cancelButton,
  clearUpButton,
  isGone,
  rebuildButton,
  retryButton,
  retryLabel,
  statusButton,
} from "../cards/instanceButtons.ts";
import { phaseSentence } from "../cards/operationCards.ts";
import type { Card } from "../core/card.ts";
import type { Bot, Call } from "../core/command.ts";
import { Conflict, Refusal } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { Operation, OperationRecord } from "../core/operation.ts";
import type { Row } from "../core/store.ts";

/** The member who calls. Anyone else was already refused. */
export function callerOf(call: Call): Row<Member> {
  if (!call.member) throw new Refusal("You aren't on the roster.");
  return call.member;
}

/** The operation that holds an instance now. @throws Conflict if it ended after the instance was read */
export async function holding(
  member: Member,
  instance: Instance,
  bot: Bot,
): Promise<Row<OperationRecord> | undefined> {
  if (!instance.operation) return undefined;
  const operation = await bot.store.get(member.key, "op", instance.operation);
  if (operation && operation.value.status !== "running")
    throw new Conflict(`the ${operation.value.name} has just ended`);
  return operation;
}

/** How a command deals with an operation in progress. */
export interface Meanwhile {
  /** Whether it blocks the command. By default, every operation does. @param declared the operation's definition */
  isInTheWay?(operation: OperationRecord, declared: Operation): boolean;
  /** The command only asks how things stand, so the answer needn't say that nothing was changed. */
  readonly asksHow?: true;
}

/** The operation in progress, which is the answer to a second command. */
export async function underWay(
  member: Member,
  instance: Instance | undefined,
  bot: Bot,
  { isInTheWay, asksHow }: Meanwhile = {},
): Promise<Card | undefined> {
  const operation = instance && (await holding(member, instance, bot))?.value;
  if (!operation || isInTheWay?.(operation, bot.operations[operation.name]) === false) return undefined;
  const { name, phase } = operation;
  const so = asksHow ? "" : " This command changed nothing; wait until it has finished.";
  return {
    title: `A ${name} is in progress`,
    tone: "working",
    unchanged: true,
    text: `${phaseSentence(phase)}${so}`,
    buttons: [statusButton(instance), ...(name === "request" ? [cancelButton(instance)] : [])],
  };
}

/** An instance that exists. @throws Refusal */
export function instanceOf(call: Call): Row<Instance> & { readonly value: { readonly generation: string } } {
  const { instance } = call;
  if (!instance?.value.generation)
    throw new Refusal(
      "You have no instance. Request one with /openclaw request.",
      absentButtons(instance?.value),
    );
  return { ...instance, value: { ...instance.value, generation: instance.value.generation } };
}

/** An instance that can be used, not only cleared up. @throws Refusal */
export function wholeInstanceOf(call: Call): ReturnType<typeof instanceOf> {
  const instance = instanceOf(call);
  if (instance.value.state === "broken") throw broken(instance.value);
  return instance;
}

/** The refusal for an instance that can't be used. */
export const broken = (instance: Instance): Refusal =>
  new Refusal(
    isGone(instance)
      ? "Parts of your instance are missing in Azure. Press Rebuild for a new VM with your home disk, if it still exists, or Clear up to delete what is left."
      : `Your instance is broken: the last operation didn't finish. Press ${retryLabel(instance.last?.name)} to continue it, or Clear up to delete what is left.`,
    [
      isGone(instance) ? rebuildButton(instance) : retryButton(instance),
      statusButton(instance),
      clearUpButton(instance),
    ],
  );
