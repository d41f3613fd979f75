import { begins } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import type { Command } from "../../core/command.ts";
import { isLookedAt, lookBy } from "../../core/instance.ts";
import { answerRoutes } from "../../core/platform.ts";

/** Answers with what was last seen, then looks or joins a look in progress, and updates the answer when Azure has answered. */
export const status = ownCommand({
  name: "status",
  about: "See the state of your OpenClaw and what it costs",
  options: {},
  needs: "any",
  meanwhile: { asksHow: true },
  run: ({ member, instance }, call, bot) =>
    begins(call, bot, "status", {
      member: member.value,
      instance,
      routes: answerRoutes,
      instancePatch: (operation) =>
        instance && isLookedAt(instance.value, bot.now) ? {} : { looking: lookBy(operation, bot.now) },
      audit: "asked for the status",
      changesNothing: true,
    }),
});

/** The same, for the button of a card that shows how to connect. */
export const check: Command = { ...status, name: "check", about: "Check again", hidden: true };
