import { type Beginning, type Begun, begin } from "../core/begin.ts";
import type { Bot, Call } from "../core/command.ts";
import type { OperationName } from "../core/operation.ts";

type Subject = Pick<Beginning, "member" | "instance" | "input" | "routes" | "looks" | "instancePatch">;

/** Begins an operation as what a call asked for. */
export const begunBy = (call: Call, bot: Bot, operation: OperationName, subject: Subject): Begun =>
  begin({
    ...subject,
    operation: bot.operations[operation],
    cause: call.id,
    by: call.account,
    replyTo: call.replyTo,
    now: bot.now,
    settings: bot.settings,
  });
