import { bulkOf, summaryOf } from "../../batch/askBulk.ts";
import { bulkCard } from "../../batch/bulkCard.ts";
import { bulkFacts, bulkPageSize, byUrgency } from "../../batch/bulkFacts.ts";
import { pageOf, pageOption } from "../../cards/paging.ts";
import type { Bulk } from "../../core/bulk.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { botPartition } from "../../core/names.ts";

/** Behind the button of a running batch. */
export const bulkHalt = command({
  name: "bulk halt",
  about: "Start no more of a batch",
  audience: "admin",
  hidden: true,
  options: { id: { type: "text", about: "The batch's id", required: true } },
  async run(call, bot) {
    const row = await bulkOf(call.options.id, bot);
    if (row.value.status !== "running") throw nothingChanged("That batch has already ended.");
    const bulk: Bulk = { ...row.value, halted: true, nextLookAt: bot.now.toISOString() };
    return {
      reply: {
        card: {
          title: "No more will be started.",
          tone: "working",
          text: "Those already running will finish.",
        },
      },
      write: {
        partition: botPartition,
        audit: `halted: ${summaryOf(bulk)}`,
        changes: [{ kind: "bulk", id: bulk.id, value: bulk, etag: row.etag }],
        again: { message: { kind: "bulk", partition: botPartition, id: bulk.id }, inSeconds: 0 },
      },
    };
  },
});

/** Behind the button of a batch with more members than fit on a card. */
export const bulkResults = command({
  name: "bulk results",
  about: "The result for each member",
  audience: "admin",
  hidden: true,
  options: { id: { type: "text", about: "The batch's id", required: true }, page: pageOption },
  async run(call, bot) {
    const { id } = call.options;
    const { value: bulk } = await bulkOf(id, bot);
    const line = { command: "bulk results", options: { id } };
    const page = pageOf(byUrgency(bulk), bulkPageSize, call.options.page, line);
    const { title, tone } = bulkCard(bulk, []);
    const asked = bulk.status === "asked";
    return say({
      title: asked ? summaryOf(bulk) : title,
      tone: asked ? "info" : tone,
      facts: await bulkFacts(bulk, page.items, bot.store),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});
