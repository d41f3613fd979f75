import { granting } from "../../cards/faultSentences.ts";
import { command, say } from "../../core/command.ts";
import type { Health } from "../../core/health.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";

export const health = command({
  name: "health",
  about: "Check that everything works",
  audience: "admin",
  slow: true,
  options: {},
  async run(_call, bot) {
    const found = await bot.health();
    const bad =
      found.queue.poison > 0 ||
      found.lost > 0 ||
      found.owedForLong.length > 0 ||
      found.unwell.length > 0 ||
      found.oldest?.overdue === true ||
      found.faults.length > 0 ||
      isLacking(found.rights) ||
      found.readsDirectory === false;
    return say({
      title: bad ? "Something needs your attention" : "Everything works",
      tone: bad ? "bad" : "good",
      facts: [
        ["Version", found.version],
        ["Queue", `${found.queue.waiting} waiting, ${found.queue.poison} given up after five failures`],
        ["Operations in progress", `${found.running}`],
        ["Oldest of them", oldest(found)],
        ["Platforms", platforms(found)],
        ["Undelivered messages", owed(found)],
        ["Messages lost in the last week", `${found.lost}`],
        ["Rights missing in Azure", rights(found.rights)],
        [
          "Directory",
          found.readsDirectory === undefined
            ? "couldn't be checked"
            : found.readsDirectory
              ? "readable"
              : "not readable: a Privileged Role Administrator has to run npm run graph:grant, which can take up to 24 hours to take effect",
        ],
        ["Settings", [...found.faults, ...found.problems].join("\n") || "no problems"],
      ],
      text: isLacking(found.rights) ? granting : undefined,
    });
  },
});

const platforms = ({ unwell }: Health): Words =>
  unwell.length === 0
    ? "accept messages"
    : joined(
        unwell.map(
          ({ platform, since, why }) =>
            words`${platform} has accepted nothing since ${instant(since)}: ${why}`,
        ),
        "\n",
      );

function owed({ owed: all, owedForLong }: Health): string {
  const reasons = [...new Set(owedForLong.map(({ platform, why }) => `${platform}: ${why}`))];
  if (reasons.length === 0) return `${all}`;
  const more = reasons.length > 3 ? [`and ${reasons.length - 3} more reasons`] : [];
  return [
    `${all}, ${owedForLong.length} of them for more than ten minutes`,
    ...reasons.slice(0, 3),
    ...more,
  ].join("\n");
}

const isLacking = (rights: Health["rights"]): boolean => "code" in rights || rights.length > 0;

const oldest = ({ oldest: found }: Health): Words =>
  found
    ? words`${found.operation.name} of ${found.member}, since ${instant(found.operation.startedAt)}${found.overdue ? ": far too long" : ""}`
    : "none";

function rights(found: Health["rights"]): string {
  if ("code" in found) return `couldn't be checked: ${found.code}`;
  return found.length === 0 ? "none" : found.map(({ where, action }) => `${action} on ${where}`).join("\n");
}
