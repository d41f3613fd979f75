import { pageOf, pageOption } from "../../cards/paging.ts";
import { confirmed } from "../../commands/confirmation.ts";
import { parseJson } from "../../commands/json.ts";
import { whom } from "../../commands/whom.ts";
import { type Bot, command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { isRunning } from "../../core/instance.ts";
import { isObject } from "../../core/jsonObject.ts";
import { botPartition } from "../../core/names.ts";
import { configHash, isOutdated, type TeamConfig } from "../../core/teamConfig.ts";
import { instant, words } from "../../core/text.ts";
import { allOption, onVm } from "./onVm.ts";
import { candidate, merged, readPatch, withPatch } from "./patch.ts";
import { meansAll, pushAll } from "./pushAll.ts";

/** This many lines of JSON fit on one card on every platform. */
const pageSize = 40;
/** This many characters fit on each of these lines. */
const lineLength = 80;

/** Cuts a long line into several, never inside a character. */
function cut(line: string): readonly string[] {
  const signs = [...line];
  return Array.from({ length: Math.ceil(signs.length / lineLength) }, (_, index) =>
    signs.slice(index * lineLength, (index + 1) * lineLength).join(""),
  );
}

const patchOption = {
  type: "text",
  about: "A change in JSON: it sets what it names, and removes what is null",
  example: '{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}',
  // More than the whole team configuration may have.
  most: 10_000,
} as const;

const configOf = (bot: Bot) => bot.store.get(botPartition, "config", "");

export const configShow = command({
  name: "config show",
  about: "Show the team configuration, and what you have changed",
  audience: "admin",
  options: { page: pageOption },
  async run(call, bot) {
    const config = (await configOf(bot))?.value;
    const overrides = parseJson(config?.overrides ?? "{}");
    const changes = isObject(overrides) ? overrides : {};
    const lines = JSON.stringify(merged(bot.settings.agentConfig, changes), undefined, 2)
      .split("\n")
      .flatMap(cut);
    const page = pageOf(lines, pageSize, call.options.page, { command: "config show", options: {} });
    return say({
      title: config ? "The team configuration" : "The configuration that every OpenClaw starts with",
      tone: "info",
      text: config
        ? "Instances that weren't running when it was changed get it at their next start. Members may have changed more on their own."
        : "Your team has changed nothing. To change it, push a patch; check it on one OpenClaw first.",
      sections: [{ text: "The agent's part, with the team's changes:", code: page.items.join("\n") }],
      facts: config
        ? [
            ["Changed", words`${instant(config.changedAt)} by ${config.by}`],
            ["Changes", Object.keys(changes).join(", ") || "none"],
            ["Version", configHash(config.overrides)],
            ...(await laggards(configHash(config.overrides), bot)),
          ]
        : [],
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

export const configCheck = command({
  name: "config check",
  about: "Try the configuration on one running OpenClaw; changes nothing",
  details:
    "With a patch, I try the team configuration with that change; without one, as it is. OpenClaw itself says whether it is valid.",
  audience: "admin",
  options: { ...whom, patch: patchOption },
  async run(call, bot) {
    const { patch } = call.options;
    const config = (await configOf(bot))?.value;
    const dryRun = withPatch(config, patch === undefined ? {} : readPatch(patch));
    return onVm(call, bot, call.options, {
      operation: "configure",
      input: { dryRun },
      audit: "asked to try a configuration",
    });
  },
});

export const configPush = command({
  name: "config push",
  about: "Change the team configuration, and push it to one OpenClaw or to all that run",
  details:
    "The change becomes part of the team configuration once the first OpenClaw has accepted it; stopped ones get it at their next start. One that refuses it keeps what it had, and the team configuration stays as it was.",
  audience: "admin",
  options: { ...whom, all: allOption, patch: patchOption, confirmed },
  async run(call, bot) {
    const team = (await configOf(bot))?.value;
    const { patch } = call.options;
    const made = { changedAt: bot.now.toISOString(), by: call.account.name };
    const changed = patch === undefined ? undefined : readPatch(patch);
    const wanted = changed && candidate(team, changed, made);
    const all = meansAll(call.options);
    // The confirming button carries no patch: the patch was stored with the question.
    if (!wanted && !team && call.options.confirmed === undefined)
      throw new Refusal("Your team has changed nothing yet, so there is nothing to push: give a patch.");
    const asked = call.options.confirmed && (await askedFor(call.options.confirmed, bot));
    if (asked && isOutdated(asked, team))
      throw new Refusal(
        "Someone else has changed the team configuration since I asked you. Nothing was changed. Push yours again, on top of theirs.",
      );
    const input = { candidate: wanted?.hash };
    if (all)
      return pushAll(call, bot, call.options.confirmed, {
        what: "Push the configuration",
        operation: "configure",
        input,
        before: wanted?.row,
        command: "config push",
        others: wanted
          ? "Once the first has accepted the change, it is part of the team configuration, and stopped ones get it at their next start."
          : "Stopped ones get it at their next start.",
        sections: changed && [
          { text: "The change:", code: shortened(JSON.stringify(changed, undefined, 2)) },
        ],
      });
    return onVm(call, bot, call.options, {
      operation: "configure",
      input,
      before: wanted?.row,
      audit: wanted
        ? `asked to push a change of the configuration (${wanted.hash})`
        : "asked to push the configuration",
    });
  },
});

/** The members whose OpenClaw still runs with another configuration, because it started before the change. */
async function laggards(hash: string, bot: Bot): Promise<readonly (readonly [string, string])[]> {
  const people = await bot.store.people();
  const names = people.flatMap(({ member, instance }) =>
    instance && isRunning(instance) && instance.configured !== hash ? [member.name] : [],
  );
  return names.length === 0 ? [] : [["On an older one: push it again", names.slice(0, 30).join(", ")]];
}

/** As much of the change as a question has room for; whoever pushes it has the whole. */
const shortened = (code: string): string => (code.length > 900 ? `${code.slice(0, 900)}\n…` : code);

/** The change that was stored with a question, if any. */
async function askedFor(confirmation: string, { store }: Bot): Promise<TeamConfig | undefined> {
  const hash = (await store.get(botPartition, "bulk", confirmation))?.value.input.candidate;
  return hash === undefined ? undefined : (await store.get(botPartition, "config", hash))?.value;
}
