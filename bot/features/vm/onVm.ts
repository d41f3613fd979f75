import { begins } from "../../commands/begins.ts";
import { memberMeant, type whom } from "../../commands/whom.ts";
import type { Bot, Call, Options, Outcome, Write } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import type { OperationInput, OperationName } from "../../core/operation.ts";
import { answerRoutes } from "../../core/platform.ts";

/** The option that means every running OpenClaw. */
export const allOption = {
  type: "flag",
  about: "All that run: one first, then the others",
} as const;

/** Starts an operation on a member's VM; the answer to the admin shows its progress. @throws Refusal */
export async function onVm(
  call: Call,
  bot: Bot,
  who: Options<typeof whom>,
  wish: {
    readonly operation: OperationName;
    readonly input?: OperationInput;
    readonly audit: string;
    readonly before?: Write["before"];
  },
): Promise<Outcome> {
  const { member, instance } = await memberMeant(who, bot);
  if (!instance?.value.generation) throw nothingChanged(`${member.value.name} has no instance.`);
  return begins(call, bot, wish.operation, {
    member: member.value,
    instance,
    routes: answerRoutes,
    input: wish.input,
    audit: wish.audit,
    before: wish.before,
  });
}
