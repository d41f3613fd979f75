import { createHash } from "node:crypto";
import * as z from "zod";
import { poisonCard } from "../cards/botCards.ts";
import { dayMs } from "../core/clock.ts";
import { operationId } from "../core/names.ts";
import { policySettings } from "../core/policySettings.ts";
import { eachSetting } from "../core/setting.ts";
import type { Settings } from "../core/settings.ts";
import type { Parts, Periodic, Task } from "../parts.ts";
import { advance, expectedOf } from "./advance.ts";
import { deliver } from "./deliver.ts";
import { duesOf, enter } from "./outbox.ts";
import { watchPlatforms } from "./platformState.ts";
import { stateOfLook, stateOfMessage } from "./task.ts";
import { tellAdmins } from "./tell.ts";

/** A message that failed five times. Its due row brings the work back; the admins hear that something is wrong. */
const poison: Periodic = {
  name: "poison",
  run: (parts) =>
    parts.queue.drainPoison((message) => {
      parts.log.info("the bot gave up on a piece of work", { message });
      return tellAdmins(operationId(`poison ${message}`), poisonCard(message), parts);
    }),
};

/**
 * Writes everyone's due times again: once a day, because a due row can be lost, and at once after a change of the settings, in chat or
 * in the environment. A surplus row finds nothing to do. The next sweep retries members for whom it failed.
 */
export const dueAnew: Periodic = {
  name: "due times",
  everyMs: dayMs,
  basis: (settings) =>
    createHash("sha256")
      .update(JSON.stringify(valuesOf(settings)))
      .digest("base64url"),
  async run(parts, from) {
    const only = z.array(z.string()).safeParse(from).data;
    const left: string[] = [];
    for (const person of await parts.store.people({ anew: true })) {
      const { key } = person.member;
      const later = duesOf(person, parts);
      if (later.length === 0 || (only && !only.includes(key))) continue;
      try {
        await enter({ partition: key, changes: [], later }, parts);
      } catch (error) {
        parts.log.error("due times could not be written down", error, { member: key });
        left.push(key);
      }
    }
    return left.length > 0 ? left : undefined;
  },
};

const valuesOf = (settings: Settings) => eachSetting(policySettings, (_, name) => settings[name]);

/** After this time someone should have a look; alerts look for it (infra/modules/monitoring.bicep). In seconds. */
const oldSeconds = 3600;

const itself = (id: string): string => id;

const operation: Task = {
  kind: "operation",
  owes: itself,
  run: advance,
  async state(message, parts) {
    const { partition, id } = message;
    const { store, clock, log } = parts;
    const record = (await store.get(partition, "op", id))?.value;
    const expected = expectedOf(record, parts);
    if (!record || !expected) return stateOfMessage(message, parts);
    const seconds = (clock.now().getTime() - Date.parse(record.startedAt)) / 1000;
    if (seconds > oldSeconds) log.info("an operation is old", { member: partition, operation: id, seconds });
    return stateOfLook(expected, clock.now());
  },
};

const delivery: Task = {
  kind: "delivery",
  owes: itself,
  run: ({ partition, id }, parts) => deliver(partition, id, parts),
  state: stateOfMessage,
};

/** The engine's own work. */
export const engineTasks: readonly Task[] = [operation, delivery];

/** The engine's own periodic work. */
export const enginePeriodic: readonly Periodic[] = [
  { name: "rows to tend", run: ({ store, clock }) => store.tend(clock.now()) },
  { name: "the platforms", run: watchPlatforms },
  poison,
  dueAnew,
  { name: "prices", run: refreshPrices },
];

async function refreshPrices({ prices, settings }: Parts): Promise<void> {
  for (const size of settings.sizes) await prices.refresh(size);
}
