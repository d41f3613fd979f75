import type { Card } from "../core/card.ts";
import type { Bot, Call, Outcome, Write } from "../core/command.ts";
import type { OperationName, OperationRecord } from "../core/operation.ts";
import { type Beginning, begin } from "../engine/begin.ts";

/** An operation that a call starts, and what is written with it. */
interface Wish
  extends Pick<Beginning, "member" | "instance" | "input" | "routes" | "instancePatch">,
    Partial<Pick<Write, "changes" | "changesNothing" | "alsoAbout" | "before" | "admins">> {
  readonly audit: string;
  /** The first answer. Without it, the operation's own card. */
  readonly say?: Card | ((operation: OperationRecord) => Card) | undefined;
}

/** The answer to a call that starts an operation, by name, with everything that is written along with it. */
export function begins(
  call: Call,
  bot: Bot,
  name: OperationName,
  { audit, say, changes = [], changesNothing, alsoAbout, before, admins, ...subject }: Wish,
): Outcome {
  const operation = bot.operations[name];
  const begun = begin({
    ...subject,
    operation,
    cause: call.id,
    by: call.account,
    replyTo: call.replyTo,
    now: bot.now,
    settings: bot.settings,
  });
  return {
    reply: { card: typeof say === "function" ? say(begun.operation) : (say ?? begun.card()) },
    write: {
      partition: subject.member.key,
      audit,
      ...{ changesNothing, alsoAbout, before, admins },
      person: begun.person,
      changes: [...begun.changes, ...changes],
      wake: begun.wake,
    },
  };
}

/** The answer about something that takes a while and gets a message of its own. */
export const working = (title: string): Card => ({
  title,
  tone: "working",
  text: "I'll post one message and keep it updated until this is finished.",
});
