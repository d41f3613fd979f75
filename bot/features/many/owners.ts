import { everybody } from "../../batch/everybody.ts";
import { isNamed, personMeant, type whom } from "../../commands/whom.ts";
import type { Bot, Options } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import type { Instance, InstanceState, Person } from "../../core/instance.ts";
import { monthlyPhrase, type Price, snapshotPricePhrase } from "../../core/price.ts";

export const stateOf = ({ instance }: Person): InstanceState => instance?.state ?? "absent";

/** The owners that a command names: one, those in a state, or all. Each has an instance, or what `has` checks. @throws Refusal */
export async function chosen(
  options: Options<typeof whom> & { readonly state: string | undefined; readonly all: boolean },
  bot: Bot,
  has: (instance: Instance) => boolean = ({ generation }) => generation !== undefined,
): Promise<readonly Person[]> {
  const { state, all } = options;
  const one = isNamed(options);
  if ([one, state !== undefined, all].filter(Boolean).length !== 1)
    throw nothingChanged("Name one member, a state, or all.");
  if (one) {
    const { member, instance } = await personMeant(options, bot);
    if (!instance || !has(instance.value)) throw nothingChanged(`${member.value.name} has no instance.`);
    return [{ member: member.value, instance: instance.value }];
  }
  const found = (await everybody(bot)).filter(
    (owner) => owner.instance && has(owner.instance) && (all || stateOf(owner) === state),
  );
  if (found.length === 0)
    throw nothingChanged(all ? "No one has an instance." : `No instance is ${state}, as last seen.`);
  return found;
}

/** What an instance costs in its current state. One that may be running counts as running. */
export function monthly(instance: Instance | undefined, price: Price): number {
  if (!instance || instance.state === "absent") return instance?.homeDisk ? price.homeDisk : 0;
  return instance.state === "stopped" ? price.stopped : price.running;
}

/** What several instances cost together per month. */
export async function totalPhrase(
  owners: readonly Person[],
  bot: Bot,
  amount: (owner: Person, price: Price) => number,
): Promise<string> {
  const prices = await pricesOf(owners, bot);
  const total = owners.reduce((sum, owner) => sum + amount(owner, prices(owner)), 0);
  // The figures of all sizes have the same date and currency.
  const [first] = owners;
  return monthlyPhrase(total, first ? prices(first) : await bot.price(bot.settings.size));
}

/** What a teardown does with the home disks, and what the snapshots cost. */
export function snapshotSentence(owners: readonly Person[], { settings }: Bot): string {
  const sizeGb = owners.reduce(
    (sum, { instance }) => sum + (instance?.homeDisk?.sizeGb ?? settings.homeDisk.sizeGb),
    0,
  );
  return `First, I take a snapshot of each home disk and keep it for ${settings.backupDays} days, together for ${snapshotPricePhrase(sizeGb)}. I delete nothing of an instance before its snapshot is complete. Its owner's next request restores the home disk.`;
}

/** The price for each owner's size. Looks up each size only once. */
export async function pricesOf(owners: readonly Person[], bot: Bot): Promise<(owner: Person) => Price> {
  const usual = bot.settings.size;
  const sizes = [...new Set([usual, ...owners.map(({ instance }) => instance?.size ?? usual)])];
  const prices = new Map(
    await Promise.all(sizes.map(async (size) => [size, await bot.price(size)] as const)),
  );
  const fallback = await bot.price(usual);
  return ({ instance }) => prices.get(instance?.size ?? usual) ?? fallback;
}
