import { answerRoutes } from "../../core/begin.ts";
import { absentButtons } from "../../core/cards/connect.ts";
import { command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { ways } from "../../core/ways.ts";
import { begunBy } from "../../engine/begunBy.ts";
import { callerOf, underWay, wholeInstanceOf } from "../../engine/underWay.ts";

export const connect = command({
  name: "connect",
  about: "Get in: starts your OpenClaw if need be and tells the command",
  details:
    "It makes sure that what it tells will work: the VM runs, you may log in, the sign-in on the VM is set up, OpenClaw answers. What it can mend it mends; for the rest it has a button.",
  audience: "member",
  bound: true,
  options: {
    how: {
      type: "text",
      about: "The way in; a shell if you don't say",
      choices: ways,
      example: "tui",
      bare: true,
    },
  },
  async run(call, bot) {
    const member = callerOf(call);
    const busy = await underWay(member.value, call.instance?.value, bot);
    if (busy) return say(busy);
    if (!call.instance?.value.generation)
      return say({
        title: "You have no instance",
        tone: "info",
        buttons: absentButtons(call.instance?.value),
      });
    const instance = wholeInstanceOf(call);
    const { how } = call.options;
    if (how === "break-glass" && !bot.settings.breakGlass)
      throw new Refusal("There is no break-glass key here: your admins have set none up.");
    const begun = begunBy(call, bot, "connect", {
      member: member.value,
      instance,
      routes: answerRoutes,
      input: { how },
    });
    const [operation] = begun.changes.flatMap((change) => (change.kind === "op" ? [change.value] : []));
    if (!operation) throw new Error("an operation that has begun has a record");
    const price = await bot.price(instance.value.size ?? bot.settings.size);
    const card = bot.operations.connect.card({
      operation,
      member: member.value,
      instance: instance.value,
      settings: bot.settings,
      price,
    });
    return {
      reply: { card },
      // What it changes, if it does, it writes down by itself.
      write: { partition: member.value.key, audit: "asked for the way in", changesNothing: true, ...begun },
    };
  },
});
