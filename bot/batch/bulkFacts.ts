import { stateSentence } from "../cards/instanceFacts.ts";
import { whatWentWrong } from "../cards/operationCards.ts";
import type { Bulk, BulkItem, BulkState } from "../core/bulk.ts";
import type { Store } from "../core/store.ts";
import { bulkOperation } from "./bulkProgress.ts";

/** On every platform, one card holds this many members. */
export const bulkPageSize = 20;

/** The states in the order in which an admin has to know them. */
const order: readonly BulkState[] = [
  "failed",
  "broken",
  "busy",
  "superseded",
  "left",
  "newer",
  "none",
  "off",
  "held",
  "running",
  "waiting",
  "done",
];

/** The members, most urgent first. */
export const byUrgency = ({ items }: Bulk): readonly BulkItem[] =>
  items.toSorted(([, a], [, b]) => order.indexOf(a) - order.indexOf(b));

export const shownInCard = (bulk: Bulk): readonly BulkItem[] => byUrgency(bulk).slice(0, bulkPageSize);

const sentences: Readonly<Record<BulkState, string>> = {
  waiting: "Waiting for its turn.",
  running: "In progress.",
  done: "Done.",
  failed: "Failed.",
  superseded: "Started, but something else replaced it.",
  busy: "Skipped: something else is in progress there.",
  left: "Skipped: no longer on the roster.",
  none: "Skipped: the instance no longer exists.",
  newer: "Skipped: the instance is newer than the list that you confirmed.",
  broken: "Skipped: the instance is broken. Tear it down, or let its owner try again.",
  off: "Skipped: it isn't running.",
  held: "Not started.",
};

/** A row for each of these members: the name, and a sentence on the result or, before the confirmation, on the state of the instance. */
export const bulkFacts = (
  bulk: Bulk,
  items: readonly BulkItem[],
  store: Pick<Store, "get" | "person">,
): Promise<readonly (readonly [string, string])[]> =>
  Promise.all(
    items.map(async ([key, state]) => {
      const { member, instance } = await store.person(key);
      const name = member?.value.name ?? key;
      if (bulk.status === "asked")
        return [
          name,
          [instance ? stateSentence(instance.value) : sentences.none, member?.value.email]
            .filter(Boolean)
            .join(", "),
        ] as const;
      const operation =
        state === "failed" ? await store.get(key, "op", bulkOperation(bulk.id, key)) : undefined;
      const why = whatWentWrong(operation?.value.fault);
      return [name, why ? `${sentences[state]} ${why}` : sentences[state]] as const;
    }),
  );
