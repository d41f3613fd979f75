import { sizeProblem } from "../../commands/sizeProblem.ts";
import { subjectCommand } from "../../commands/subjectCommand.ts";
import type { Card } from "../../core/card.ts";
import { dayMs } from "../../core/clock.ts";
import type { Bot, OptionSpecs, Options } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { botPartition } from "../../core/names.ts";
import { policySettings } from "../../core/policySettings.ts";
import { quoted } from "../../core/quoted.ts";
import { mostSizes, type Policy, sizePattern } from "../../core/settings.ts";
import { instant, words } from "../../core/text.ts";
import { nightlyBeyond } from "../../steps/backups.ts";
import { reset, settingOptions, settingsNamed } from "./policyOptions.ts";

const options = {
  sizes: {
    type: "text",
    about: "Sizes on offer, the default first",
    most: 1000,
    example: "Standard_B2als_v2,Standard_B2as_v2",
  },
  ...settingOptions(policySettings),
} as const satisfies OptionSpecs;

export const policySet = subjectCommand({
  name: "policy set",
  about: "Change the policy; “default” resets a rule",
  audience: "admin",
  slow: true,
  options,
  async subject(call, bot) {
    const row = await bot.store.get(botPartition, "policy", "");
    const wanted = read(call.options);
    const names = Object.keys(wanted) as (keyof Policy)[];
    if (names.length === 0) throw nothingChanged(`Name what to change: ${Object.keys(options).join(", ")}.`);
    if (wanted.sizes) await refuseUnfit(wanted.sizes, bot);
    const going = "nightlyKeep" in wanted ? await goingBeyond(wanted.nightlyKeep, bot) : 0;
    const auditTo = "auditDays" in wanted ? shortened(wanted.auditDays, row?.value, bot) : undefined;
    // A button can't hold more than one setting.
    if (names.length > 1 && (going > 0 || auditTo !== undefined))
      throw nothingChanged(
        `${going > 0 ? `nightly-keep would delete ${countPhrase(going)}` : "audit-days would delete part of the audit"}, so change it on its own: leave out the other options.`,
      );
    return { partition: botPartition, row, wanted, names, going, auditTo };
  },
  confirm: {
    label: "Yes, change it",
    isSpared: ({ going, auditTo }) => going === 0 && auditTo === undefined,
    ask: ({ going, auditTo }, { line }, { now, settings }) => ({
      options: line.options,
      card:
        auditTo === undefined
          ? fewerNightly(going, line.options["nightly-keep"] === reset)
          : shorterAudit(auditTo, line.options["audit-days"] === reset, settings.auditDays, now),
    }),
  },
  run({ row, wanted, names, used }) {
    const before: Policy = row?.value ?? {};
    const after: Policy = { ...before, ...wanted };
    const changes = names.map((name) => [optionOf(name), phrase(before[name]), phrase(after[name])] as const);
    return {
      reply: {
        card: {
          title: "The policy was changed",
          tone: "good",
          text: [
            "It applies from now on. Operations in progress keep the old policy.",
            ...(wanted.networkPolicy === "open"
              ? ["Existing instances stay closed until they are rebuilt."]
              : []),
            ...(wanted.networkPolicy === "locked"
              ? ["Instances that are open to any address will be closed within minutes."]
              : []),
          ].join(" "),
          facts: changes.map(([name, old, now]) => [name, `${old} → ${now}`]),
        },
      },
      write: {
        partition: botPartition,
        audit: `changed the policy: ${changes.map(([name, old, now]) => `${name} ${old} → ${now}`).join("; ")}`,
        changes: [...used, { kind: "policy", id: "", value: after, etag: row?.etag }],
      },
    };
  },
});

/** How many nightly snapshots would be deleted. A reset takes the environment's number, which isn't known here: any of them may be deleted. @throws AzureFault */
const goingBeyond = async (keep: number | undefined, { cloud, settings }: Bot): Promise<number> =>
  nightlyBeyond(await cloud.snapshots(settings.place), keep ?? 0);

/** How many days the audit would go back, if fewer than now. A reset may mean the lowest number allowed. */
function shortened(
  days: number | undefined,
  before: Policy | undefined,
  { settings }: Bot,
): number | undefined {
  if (days === undefined && before?.auditDays === undefined) return undefined;
  const then = days ?? policySettings.auditDays.range[0];
  return then < settings.auditDays ? then : undefined;
}

const fewerNightly = (going: number, isReset: boolean): Card => ({
  title: `${isReset ? "Up to " : ""}${countPhrase(going)} would be deleted`,
  tone: "bad",
  text: "They'll be deleted within the hour and can't be restored. The newest backup of an existing instance is never deleted.",
});

const shorterAudit = (days: number, isReset: boolean, present: number, now: Date): Card => ({
  title: isReset ? `The audit may go back only ${days} days` : `The audit would go back only ${days} days`,
  tone: "bad",
  text: words`It now goes back ${present} days. Entries older than ${instant(new Date(now.getTime() - days * dayMs))} ${isReset ? "may" : "will"} be deleted within a day, along with the records of operations, and can't be restored.`,
});

const countPhrase = (count: number): string =>
  count === 1 ? "1 nightly snapshot" : `${count} nightly snapshots`;

/** Refuses sizes that Azure would refuse later, at a request. @throws Refusal, AzureFault */
async function refuseUnfit(sizes: readonly string[], { cloud, settings }: Bot): Promise<void> {
  const [unfit] = await cloud.unfitSizes(settings.place, sizes);
  if (unfit) throw nothingChanged(`${sizeProblem(unfit)}.`);
}

const optionOf = (name: keyof Policy): string => (name === "sizes" ? name : policySettings[name].option);

const phrase = (value: Policy[keyof Policy]): string =>
  value === undefined ? reset : Array.isArray(value) ? value.join(" ") : String(value);

/** The settings that a call names. A reset one is present, and undefined. @throws Refusal */
const read = (given: Options<typeof options>): Policy => ({
  ...(given.sizes === undefined ? {} : { sizes: sizesFrom(given.sizes) }),
  ...settingsNamed(policySettings, given),
});

function sizesFrom(text: string): readonly string[] | undefined {
  if (text === reset) return undefined;
  const sizes = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  const wrong = sizes.find((size) => !sizePattern.test(size));
  if (wrong !== undefined)
    throw nothingChanged(`${quoted(wrong)} isn't an Azure VM size such as Standard_B2als_v2.`);
  if (sizes.length === 0 || sizes.length > mostSizes)
    throw nothingChanged(`Name from 1 to ${mostSizes} sizes.`);
  return sizes;
}
