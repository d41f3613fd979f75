import { begins, working } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import type { Command } from "../../core/command.ts";

/** Start, stop and restart differ only in their texts. */
const power = (name: "start" | "stop" | "restart", about: string, doing: string): Command =>
  ownCommand({
    name,
    about,
    options: {},
    bound: true,
    needs: "whole",
    run: ({ member, instance }, call, bot) =>
      begins(call, bot, name, {
        member: member.value,
        instance,
        say: working(doing),
        audit: `asked to ${name} their instance`,
      }),
  });

export const start = power("start", "Start your OpenClaw", "Starting your OpenClaw.");
export const stop = power("stop", "Stop your OpenClaw, so that it costs little", "Stopping your OpenClaw.");
export const restart = power("restart", "Restart your OpenClaw", "Restarting your OpenClaw.");
