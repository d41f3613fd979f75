import type { Bulk } from "../core/bulk.ts";
import type { Button, Card } from "../core/card.ts";
import { countOf } from "./bulkProgress.ts";

/** The progress message of a bulk action: how many are done, and the state of each. */
export function bulkCard(bulk: Bulk, facts: NonNullable<Card["facts"]>): Card {
  const { items, what, status } = bulk;
  const more = items.length - facts.length;
  const ended = status === "ended";
  return {
    title: `${what}: ${countOf(bulk, "done")} of ${items.length} done`,
    tone: ended ? toneAtEnd(bulk) : "working",
    text: sentenceFor(bulk),
    facts,
    buttons: [
      ...(ended || bulk.halted
        ? []
        : [
            {
              label: "Start no more",
              style: "danger",
              line: { command: "bulk halt", options: { id: bulk.id } },
            } as const,
          ]),
      ...(more > 0 ? [showAll(bulk)] : []),
    ],
    footer: more > 0 ? `and ${more} more` : undefined,
  };
}

export const showAll = ({ id }: Bulk): Button => ({
  label: "Show all",
  line: { command: "bulk results", options: { id } },
});

function toneAtEnd(bulk: Bulk): Card["tone"] {
  if (countOf(bulk, "failed") > 0) return "bad";
  return countOf(bulk, "done") === bulk.items.length ? "good" : "info";
}

function sentenceFor(bulk: Bulk): string {
  const [running, waiting, failed, held] = (["running", "waiting", "failed", "held"] as const).map((state) =>
    countOf(bulk, state),
  );
  const passedOver = countOf(bulk, "superseded", "busy", "left", "none", "newer", "broken", "off");
  return [
    running ? `${running} in progress.` : "",
    waiting ? `${waiting} waiting for their turn.` : "",
    failed ? `${failed} failed.` : "",
    passedOver ? `${passedOver} skipped.` : "",
    held ? heldSentence(bulk, held) : "",
    bulk.status === "ended" && bulk.input.candidate !== undefined && countOf(bulk, "done") === 0
      ? "The team configuration was not changed, because no OpenClaw accepted the change."
      : "",
    bulk.input.candidate !== undefined && countOf(bulk, "done") > 0
      ? "The change is now part of the team configuration. Stopped instances get it at their next start."
      : "",
    bulk.status === "ended" ? "This is finished. I told each owner on the roster what was done." : "",
  ]
    .filter(Boolean)
    .join(" ");
}

const heldSentence = ({ halted }: Bulk, held: number): string =>
  `${held} not started, because ${halted ? "someone stopped it, or whoever started this is no longer an admin" : "one failed"}.`;
