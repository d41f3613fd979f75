import { TableClient, TableServiceClient } from "@azure/data-tables";
import { people as discordPeople } from "../../local/discord/people.ts";
import { people as teamsPeople } from "../../local/teams/people.ts";
import type { World } from "../world.ts";

const options = { allowInsecureConnection: true };

/** Every row of every table of the bot, as `table partition row` → JSON. */
export async function rowsOf(world: World): Promise<Readonly<Record<string, string>>> {
  const rows: Record<string, string> = {};
  for await (const { name = "" } of TableServiceClient.fromConnectionString(
    world.storage,
    options,
  ).listTables())
    for await (const row of TableClient.fromConnectionString(world.storage, name, options).listEntities<{
      json: string;
    }>())
      rows[`${name} ${row.partitionKey} ${row.rowKey}`] = row.json;
  return rows;
}

/** What a call that was put off leaves behind: the call itself, its answer, and its due row. */
const bookkeeping = /^(state \S+ (call|delivery):|due )/;
/** Ada is an admin before she is on the roster. */
const adas = [`discord-${discordPeople.ada.id}`, `teams-${teamsPeople.ada.objectId}`];
/** The answer to a member or an admin, kept for a replay. Of a stranger nothing is kept. */
const answer = new RegExp(`^state ([a-z2-7]{10}|account-(${adas.join("|")})) claim:`);
export const isKeptAnswer = (row: string): boolean => answer.test(row);

/** The rows that were added, changed or removed meanwhile, but for members' and admins' answers; `changed`: and the bookkeeping of the call. */
export async function changesIn<T>(
  world: World,
  doing: () => Promise<T>,
): Promise<{ result: T; changed: readonly string[]; everything: readonly string[] }> {
  const before = await rowsOf(world);
  const result = await doing();
  const after = await rowsOf(world);
  const everything = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (row) => before[row] !== after[row] && !isKeptAnswer(row),
  );
  return { result, everything, changed: everything.filter((row) => !bookkeeping.test(row)) };
}
