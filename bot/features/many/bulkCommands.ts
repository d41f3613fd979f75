import { bulkOf, summaryOf } from "../../batch/askBulk.ts";
import { bulkCard } from "../../batch/bulkCard.ts";
import { bulkFacts, bulkPageSize, byUrgency } from "../../batch/bulkFacts.ts";
import { pageOf, pageOption } from "../../cards/paging.ts";
import type { Bulk } from "../../core/bulk.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { botPartition } from "../../core/names.ts";

/** Behind the button of a bulk that goes on. */
export const bulkHalt = command({
  name: "bulk halt",
  about: "Begin no more of what was asked for many",
  audience: "admin",
  hidden: true,
  options: { id: { type: "text", about: "The bulk's id", required: true } },
  async run(call, bot) {
    const row = await bulkOf(call.options.id, bot);
    if (row.value.status !== "running") throw nothingChanged("That has ended already.");
    const bulk: Bulk = { ...row.value, halted: true, nextLookAt: bot.now.toISOString() };
    return {
      reply: {
        card: { title: "No more is begun.", tone: "working", text: "What is under way goes on to its end." },
      },
      write: {
        partition: botPartition,
        audit: `had no more begun: ${summaryOf(bulk)}`,
        changes: [{ kind: "bulk", id: bulk.id, value: bulk, etag: row.etag }],
        again: { message: { kind: "bulk", member: botPartition, id: bulk.id }, inSeconds: 0 },
      },
    };
  },
});

/** Behind the button of a bulk that is about more members than a card can show. */
export const bulkResults = command({
  name: "bulk results",
  about: "What has become of each",
  audience: "admin",
  hidden: true,
  options: { id: { type: "text", about: "The bulk's id", required: true }, page: pageOption },
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
