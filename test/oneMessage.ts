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

/**
 * Deliveries that would edit one and the same answer, `partition row` of each: nothing orders them, so that the older could stand for good.
 * An answer is named by its interaction on Discord, whose token is in no row for long, and by conversation and activity on Teams.
 */
export async function sharedAnswers(storage: string): Promise<readonly (readonly string[])[]> {
  const table = TableClient.fromConnectionString(storage, "state", { allowInsecureConnection: true });
  const filter = "RowKey ge 'delivery:' and RowKey lt 'delivery;'";
  const found = new Map<string, string[]>();
  for await (const row of table.listEntities<{ json: string }>({ queryOptions: { filter } })) {
    const { to, routes } = delivery.parse(JSON.parse(row.json));
    const { interaction, conversation, activity } = to.data;
    const answer = interaction ?? (activity && JSON.stringify([conversation, activity]));
    if (answer === undefined || !routes.includes("answer")) continue;
    found.set(answer, [...(found.get(answer) ?? []), `${row.partitionKey} ${row.rowKey}`]);
  }
  return [...found.values()].filter((rows) => rows.length > 1);
}
