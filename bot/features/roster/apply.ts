import { pageOf, pageOption } from "../../cards/paging.ts";
import { confirmed, useUp } from "../../commands/confirmation.ts";
import { type Bot, command, say } from "../../core/command.ts";
import { owed } from "../../core/delivery.ts";
import { nothingChanged } from "../../core/errors.ts";
import { botPartition } from "../../core/names.ts";
import { answerRoutes } from "../../core/platform.ts";
import type { Row } from "../../core/store.ts";
import type { ImportPart } from "../../core/team.ts";
import { importLine, outcome } from "./importCard.ts";
import { importChange, importRows } from "./importRows.ts";

/** Behind the button of an import's question. The worker applies the entries one by one and keeps one message updated. */
export const rosterApply = command({
  name: "roster apply",
  about: "Apply an import",
  audience: "admin",
  hidden: true,
  options: { confirmed: { ...confirmed, required: true } },
  async run(call, bot) {
    const id = call.options.confirmed;
    const used = await useUp(call, bot, botPartition, id, { command: "roster import", options: {} });
    const rows = await partsOf(id, bot);
    const parts = rows.map(({ etag, value }) => ({
      etag,
      value: { ...value, status: "running", by: call.account } as const,
    }));
    const entries = parts.flatMap(({ value }) => value.entries);
    const card = outcome(id, entries, true);
    const message = { kind: "import", partition: botPartition, id } as const;
    return {
      reply: { card },
      write: {
        partition: botPartition,
        audit: "applied an import to the roster",
        changes: [
          used,
          ...parts.map(({ etag, value }) => importChange(value, etag)),
          {
            kind: "delivery",
            id,
            // The answer to this call shows the start, so revision 0 is already delivered.
            value: { ...owed(id, call.replyTo, answerRoutes, card, bot.now), revision: 0 },
          },
        ],
        wake: [message],
      },
    };
  },
});

/** What fits on one card of every platform, with long names. */
const pageSize = 20;

const words = {
  add: "to add",
  change: "to change",
  same: "already up to date",
  refused: "not possible",
  added: "added",
  changed: "changed",
  unfinished: "on the roster, but not in Azure",
  absent: "not in the file",
} as const;

/** Behind the button of an import's cards, which have room for only some of the entries. */
export const rosterImported = command({
  name: "roster imported",
  about: "Each entry of an import",
  audience: "admin",
  hidden: true,
  options: { id: { type: "text", about: "The import's id", required: true }, page: pageOption },
  async run(call, bot) {
    const { id, page: wanted } = call.options;
    const entries = (await partsOf(id, bot)).flatMap(({ value }) => value.entries);
    const page = pageOf(entries, pageSize, wanted, { command: "roster imported", options: { id } });
    return say({
      title: "Each entry of the import",
      tone: "info",
      facts: page.items.map((entry) => [words[entry.state], importLine(entry)]),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

/** All rows of an import. @throws Refusal */
async function partsOf(id: string, { store }: Bot): Promise<readonly Row<ImportPart>[]> {
  const rows = await importRows(id, store);
  if (rows.length === 0) throw nothingChanged("I can't find that import. Import the file again.");
  return rows;
}
