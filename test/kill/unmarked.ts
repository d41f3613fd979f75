import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { memberKey } from "../../bot/core/names.ts";
import { tableStore } from "../../bot/store/tables.ts";
import { people } from "../../local/teams/people.ts";
import type { Name } from "./person.ts";
import { keptOnTeams } from "./teams.ts";

/** What a bot that is now dead wrote last is in storage by then; milliseconds. */
const settled = 100;

/**
 * Whether, of what somebody has been sent on Teams, something is not marked as sent: then everything was killed between the
 * two. To be asked when nothing runs.
 */
export async function unmarked(folder: string, connectionString: string, name: Name): Promise<boolean> {
  const store = tableStore({ connectionString }, randomBytes, { now: () => new Date() });
  const partition = memberKey(people[name].objectId);
  await sleep(settled);
  for (const { mark } of await keptOnTeams(folder, name))
    if (!(await store.get(partition, "delivery", mark))?.value.ref) return true;
  return false;
}
