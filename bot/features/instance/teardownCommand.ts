import { absentButtons, deleteDataButton } from "../../cards/instanceButtons.ts";
import { begins, working } from "../../commands/begins.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import type { Card } from "../../core/card.ts";
import { type Bot, type Call, forceOption, type Outcome } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { type Instance, isSomething, noGeneration } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import type { OperationInput } from "../../core/operation.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import type { Change, Row } from "../../core/store.ts";

export const teardown = ownCommand({
  name: "teardown",
  about: "Delete your OpenClaw; a snapshot of your home disk is kept",
  details:
    "I ask first. Before I delete anything, I make a snapshot of the home disk with all your files, and your next request brings it back. With no-backup, once you have typed the name of your instance, I permanently delete the disk and all your backups instead, including home disks that an admin gave you, and empty your keys in the vault.",
  bound: true,
  options: {
    "no-backup": {
      type: "flag",
      about: "Permanently delete the home disk and all backups, also what you were given",
    },
    name: { type: "text", about: "With no-backup: the instance's name, typed", example: "openclaw-…" },
    force: forceOption,
  },
  opensForm: (options) => options["no-backup"] && options.name === undefined,
  needs: "any",
  confirm: {
    label: "Yes, tear it down",
    isSpared: (_own, { options }) => options["no-backup"],
    check: ({ instance }) => void somethingOf(instance),
    async ask({ member, instance }, { options: { force } }, bot) {
      const options = force ? { force: "true" } : {};
      return { options, card: question(bot, member.value, somethingOf(instance).value, force) };
    },
  },
  async run({ member, instance, used }, call, bot) {
    if (call.options["no-backup"]) return withoutBackup(call, bot, member, call.options.name);
    const force = call.options.force ? ({ force: true } as const) : {};
    return tearDown(call, bot, member, somethingOf(instance), { homeDisk: "snapshot", ...force }, used);
  },
});

/** @throws Refusal */
function somethingOf(instance: Row<Instance> | undefined): Row<Instance> {
  if (instance && isSomething(instance.value)) return instance;
  throw new Refusal(
    "You have neither an instance nor a home disk, so there is nothing to tear down.",
    absentButtons(instance?.value),
  );
}

function question(bot: Bot, member: Member, instance: Instance, force: boolean): Card {
  const { homeDisk, backupDays } = bot.settings;
  const price = snapshotPricePhrase(instance.homeDisk?.sizeGb ?? homeDisk.sizeGb);
  return {
    title: `Tear down ${namesOf(member.key).vm}?`,
    tone: "bad",
    facts: [
      [
        "Deletes",
        instance.generation
          ? "the VM with its disks, its address, its network rules, your right to sign in"
          : "your home disk",
      ],
      [
        "Keeps",
        `a snapshot of your home disk with all your data, for ${backupDays} days and ${price}; your identity and your keys`,
      ],
    ],
    text: `${force ? "Whatever the agent is doing is interrupted. " : ""}Nothing is deleted until the snapshot is complete, and your next request restores the home disk from it. “Delete all my data” asks for the instance's name first. Then it makes no snapshot, permanently deletes the earlier ones and home disks that an admin gave you, and empties your keys in the vault.`,
    buttons: [deleteDataButton(instance)],
  };
}

/** Typing the name is the confirmation. Without a name, a form asks for it. */
async function withoutBackup(
  call: Call,
  bot: Bot,
  member: Row<Member>,
  typed: string | undefined,
): Promise<Outcome> {
  const name = namesOf(member.value.key).vm;
  const { instance } = call;
  if (!instance)
    throw new Refusal("You never had an instance, so there is nothing to delete.", absentButtons(undefined));
  if (typed === undefined)
    return {
      reply: {
        form: {
          title: "Delete all, also what you were given?",
          line: {
            command: "teardown",
            options: { "no-backup": "true" },
            generation: instance.value.generation ?? noGeneration,
          },
          fields: [
            {
              name: "name",
              label: `Type ${name} to permanently delete all data, home disks given to you too`,
              placeholder: name,
            },
          ],
        },
      },
    };
  if (typed !== name)
    throw new Refusal(`That isn't your instance's name. Its name is ${name}. Nothing was deleted.`);
  return tearDown(call, bot, member, instance, { homeDisk: "erase" }, []);
}

const audits: Readonly<Record<NonNullable<OperationInput["homeDisk"]>, string>> = {
  snapshot: "asked to tear down the instance, with a snapshot of its home disk",
  keep: "asked to clear up a build that failed",
  erase:
    "asked to tear down the instance, its home disk and all backups, including home disks that an admin gave them",
};

/** Starts the teardown of a member's instance, for anyone who may ask for it. */
export function tearDown(
  call: Call,
  bot: Bot,
  member: Row<Member>,
  instance: Row<Instance>,
  input: OperationInput & { readonly homeDisk: NonNullable<OperationInput["homeDisk"]> },
  changes: readonly Change[],
): Outcome {
  return begins(call, bot, "teardown", {
    member: member.value,
    instance,
    input,
    // Of a whole instance, nothing is deleted yet.
    instancePatch: () =>
      input.homeDisk === "keep" ? { state: "deleting", seenAt: bot.now.toISOString() } : {},
    say: working(input.homeDisk === "keep" ? "Clearing up." : "Tearing it down."),
    audit: audits[input.homeDisk],
    changes,
  });
}
