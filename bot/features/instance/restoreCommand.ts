import { absentButtons, requestButton, teardownButton } from "../../cards/instanceButtons.ts";
import { snapshotsOf, tearDownFirst } from "../../commands/snapshotsOf.ts";
import { ownCommand } from "../../commands/subjectCommand.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { type Backup, isSomething } from "../../core/instance.ts";
import { asTyped } from "../../core/quoted.ts";
import { instant, utc, words } from "../../core/text.ts";
import { newestOwn } from "../../steps/backups.ts";
import { build } from "./requestCommand.ts";

export const restore = ownCommand({
  name: "restore",
  about: "Get an instance with your home disk restored from a backup",
  slow: true,
  options: {
    snapshot: {
      type: "text",
      about: "Which backup, by name; the newest if you don't say",
      example: "openclaw-…",
      bare: true,
      // Each backup is in Azure; the newest that was made is on record.
      suggests: ({ instance }) => (instance?.backup ? [backupChoice(instance.backup)] : []),
    },
  },
  needs: "any",
  async run({ member, instance: row }, call, bot) {
    const instance = row?.value;
    if (instance && isSomething(instance)) throw new Refusal(tearDownFirst, [teardownButton(instance)]);
    const found = await snapshotsOf(member.value.key, bot);
    const { snapshot: name } = call.options;
    const wanted = name === undefined ? newestOwn(found) : found.find((each) => each.name === name);
    if (!wanted)
      throw name === undefined
        ? new Refusal("There is no backup of your home disk.", absentButtons(instance))
        : nothingChanged(`You have no backup ${asTyped(name, 60)}.`, absentButtons(instance));
    if (!wanted.complete)
      throw new Refusal("That backup is incomplete, so it can't be restored.", [requestButton]);
    return build(
      call,
      bot,
      member,
      { snapshot: wanted.name },
      words` Its home disk comes from the snapshot of ${instant(wanted.createdAt)}.`,
    );
  },
});

const backupChoice = ({ snapshot, createdAt }: Backup) => ({
  name: `${utc(new Date(createdAt))} · ${snapshot}`,
  value: snapshot,
});
