import { TableClient } from "@azure/data-tables";

interface Written {
  readonly to: { readonly data: Readonly<Record<string, string>> };
  readonly routes: readonly string[];
}

/**
 * Deliveries that would edit one and the same answer, `partition id` of each: nothing orders them, so that the older could stand for good.
 * An answer is named by its interaction's token on Discord, and by conversation and activity on Teams.
 */
export async function sharedAnswers(storage: string): Promise<readonly (readonly string[])[]> {
  const table = TableClient.fromConnectionString(storage, "state", { allowInsecureConnection: true });
  const filter = "RowKey ge 'delivery:' and RowKey lt 'delivery;'";
  const found = new Map<string, string[]>();
  for await (const row of table.listEntities<{ json: string }>({ queryOptions: { filter } })) {
    const { to, routes } = JSON.parse(row.json) as Written;
    const { token, conversation, activity } = to.data;
    const answer = token ?? (activity && JSON.stringify([conversation, activity]));
    if (answer === undefined || !routes.includes("answer")) continue;
    found.set(answer, [...(found.get(answer) ?? []), `${row.partitionKey} ${row.rowKey}`]);
  }
  return [...found.values()].filter((rows) => rows.length > 1);
}
