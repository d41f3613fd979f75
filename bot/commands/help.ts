import { type Command, command, say } from "../core/command.ts";

const word = (entry: Command): string =>
  entry.audience === "admin" ? `/openclaw-admin ${entry.name}` : `/openclaw ${entry.name}`;

export const help = command({
  name: "help",
  about: "What you can do here",
  audience: "anyone",
  options: {},
  async run(call, bot) {
    const admin = call.admin;
    const shown = bot.commands.filter(
      (entry) =>
        !entry.hidden &&
        (entry.audience !== "admin" || admin) &&
        (entry.audience !== "member" || call.member),
    );
    return say({
      title: "What you can do",
      tone: "info",
      text: "Your OpenClaw is an AI agent on a VM of your own. It costs money while it runs; stop it when you don't need it.",
      facts: shown.map((entry) => [word(entry), entry.about]),
    });
  },
});
