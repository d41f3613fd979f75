import { askFirst, confirmationId, useUp } from "../commands/confirmation.ts";
import type { Bulk } from "../core/bulk.ts";
import type { Card, CommandLine } from "../core/card.ts";
import type { Bot, Call, Outcome } from "../core/command.ts";
import { owed } from "../core/delivery.ts";
import { nothingChanged } from "../core/errors.ts";
import type { Person } from "../core/instance.ts";
import { botPartition } from "../core/names.ts";
import { progressRoutes } from "../core/platform.ts";
import type { Change, Row, WorkMessage } from "../core/store.ts";
import { bulkCard, showAll } from "./bulkCard.ts";
import { bulkFacts, bulkPageSize, shownInCard } from "./bulkFacts.ts";
import { bulkAtOnce, bulkLimit } from "./bulkProgress.ts";

/** What to do for many members, and how carefully. */
interface BulkWish extends Pick<Bulk, "what" | "operation" | "input" | "phrase"> {
  readonly owners: readonly Person[];
  readonly firstAlone?: boolean;
  readonly stopOnFailure?: boolean;
  /** A row that its operations read in addition to their input. */
  readonly before?: Change | undefined;
  /** The question, to which the members are added, and the confirming button with its line. */
  readonly card: Card;
  readonly label: string;
  readonly line: CommandLine;
}

/**
 * Asks for confirmation before one operation for many members. The members are stored as shown, so that the click affects exactly
 * those. The command that asks passes a call with `confirmed` to `startBulk`.
 * @throws Refusal
 */
export async function askBulk(call: Call, bot: Bot, wish: BulkWish): Promise<Outcome> {
  const { owners, what, operation, input, phrase, firstAlone = false, stopOnFailure = false } = wish;
  if (owners.length === 0) throw nothingChanged("There is no such instance.");
  if (owners.length > bulkLimit)
    throw nothingChanged(
      `That would be ${owners.length} instances, and the limit is ${bulkLimit} at a time. Choose some by state.`,
    );
  const bulk: Bulk = {
    id: confirmationId(call),
    what,
    operation,
    input,
    by: call.account,
    replyTo: call.replyTo,
    listedAt: bot.now.toISOString(),
    atOnce: bulkAtOnce,
    firstAlone,
    stopOnFailure,
    phrase,
    status: "asked",
    items: owners.map(({ member }) => [member.key, "waiting"]),
    nextLookAt: bot.now.toISOString(),
  };
  const more = owners.length - bulkPageSize;
  const facts = await bulkFacts(bulk, bulk.items.slice(0, bulkPageSize), bot.store);
  return askFirst(call, bot, {
    partition: botPartition,
    card: {
      ...wish.card,
      facts: [...facts, ...(more > 0 ? [["…", `and ${more} more`] as const] : [])],
      buttons: more > 0 ? [showAll(bulk)] : [],
    },
    label: wish.label,
    keep: "Leave them as they are",
    line: wish.line,
    changes: [{ kind: "bulk", id: bulk.id, value: bulk }, ...(wish.before ? [wish.before] : [])],
    audit: `was asked to confirm: ${summaryOf(bulk)}`,
  });
}

/** Starts what was confirmed; if a phrase is required, only once it was typed. @throws Refusal */
export async function startBulk(
  call: Call,
  bot: Bot,
  confirmation: string,
  typed?: string,
): Promise<Outcome> {
  // The phrase was typed after the confirmation, so it is no part of the confirmed line.
  const { phrase: _typed, ...options } = call.line.options;
  const row = await bulkOf(confirmation, bot);
  const { phrase, input } = row.value;
  // The line holds no patch, so it can't be asked again.
  const asking = input.candidate === undefined ? undefined : "never";
  const line = { ...call.line, options };
  const used = await useUp({ ...call, line }, bot, botPartition, confirmation, asking);
  if (phrase !== undefined && typed === undefined) return { reply: { form: formFor(call.line, phrase) } };
  if (phrase !== undefined && typed !== phrase) throw nothingChanged(`That is not “${phrase}”.`);
  const bulk: Bulk = {
    ...row.value,
    status: "running",
    replyTo: call.replyTo,
    nextLookAt: bot.now.toISOString(),
  };
  const message: WorkMessage = { kind: "bulk", partition: botPartition, id: bulk.id };
  const card = bulkCard(bulk, await bulkFacts(bulk, shownInCard(bulk), bot.store));
  return {
    reply: {
      card: {
        title: `Started: ${summaryOf(bulk)}`,
        tone: "working",
        text: "I'll post one message and keep it updated until this is finished.",
      },
    },
    write: {
      partition: botPartition,
      audit: `started: ${summaryOf(bulk)}`,
      changes: [
        used,
        { kind: "bulk", id: bulk.id, value: bulk, etag: row.etag },
        {
          kind: "delivery",
          id: bulk.id,
          value: owed(bulk.id, bulk.replyTo, progressRoutes, card, bot.now),
        },
      ],
      wake: [message],
    },
  };
}

/** @throws Refusal if there is none */
export async function bulkOf(id: string, bot: Bot): Promise<Row<Bulk>> {
  const row = await bot.store.get(botPartition, "bulk", id);
  if (!row) throw nothingChanged("I can't find that batch.");
  return row;
}

const formFor = (line: CommandLine, phrase: string) => ({
  title: "Are you sure?",
  line,
  fields: [{ name: "phrase", label: `Type: ${phrase}`, placeholder: phrase }],
});

/** "Stop, 5 instances". */
export const summaryOf = ({ what, items, input }: Bulk): string =>
  [what, countPhrase(items.length), ...(input.candidate ? [`version ${input.candidate}`] : [])].join(", ");

export const countPhrase = (count: number): string => (count === 1 ? "one instance" : `${count} instances`);
