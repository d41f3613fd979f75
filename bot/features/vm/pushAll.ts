import { askBulk, countPhrase, startBulk } from "../../batch/askBulk.ts";
import { everybody } from "../../batch/everybody.ts";
import { isNamed, type whom } from "../../commands/whom.ts";
import type { Card } from "../../core/card.ts";
import type { Bot, Call, Options, Outcome } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { isRunning } from "../../core/instance.ts";
import type { OperationInput, OperationName } from "../../core/operation.ts";
import type { Change } from "../../core/store.ts";

interface Push {
  readonly what: string;
  readonly operation: OperationName;
  readonly input?: OperationInput;
  /** What has to be stored before the push starts. */
  readonly before?: Change | undefined;
  readonly command: string;
  /** What happens to those that are not running. */
  readonly others: string;
  /** What is pushed, if that varies. */
  readonly sections?: Card["sections"];
}

/** Pushes something to every running OpenClaw: to one first, then to a few at a time. The first failure stops it. */
export async function pushAll(
  call: Call,
  bot: Bot,
  confirmation: string | undefined,
  push: Push,
): Promise<Outcome> {
  if (confirmation !== undefined) return startBulk(call, bot, confirmation);
  const owners = (await everybody(bot)).filter(({ instance }) => instance && isRunning(instance));
  if (owners.length === 0) throw new Refusal("No OpenClaw is running, so nothing was pushed.");
  return askBulk(call, bot, {
    what: push.what,
    operation: push.operation,
    input: push.input ?? {},
    before: push.before,
    owners,
    firstAlone: true,
    stopOnFailure: true,
    label: "Yes, push",
    line: { command: push.command, options: { all: "true" } },
    card: {
      title: `${push.what} to ${countPhrase(owners.length)}?`,
      tone: "info",
      sections: push.sections,
      text: `One goes first, then a few at a time. The first failure stops it. ${push.others}`,
    },
  });
}

/** Whether all are meant, not one member. @throws Refusal */
export function meansAll({ all, ...who }: Options<typeof whom> & { readonly all: boolean }): boolean {
  if (isNamed(who) === all) throw nothingChanged("Say whose: one member, or all.");
  return all;
}
