import { TableClient } from "@azure/data-tables";
import * as z from "zod";

const delivery = z.object({
  to: z.object({
    data: z.object({
      interaction: z.string().optional(),
      conversation: z.string().optional(),
      activity: z.string().optional(),
    }),
  }),
  routes: z.array(z.string()),
});

interface Row {
  readonly partition: string;
  readonly row: string;
  readonly value: unknown;
}

/**
 * Deliveries that would edit one and the same answer, `partition row` of each: nothing orders them, so that the older could stand for good.
 * An answer is named by its interaction on Discord, whose token is in no row for long, and by conversation and activity on Teams.
 * @param deliveries their rows, as JSON that was read
 */
export function sharedAnswersOf(deliveries: readonly Row[]): readonly (readonly string[])[] {
  const found = Map.groupBy(deliveries, ({ value }) => {
    const { to, routes } = delivery.parse(value);
    const { interaction, conversation, activity } = to.data;
    if (!routes.includes("answer")) return undefined;
    return interaction ?? (activity && JSON.stringify([conversation, activity]));
  });
  return [...found]
    .filter(([answer, rows]) => answer !== undefined && rows.length > 1)
    .map(([, rows]) => rows.map(({ partition, row }) => `${partition} ${row}`));
}

/** The same over all rows of a storage account. */
export async function sharedAnswers(storage: string): Promise<readonly (readonly string[])[]> {
  const table = TableClient.fromConnectionString(storage, "state", { allowInsecureConnection: true });
  const filter = "RowKey ge 'delivery:' and RowKey lt 'delivery;'";
  const rows: Row[] = [];
  for await (const row of table.listEntities<{ json: string }>({ queryOptions: { filter } }))
    rows.push({ partition: row.partitionKey ?? "", row: row.rowKey ?? "", value: JSON.parse(row.json) });
  return sharedAnswersOf(rows);
}
