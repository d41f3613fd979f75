import type { Person } from "../../local/discord/people.ts";
import { crowdMember } from "../../local/discord/people.ts";
import type { Serve } from "../../local/serve.ts";
import { serve as inProcess, install } from "../crash/seam.ts";
import { startStorage } from "../crash/storage.ts";
import { startWorld } from "../world.ts";

type WorldOptions = NonNullable<Parameters<typeof startWorld>[1]>;

/** One call of the bot to Azure Resource Manager, by the virtual clock. */
export interface ArmCall {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Somebody does something at a moment of the virtual clock, in milliseconds. */
export interface Arrival {
  readonly at: number;
  does(): Promise<unknown>;
}

export type Crowd = Awaited<ReturnType<typeof openCrowd>>;

const minuteMs = 60_000;

/**
 * The real bot with many members, over the simulators and a storage in memory, in one process and without a socket. The clock stands still
 * while anybody computes, and moves to whatever comes next: somebody's wish, a message of the queue, the minute of the sweep.
 */
export async function openCrowd(count: number, options: Pick<WorldOptions, "limits"> = {}) {
  install();
  const calls: ArmCall[] = [];
  const clock = { now: () => 0 };
  const counting: Serve = (handle, { service, ...rest }) =>
    inProcess(async (request) => {
      const url = new URL(request.url);
      const at = clock.now();
      const response = await handle(request);
      if (service?.(url, request) === "arm")
        calls.push({ at, method: request.method, path: url.pathname, status: response.status });
      return response;
    }, rest);
  // Its own clock is that of queues, and the queue isn't in it.
  const storage = await startStorage({ now: () => new Date(0) });
  const world = await startWorld(
    { NIGHTLY_KEEP: "0" },
    { storage: storage.connectionString, isLong: true, serveAll: counting, ...options },
  );
  const now = () => world.now().getTime();
  clock.now = now;
  // As many VMs as there are members.
  world.azure.faults.set({ kind: "quota", limit: 10 * count + 100 });
  let sweepAt = now() + minuteMs;

  /** Does all that comes until then, in its order; or all that there is, where nothing is said. */
  async function run(arrivals: readonly Arrival[] = [], until = Number.POSITIVE_INFINITY): Promise<void> {
    const left = arrivals.toSorted((a, b) => a.at - b.at);
    for (;;) {
      const [wish, message] = [left[0]?.at ?? Number.POSITIVE_INFINITY, world.queue.nextAt()];
      const isOver = until === Number.POSITIVE_INFINITY && Math.min(wish, message) === until;
      const next = Math.min(wish, message, sweepAt);
      if (isOver || next > until) break;
      world.pass(Math.max(0, next - now()) / 1000);
      if (next === wish) await left.shift()?.does();
      else if (next === message) await world.work();
      else {
        sweepAt += minuteMs;
        await world.app.sweep();
      }
    }
    if (until < Number.POSITIVE_INFINITY) world.pass(Math.max(0, until - now()) / 1000);
  }

  const people: readonly Person[] = Array.from({ length: count }, (_, index) => crowdMember(index));
  const { ada } = world.discord.people;
  for (const { id, username, name } of people) {
    const entra = `${username}@contoso.com`;
    world.azure.people.put({ userPrincipalName: entra, displayName: name });
    await world.client.types(ada, "openclaw-admin roster add", { person: id, entra });
    // Nobody types faster, and an admin may not.
    world.pass(1);
  }
  await run();
  const enrolled = (await world.parts.store.members()).length;
  if (enrolled < count) throw new Error(`${enrolled} of ${count} are on the roster`);

  return {
    world,
    people,
    run,
    now,
    wishes: (person: Person, wish: string, wishOptions: Readonly<Record<string, string>> = {}) =>
      world.client.types(person, `openclaw ${wish}`, wishOptions),
    /** What Resource Manager was asked since this was asked last. */
    takeCalls: (): readonly ArmCall[] => calls.splice(0),
    /** The operations of that name that have not succeeded, each with why. */
    failures: (name: string) =>
      storage.rows().flatMap(({ row, value }) => {
        if (!row.startsWith("op:") || typeof value !== "object" || value === null) return [];
        const operation = value as { name?: string; status?: string; fault?: { code: string } };
        return operation.name === name && operation.status !== "succeeded"
          ? [`${operation.status} ${operation.fault?.code ?? ""}`.trim()]
          : [];
      }),
    close: () => world.close(),
  };
}
