import { absentButtons, teardownButton } from "../../cards/instanceButtons.ts";
import { pageOf, pageOption } from "../../cards/paging.ts";
import { begins } from "../../commands/begins.ts";
import { snapshotsOf, tearDownFirst } from "../../commands/snapshotsOf.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { callerOf } from "../../commands/underWay.ts";
import type { Button } from "../../core/card.ts";
import type { SnapshotTruth } from "../../core/cloud.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { type Instance, isSomething } from "../../core/instance.ts";
import { answerRoutes } from "../../core/platform.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";

/** On every platform, one card holds this many backups with a button each. */
const pageSize = 5;

export const backups = command({
  name: "backups",
  about: "See the backups of your home disk",
  audience: "member",
  slow: true,
  options: { page: pageOption },
  async run(call, bot) {
    const member = callerOf(call);
    const instance = call.instance?.value;
    const found = await snapshotsOf(member.value.key, bot);
    const numbered = found.map((snapshot, index) => [index + 1, snapshot] as const);
    const page = pageOf(numbered, pageSize, call.options.page, { command: "backups", options: {} });
    const there = instance !== undefined && isSomething(instance);
    const restores = page.items.filter(([, { complete }]) => complete && !there).map(restoreButton);
    return say({
      title: found.length === 0 ? "There are no backups of your home disk" : "Backups of your home disk",
      tone: "info",
      text:
        found.length === 0 ? undefined : there ? tearDownFirst : "A new instance uses the one you choose.",
      facts: page.items.map(([number, snapshot]) => [`${number}. ${kindOf(snapshot)}`, sentenceOf(snapshot)]),
      buttons: [
        ...restores,
        ...page.buttons,
        backupButton(instance),
        ...(there && found.length > 0 && instance ? [teardownButton(instance)] : []),
      ].filter((button) => button !== undefined),
      footer: page.footer,
    });
  },
});

const restoreButton = ([number, { name }]: readonly [number, SnapshotTruth]): Button => ({
  label: `Restore ${number}`,
  style: "primary",
  line: { command: "restore", options: { snapshot: name } },
});

const backupButton = (instance: Instance | undefined): Button | undefined =>
  instance && isSomething(instance)
    ? { label: "Back up now", line: { command: "backup now", options: {}, generation: instance.generation } }
    : undefined;

const kinds: Readonly<Record<string, string>> = {
  nightly: "Nightly",
  manual: "On request",
  teardown: "Before a teardown",
  transfer: "Given by an admin",
};
const kindOf = ({ tags }: SnapshotTruth): string => kinds[tags["kind"] ?? ""] ?? "Backup";

const sentenceOf = ({ createdAt, sizeGb, tags, complete, failed }: SnapshotTruth): Words =>
  joined(
    [
      words`${instant(createdAt)}, ${sizeGb} GB`,
      failed ? "failed" : complete ? undefined : "still being copied",
      tags["madeAfterQuiesce"] === "false" ? "made while the VM was running" : undefined,
      tags["expires"] && tags["kind"] === "nightly"
        ? words`kept while among the newest, until ${instant(tags["expires"])} at most`
        : tags["expires"] && words`kept until ${instant(tags["expires"])}`,
    ],
    ", ",
  );

export const backup = ownCommand({
  name: "backup now",
  about: "Back up your home disk now",
  bound: true,
  slow: true,
  options: {},
  needs: "any",
  async run({ member, instance: row }, call, bot) {
    const instance = row?.value;
    if (!instance || !isSomething(instance))
      throw new Refusal("You have no home disk to back up.", absentButtons(instance));
    const last =
      instance.backingUp === undefined
        ? undefined
        : await bot.store.get(member.value.key, "op", instance.backingUp);
    if (last?.value.status === "running")
      throw new Refusal("A backup is already in progress, so I didn't start another.");
    refuseBeyond(bot.settings.mostBackups, await snapshotsOf(member.value.key, bot));
    const price = snapshotPricePhrase(instance.homeDisk?.sizeGb ?? bot.settings.homeDisk.sizeGb);
    return begins(call, bot, "backup", {
      member: member.value,
      instance: row,
      routes: answerRoutes,
      input: { kind: "manual" },
      // Of two requests at once only one starts: a snapshot counts towards the limit only once it exists.
      instancePatch: (backingUp) => ({ backingUp }),
      say: {
        title: "Backing up your home disk",
        tone: "working",
        text: `It costs ${price}. I'll keep the snapshot for ${bot.settings.backupDays} days.`,
      },
      audit: "asked to back up their home disk",
    });
  },
});

/** @throws Refusal if the member already has as many backups on request as they may. */
function refuseBeyond(most: number, found: readonly SnapshotTruth[]): void {
  const asked = found.filter(({ tags, failed }) => tags["kind"] === "manual" && !failed);
  if (asked.length < most) return;
  const [first] = asked.flatMap(({ tags }) => tags["expires"] ?? []).toSorted();
  throw nothingChanged(
    most === 0
      ? "Your admins don't allow backups on request."
      : words`You already have ${asked.length === 1 ? "one backup" : `${asked.length} backups`} on request, and the limit is ${most}.${first ? words` The next one expires ${instant(first)}.` : ""}`,
  );
}
