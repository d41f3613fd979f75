import { absentButtons } from "../../cards/instanceButtons.ts";
import { begins } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { wholeInstanceOf } from "../../commands/underWay.ts";
import { say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { ways } from "../../core/operation.ts";
import { answerRoutes } from "../../core/platform.ts";

export const connect = ownCommand({
  name: "connect",
  about: "Get the command to sign in; starts your OpenClaw if needed",
  details:
    "I check that the command will work: the VM runs, you have the right to sign in, sign-in is set up on the VM, and OpenClaw answers. I fix what I can; for the rest there is a button.",
  bound: true,
  options: {
    how: {
      type: "text",
      about: "How to connect; a shell if you don't say",
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
      throw new Refusal("There is no break-glass key here: your admins haven't set one up.");
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
      audit: "asked how to connect",
      // The operation audits what it changes, if anything.
      changesNothing: true,
    });
  },
});
