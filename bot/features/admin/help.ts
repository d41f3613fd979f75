import { pageOf, pageOption } from "../../cards/paging.ts";
import type { Card } from "../../core/card.ts";
import { type Command, command, type OptionSpec, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { quoted } from "../../core/quoted.ts";

/** How many commands fit on one card on every platform. */
const pageSize = 20;

const word = (entry: Command): string =>
  entry.audience === "admin" ? `/openclaw-admin ${entry.name}` : `/openclaw ${entry.name}`;

export const help = command({
  name: "help",
  about: "What you can do here, or how to use one command",
  audience: "anyone",
  options: {
    command: { type: "text", about: "The command to explain", example: "connect", bare: true },
    page: pageOption,
  },
  async run(call, bot) {
    const shown = bot.commands.filter(
      (entry) =>
        !entry.hidden &&
        (entry.audience !== "admin" || call.admin) &&
        (entry.audience !== "member" || call.member),
    );
    const asked = call.options.command;
    if (asked !== undefined) return say(explained(named(asked, shown)));
    const page = pageOf(shown, pageSize, call.options.page, { command: "help", options: {} });
    return say({
      title: "What you can do",
      tone: "info",
      text: "Your OpenClaw is an AI agent on a VM of your own. It costs money while it runs, so stop it when you don't need it.",
      facts: page.items.map((entry) => [word(entry), entry.about]),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

/** Finds a command by its name, with or without the prefix. @throws Refusal */
function named(asked: string, shown: readonly Command[]): Command {
  const name = asked
    .toLowerCase()
    .replace(/^\/?openclaw(-admin)? +|^\//, "")
    .trim();
  const found = shown.find((entry) => entry.name === name);
  if (found) return found;
  throw new Refusal(`I don't know ${quoted(asked)}. I know: ${shown.map((entry) => entry.name).join(", ")}.`);
}

/** What a command does, its options, and an example. */
function explained(entry: Command): Card {
  const options = Object.entries(entry.options).filter(([, spec]) => !spec.hidden);
  return {
    title: word(entry),
    tone: "info",
    text: [`${entry.about}.`, entry.details].filter(Boolean).join("\n\n"),
    facts: options.map(([name, spec]) => [name, kindOf(spec)]),
    sections: [
      {
        text: options.length === 0 ? "No options:" : "For example:",
        code: [
          word(entry),
          ...options
            .filter(([, spec]) => spec.type !== "flag")
            .map(([name, spec]) => `${name}:${exampleOf(spec)}`),
        ].join(" "),
      },
    ],
  };
}

const kindOf = (spec: OptionSpec): string =>
  [
    `${spec.about}.`,
    spec.required ? "Required." : undefined,
    spec.type === "text" && spec.choices ? `One of: ${spec.choices.join(", ")}.` : undefined,
    spec.type === "flag" ? "true or false." : undefined,
  ]
    .filter(Boolean)
    .join(" ");

const exampleOf = (spec: OptionSpec): string =>
  spec.example ??
  (spec.type === "person" ? "@Mia" : spec.type === "text" ? (spec.choices?.at(-1) ?? "…") : "true");
