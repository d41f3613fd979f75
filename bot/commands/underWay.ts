import type { Card } from "../core/card.ts";
import { absentButtons, cancelButton, retryButton, statusButton } from "../core/cards/connect.ts";
import { phaseSentence } from "../core/cards/operationCards.ts";
import type { Bot, Call } from "../core/command.ts";
import { Conflict, Refusal } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { OperationName, OperationRecord } from "../core/operation.ts";
import type { Row } from "../core/store.ts";

/** The member who calls; the engine has let nobody else through. */
export function callerOf(call: Call): Row<Member> {
  if (!call.member) throw new Refusal("You are not on the roster.");
  return call.member;
}

/** The operation that holds an instance now. @throws Conflict when it has ended since the instance was read */
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

/** What is going on with an instance already; a second command meanwhile is answered with it. */
export async function underWay(
  member: Member,
  instance: Instance | undefined,
  bot: Bot,
  /** These don't count. */
  but: readonly OperationName[] = [],
): Promise<Card | undefined> {
  const operation = instance && (await holding(member, instance, bot));
  if (!operation || but.includes(operation.value.name)) return undefined;
  return {
    title: `A ${operation.value.name} is under way`,
    tone: "working",
    text: `${phaseSentence(operation.value.phase)} Nothing was changed by this command; wait until it has ended.`,
    buttons: [
      statusButton(instance),
      ...(operation.value.name === "request" ? [cancelButton(instance)] : []),
    ],
  };
}

/** An instance that exists. @throws Refusal */
export function instanceOf(call: Call): Row<Instance> & { readonly value: { readonly generation: string } } {
  const { instance } = call;
  if (!instance?.value.generation)
    throw new Refusal(
      "You have no instance. Ask for one with /openclaw request.",
      absentButtons(instance?.value),
    );
  return { ...instance, value: { ...instance.value, generation: instance.value.generation } };
}

/** An instance that can be used, not just cleared up. @throws Refusal */
export function wholeInstanceOf(call: Call): ReturnType<typeof instanceOf> {
  const instance = instanceOf(call);
  if (instance.value.state === "broken")
    throw new Refusal(
      "Your instance is broken: it was not finished, or parts of it are gone. Try again builds it anew; Clear up deletes what is left.",
      [retryButton(instance.value), cancelButton(instance.value, "Clear up")],
    );
  return instance;
}
