import type { Card } from "../../core/card.ts";
import { type Bot, command, say } from "../../core/command.ts";
import { botPartition } from "../../core/names.ts";
import { policySettings } from "../../core/policySettings.ts";
import { pricePhrase } from "../../core/price.ts";
import { eachSetting, type SettingTable, type SomeValues, type Values } from "../../core/setting.ts";
import type { Policy } from "../../core/settings.ts";

export const policyShow = command({
  name: "policy show",
  about: "What instances may use, and how long things are kept",
  audience: "admin",
  options: {},
  async run(_call, bot) {
    const row = await bot.store.get(botPartition, "policy", "");
    return say({ title: "The policy", tone: "info", ...(await policyFacts(bot, row?.value ?? {})) });
  },
});

/** Each setting with its current value and where that comes from. */
async function policyFacts(bot: Bot, policy: Policy): Promise<Pick<Card, "facts" | "footer">> {
  const { settings } = bot;
  const sizes = await Promise.all(
    settings.sizes.map(async (size, index) => {
      const label = index === 0 ? `${size}, for a request without a size${from(policy.sizes)}` : size;
      return [label, pricePhrase(await bot.price(size))] as const;
    }),
  );
  return {
    facts: [...sizes, ...settingFacts(policySettings, settings, policy)],
    footer: "What isn't set here comes from the bot's environment.",
  };
}

/** One line per setting of a table. */
export const settingFacts = <T extends SettingTable>(table: T, values: Values<T>, set: SomeValues<T>) =>
  Object.values(
    eachSetting(
      table,
      ({ option, unit = "" }, name) => [option, `${values[name]}${unit}${from(set[name])}`] as const,
    ),
  );

const from = (set: unknown): string => (set === undefined ? "" : " (set here)");
