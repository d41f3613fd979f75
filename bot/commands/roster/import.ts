import { proposal } from "../../core/cards/importCard.ts";
import { command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { operationId } from "../../core/identifiers.ts";
import { botPartition } from "../../core/partition.ts";
import { type ImportEntry, type ImportPart, importRow } from "../../core/team.ts";
import { askFirst } from "../confirmation.ts";
import { planOf } from "./plan.ts";

/** As many entries as a row holds with certainty. */
const perPart = 25;

export const rosterImport = command({
  name: "roster import",
  about: "Add and change many members at once, from a team.json",
  audience: "admin",
  slow: true,
  options: {
    file: { type: "file", about: "A team.json" },
    json: {
      type: "text",
      about: "Or its text, pasted",
      example: '{"members":[{"email":"mia@contoso.com"}]}',
      long: true,
      unless: ["file"],
    },
  },
  async run(call, bot) {
    const { file, json } = call.options;
    if (file && json !== undefined)
      throw new Refusal("Give a file or its text, not both. Nothing was changed.");
    const entries = await planOf(await bot.team(file ?? json ?? ""), bot);
    // As the question takes its id, so that one leads to the other.
    const id = operationId(`confirm ${call.id}`);
    const question = proposal(id, entries);
    if (!entries.some(({ state }) => state === "add" || state === "change")) return say(question);
    const line = { command: "roster apply", options: {} };
    const asked = askFirst(call, bot, botPartition, "Apply", line, question, "primary");
    return {
      ...asked,
      write: asked.write && {
        ...asked.write,
        changes: [
          ...asked.write.changes,
          ...partsOf({ id, by: call.account, listedAt: bot.now.toISOString() }, entries).map(changeOf),
        ],
      },
    };
  },
});

function partsOf(
  common: Pick<ImportPart, "id" | "by" | "listedAt">,
  entries: readonly ImportEntry[],
): readonly ImportPart[] {
  const parts = Math.ceil(entries.length / perPart);
  return Array.from({ length: parts }, (_, part) => ({
    ...common,
    part,
    parts,
    status: "asked",
    entries: entries.slice(part * perPart, (part + 1) * perPart),
  }));
}

const changeOf = (value: ImportPart) =>
  ({ kind: "import", id: importRow(value.id, value.part), value }) as const;
