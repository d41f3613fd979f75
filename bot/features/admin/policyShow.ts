import type { Card } from "../../core/card.ts";
import { type Bot, command, say } from "../../core/command.ts";
import { botPartition } from "../../core/partition.ts";
import type { Policy } from "../../core/policy.ts";
import { pricePhrase } from "../../core/price.ts";

export const policyShow = command({
  name: "policy show",
  about: "What the team's instances may be, and how long things are kept",
  audience: "admin",
  options: {},
  async run(_call, bot) {
    const row = await bot.store.get(botPartition, "policy", "");
    return say({ title: "The policy", tone: "info", ...(await policyFacts(bot, row?.value ?? {})) });
  },
});

/** Each rule with what it is now, and where that comes from. */
async function policyFacts(bot: Bot, policy: Policy): Promise<Pick<Card, "facts" | "footer">> {
  const { settings } = bot;
  const from = (name: keyof Policy) => (policy[name] === undefined ? "" : " (set here)");
  const sizes = await Promise.all(
    settings.sizes.map(async (size, index) => {
      const label = index === 0 ? `${size}, for a request without a size${from("sizes")}` : size;
      return [label, pricePhrase(await bot.price(size))] as const;
    }),
  );
  return {
    facts: [
      ...sizes,
      ["network", `${settings.networkPolicy}${from("networkPolicy")}`],
      ["access-hours", `${settings.accessHours}${from("accessHours")}`],
      ["keep-days", `${settings.keepDays}${from("keepDays")}`],
      ["backup-days", `${settings.backupDays}${from("backupDays")}`],
      ["nightly-keep", `${settings.nightlyKeep}${from("nightlyKeep")}`],
      ["audit-days", `${settings.auditDays}${from("auditDays")}`],
      ["most-addresses", `${settings.mostAddresses} for each member${from("mostAddresses")}`],
      ["most-backups", `${settings.mostBackups} for each member${from("mostBackups")}`],
    ],
    footer: "What is not set here is as the bot's environment says.",
  };
}
