import { begins } from "../../commands/begins.ts";
import { callerOf, underWay } from "../../commands/underWay.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { isLookedAt, lookBy } from "../../core/instance.ts";
import { answerRoutes } from "../../core/routes.ts";

/** Answers with what was seen last, and looks, or joins who looks already: the answer is brought up to date when Azure has told. */
async function look(call: Call, bot: Bot): Promise<Outcome> {
  const member = callerOf(call);
  const busy = await underWay(member.value, call.instance?.value, bot);
  if (busy) return say({ ...busy, text: busy.text.split(" Nothing was changed")[0] });
  return begins(call, bot, "status", {
    member: member.value,
    instance: call.instance,
    routes: answerRoutes,
    looks: true,
    instancePatch: (operation) =>
      call.instance && isLookedAt(call.instance.value, bot.now)
        ? {}
        : { looking: lookBy(operation, bot.now) },
    audit: "asked for the status",
    changesNothing: true,
  });
}

export const status = command({
  name: "status",
  about: "See how your OpenClaw is and what it costs",
  audience: "member",
  options: {},
  run: look,
});

/** The same behind the button of a card that tells how to get in. */
export const check = command({
  ...status,
  name: "check",
  about: "Check again",
  options: {},
  hidden: true,
  run: look,
});
