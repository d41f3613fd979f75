import { sizeProblem } from "../../commands/sizeProblem.ts";
import { subjectCommand } from "../../commands/subjectCommand.ts";
import type { Bot, OptionSpecs, Options } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { botPartition } from "../../core/names.ts";
import { policySettings } from "../../core/policySettings.ts";
import { quoted } from "../../core/quoted.ts";
import { mostSizes, type Policy, sizePattern } from "../../core/settings.ts";
import { nightlyBeyond } from "../../steps/backups.ts";
import { reset, settingOptions, settingsNamed } from "./policyOptions.ts";

const options = {
  sizes: {
    type: "text",
    about: "Sizes on offer, the usual one first",
    most: 1000,
    example: "Standard_B2als_v2,Standard_B2as_v2",
  },
  ...settingOptions(policySettings),
} as const satisfies OptionSpecs;

export const policySet = subjectCommand({
  name: "policy set",
  about: "Change the policy; “default” takes a rule back",
  audience: "admin",
  slow: true,
  options,
  async subject(call, bot) {
    const row = await bot.store.get(botPartition, "policy", "");
    const wanted = read(call.options);
    const names = Object.keys(wanted) as (keyof Policy)[];
    if (names.length === 0) throw nothingChanged(`Say what to change: ${Object.keys(options).join(", ")}.`);
    if (wanted.sizes) await refuseUnfit(wanted.sizes, bot);
    const going = "nightlyKeep" in wanted ? await goingBeyond(wanted.nightlyKeep, bot) : 0;
    // A button holds no more than one setting.
    if (going > 0 && names.length > 1)
      throw nothingChanged(
        `nightly-keep would delete ${countPhrase(going)}, so it is changed by itself: leave out the others.`,
      );
    return { partition: botPartition, row, wanted, names, going };
  },
  confirm: {
    label: "Yes, change it",
    isSpared: ({ going }) => going === 0,
    ask: ({ going }, { line }) => ({
      options: line.options,
      card: {
        title: `${line.options["nightly-keep"] === reset ? "Up to " : ""}${countPhrase(going)} would be deleted`,
        tone: "bad",
        text: "They go within the hour, and nothing brings them back. The newest backup of an instance that exists is never deleted.",
      },
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
            "It holds from now on. What was begun already goes on as it began.",
            ...(wanted.networkPolicy === "open"
              ? ["An instance that exists stays closed until it is built anew."]
              : []),
            ...(wanted.networkPolicy === "locked"
              ? ["Instances that are open to any address are closed within minutes."]
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

/** How many nightly snapshots would go. Taken back, the number is the environment's, which is not known here: then all may. @throws AzureFault */
const goingBeyond = async (keep: number | undefined, { cloud, settings }: Bot): Promise<number> =>
  nightlyBeyond(await cloud.snapshots(settings.place), keep ?? 0);

const countPhrase = (count: number): string =>
  count === 1 ? "1 nightly snapshot" : `${count} nightly snapshots`;

/** What Azure would refuse when somebody asks for it. @throws Refusal, AzureFault */
async function refuseUnfit(sizes: readonly string[], { cloud, settings }: Bot): Promise<void> {
  const [unfit] = await cloud.unfitSizes(settings.place, sizes);
  if (unfit) throw nothingChanged(`${sizeProblem(unfit)}.`);
}

const optionOf = (name: keyof Policy): string => (name === "sizes" ? name : policySettings[name].option);

const phrase = (value: Policy[keyof Policy]): string =>
  value === undefined ? reset : Array.isArray(value) ? value.join(" ") : String(value);

/** What is named. What is taken back is there, and undefined. @throws Refusal */
const read = (given: Options<typeof options>): Policy => ({
  ...(given.sizes === undefined ? {} : { sizes: sizesFrom(given.sizes) }),
  ...settingsNamed(policySettings, given),
});

function sizesFrom(text: string): readonly string[] | undefined {
  if (text === reset) return undefined;
  const sizes = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  const wrong = sizes.find((size) => !sizePattern.test(size));
  if (wrong !== undefined)
    throw nothingChanged(`${quoted(wrong)} is not an Azure VM size, such as Standard_B2als_v2.`);
  if (sizes.length === 0 || sizes.length > mostSizes)
    throw nothingChanged(`Name one size at least, and ${mostSizes} at most.`);
  return sizes;
}
