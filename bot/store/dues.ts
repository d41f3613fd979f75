import * as z from "zod";
import type { Due, Store } from "../core/store.ts";
import { lastKey, workMessage, writtenMessage } from "./rowFormat.ts";
import type { JsonTable } from "./table.ts";

/** One partition, ordered by time: some thousands of rows at most, and the sweep wants the oldest first. */
const dueKey = ({ at, message }: Due): string =>
  `${at.toISOString()}:${message.kind}:${message.partition}:${message.id}`;

const dueShape = z.object({ at: z.coerce.date(), message: workMessage });

/** The rows of partition `due`. */
export const dueRows = (dues: readonly Due[]): readonly { readonly row: string; readonly value: object }[] =>
  dues.map((due) => ({ row: dueKey(due), value: writtenDue(due) }));

const writtenDue = ({ at, message }: Due) => ({ at, message: writtenMessage(message) });

/** What the worker has to look at, by time. */
export const dueRowsIn = (due: JsonTable): Pick<Store, "addDue" | "dueBy" | "dropDue"> => ({
  addDue: (entry) => due.put("due", dueKey(entry), writtenDue(entry)),

  dueBy: async function* (now) {
    for await (const { value } of due.scan("due", "", `${now.toISOString()}${lastKey}`)) {
      const entry = dueShape.safeParse(value);
      // What a newer version wrote is left to it.
      if (entry.success) yield entry.data;
    }
  },

  dropDue: (entry) => due.remove("due", dueKey(entry)),
});
