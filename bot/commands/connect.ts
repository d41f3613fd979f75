import { absentButtons, connectSections, instanceButtons } from "../core/cards/connect.ts";
import { stateSentence } from "../core/cards/operationCards.ts";
import { command, say } from "../core/command.ts";
import { callerOf, underWay, wholeInstanceOf } from "./underWay.ts";

export const connect = command({
  name: "connect",
  about: "See how to log in on your OpenClaw",
  audience: "member",
  options: {},
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    const instance = call.instance?.value;
    if (!instance?.generation)
      return say({ title: "You have no instance", tone: "info", buttons: absentButtons(instance) });
    wholeInstanceOf(call);
    const ready = instance.state === "ready";
    // Where OpenClaw does not answer, logging in is how to find out why.
    const runs = ready || instance.state === "degraded";
    return say({
      title: ready ? "How to log in" : `Your OpenClaw is ${stateSentence(instance)}`,
      tone: ready ? "good" : "info",
      text: ready
        ? undefined
        : runs
          ? "You can log in all the same, and look at it."
          : "It has to run before you can log in.",
      sections: runs ? connectSections(member.value.key, instance, bot.settings, bot.now) : [],
      buttons: instanceButtons(instance),
    });
  },
});
