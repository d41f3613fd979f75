import type { Parts, Periodic, Task } from "../parts.ts";
import { advance } from "./advance.ts";
import { deliver } from "./deliver.ts";
import { dueAnew } from "./dueAnew.ts";
import { watchPlatforms } from "./platformState.ts";
import { poison } from "./poison.ts";
import { stateOfLook, stateOfMessage } from "./task.ts";

/** From then on somebody should look; alerts look for it (infra/modules/monitoring.bicep). In seconds. */
const oldSeconds = 3600;

const itself = (id: string): string => id;

const operation: Task = {
  kind: "operation",
  owes: itself,
  run: advance,
  async state(message, parts) {
    const { member, id } = message;
    const { store, clock, log } = parts;
    const record = (await store.get(member, "op", id))?.value;
    if (record?.status !== "running") return stateOfMessage(message, parts);
    const seconds = (clock.now().getTime() - Date.parse(record.startedAt)) / 1000;
    if (seconds > oldSeconds) log.info("an operation is old", { member, operation: id, seconds });
    return stateOfLook(record.nextLookAt, clock.now());
  },
};

const delivery: Task = {
  kind: "delivery",
  owes: itself,
  run: ({ member, id }, parts) => deliver(member, id, parts),
  state: stateOfMessage,
};

/** The work of the engine itself. */
export const engineTasks: readonly Task[] = [operation, delivery];

/** What the engine itself does from time to time. */
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
