import { absentButtons } from "../../cards/connect.ts";
import { begins } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { wholeInstanceOf } from "../../commands/underWay.ts";
import { say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { ways } from "../../core/operation.ts";
import { answerRoutes } from "../../core/platform.ts";

export const connect = ownCommand({
  name: "connect",
  about: "Get in: starts your OpenClaw if need be and tells the command",
  details:
    "It makes sure that what it tells will work: the VM runs, you may log in, the sign-in on the VM is set up, OpenClaw answers. What it can mend it mends; for the rest it has a button.",
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
  needs: "any",
  async run({ member }, call, bot) {
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
    const price = await bot.price(instance.value.size ?? bot.settings.size);
    return begins(call, bot, "connect", {
      member: member.value,
      instance,
      routes: answerRoutes,
      input: { how },
      say: (operation) =>
        bot.operations.connect.card({
          operation,
          member: member.value,
          instance: instance.value,
          settings: bot.settings,
          price,
        }),
      audit: "asked for the way in",
      // What it changes, if it does, it writes down by itself.
      changesNothing: true,
    });
  },
});
