import { confirmed } from "../../commands/confirmation.ts";
import { command } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { accountKey } from "../../core/member.ts";

/** Says no to a question, which uses it up. */
export const keep = command({
  name: "keep",
  about: "Keep it as it is",
  audience: "anyone",
  hidden: true,
  options: { confirmed, of: { type: "text", about: "Where the question lies", hidden: true } },
  async run({ account, options: { confirmed: id, of } }, bot) {
    const row = id && of ? await bot.store.get(of, "confirm", id) : undefined;
    if (!row || of === undefined || accountKey(row.value.account) !== accountKey(account))
      throw nothingChanged("That question isn't yours, or is too old.");
    if (row.value.used) throw new Refusal("You already answered that question. Nothing more was changed.");
    return {
      reply: { card: { title: "Nothing was changed", tone: "info" } },
      write: {
        partition: of,
        audit: `said no to ${row.value.line.command}`,
        changesNothing: true,
        changes: [{ kind: "confirm", id: row.value.id, value: { ...row.value, used: true }, etag: row.etag }],
      },
    };
  },
});
