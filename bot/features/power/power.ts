import { type Bot, type Call, type Command, command, type Outcome, say } from "../../core/command.ts";
import { begunBy } from "../../engine/begunBy.ts";
import { callerOf, underWay, wholeInstanceOf } from "../../engine/underWay.ts";

/** Start, stop and restart differ in their names alone. */
function power(name: "start" | "stop" | "restart", about: string, doing: string): Command {
  return command({
    name,
    about,
    audience: "member",
    options: {},
    bound: true,
    run: (call, bot) => run(name, doing, call, bot),
  });
}

async function run(
  name: "start" | "stop" | "restart",
  doing: string,
  call: Call,
  bot: Bot,
): Promise<Outcome> {
  const member = callerOf(call);
  const busy = await underWay(member.value, call.instance?.value, bot);
  if (busy) return say(busy);
  const instance = wholeInstanceOf(call);
  const begun = begunBy(call, bot, name, {
    member: member.value,
    instance,
  });
  return {
    reply: {
      card: {
        title: doing,
        tone: "working",
        text: "How it goes is told in one message, which is edited until it is done.",
      },
    },
    write: { partition: member.value.key, audit: `asked to ${name} their instance`, ...begun },
  };
}

export const start = power("start", "Start your OpenClaw", "Starting your OpenClaw.");
export const stop = power("stop", "Stop your OpenClaw, so that it costs little", "Stopping your OpenClaw.");
export const restart = power("restart", "Restart your OpenClaw", "Restarting your OpenClaw.");
