import { appFrom } from "../../bot/app.ts";
import { newInstance } from "../../bot/core/instance.ts";
import { type Account, accountKey } from "../../bot/core/member.ts";
import { memberKey, operationId } from "../../bot/core/names.ts";
import type { OperationRecord } from "../../bot/core/operation.ts";
import { guidOf } from "../../local/azure/world.ts";
import { install, serve } from "../crash/seam.ts";
import { startStorage } from "../crash/storage.ts";
import { startWorld, type World } from "../world.ts";
import { by, type Measure, table, within } from "./section.ts";

interface Cost {
  readonly calls: number;
  /** Milliseconds of a processor, simulators included. */
  readonly cpu: number;
}

interface Row {
  readonly members: number;
  readonly idle: Cost;
  readonly due: Cost;
  readonly list: Cost;
  /** An hourly sweep at night, once the backups of all are made. */
  readonly hourly: Cost;
  /** The sweeps of a night. */
  readonly night: Cost & { readonly begun: number; readonly minutes: number; readonly dearest: number };
}

/** How the work of a sweep, of a night and of a list grows with the roster. */
export const members: Measure = async (_stage, scale) => {
  const rows: Row[] = [];
  for (const count of by(scale, [10, 100], [10, 100, 1000], [10, 100, 1000, 10_000]))
    rows.push(await withMembers(count));
  const cell = ({ calls, cpu }: Cost) => `${calls} calls, ${(cpu / 1000).toFixed(2)} s`;
  const [least, most] = [rows[0], rows.at(-1)];
  const perMember = (of: (row: Row) => number): string => {
    if (!least || !most) return "";
    const grown = (of(most) - of(least)) / (most.members - least.members);
    return `${grown.toFixed(2)} more calls for each member (at most 0.1: ${grown <= 0.1 ? "met" : "**not met**"})`;
  };
  const dearest = Math.max(...rows.flatMap(({ due, hourly, night }) => [due.cpu, hourly.cpu, night.dearest]));
  return {
    title: "Many members (calls to the storage; CPU time with the simulators)",
    raw: rows,
    lines: [
      ...table(
        [
          "members",
          "idle sweep",
          "sweep with 1 % due",
          "`instances list`",
          "hourly sweep with nothing due",
          "nightly backups started within",
          "calls of those sweeps per backup",
        ],
        rows.map(({ members: count, idle, due, list, hourly, night }) => [
          count,
          ...[idle, due, list, hourly].map(cell),
          `${night.begun} in ${night.minutes} min`,
          (night.calls / Math.max(1, night.begun)).toFixed(1),
        ]),
      ),
      "",
      `An idle sweep makes ${perMember(({ idle }) => idle.calls)}, the list ${perMember(({ list }) => list.calls)}, the hourly sweep ${perMember(({ hourly }) => hourly.calls)}.`,
      `The most expensive sweep takes ${(dearest / 1000).toFixed(1)} s of CPU, ${within(dearest / 1000, 60, " s")}. The backups of ${most?.members} members start within ${most?.night.minutes} minutes, ${within(most?.night.minutes ?? 0, 360, " min")}.`,
    ],
  };
};

async function withMembers(count: number): Promise<Row> {
  install();
  const heard = { calls: 0 };
  const storage = await startStorage({ now: () => new Date(0) }, () => {
    heard.calls += 1;
  });
  const world = await startWorld({}, { storage: storage.connectionString, isLong: true, serveAll: serve });
  const keys = await enrollIn(world, count);
  const cost = async (does: () => Promise<unknown>): Promise<Cost> => {
    const [calls, before] = [heard.calls, process.cpuUsage()];
    await does();
    const { user, system } = process.cpuUsage(before);
    return { calls: heard.calls - calls, cpu: (user + system) / 1000 };
  };
  // A nightly backup of each would be something to do.
  const byDay = appFrom({ ...world.parts, periodic: periodicBut(world, "backups") });
  await quiet(world, byDay);
  const idle = await cost(() => byDay.sweep());
  await makeDue(world, keys.slice(0, Math.max(1, count / 100)));
  const due = await cost(() => byDay.sweep());
  world.queue.lose();
  const list = await cost(async () => {
    await world.client.types(world.discord.people.ada, "openclaw-admin instances list");
    await world.settle();
  });
  const night = await nightOf(world, new Set(keys.map(lostOf)), cost);
  await quiet(world, world.app);
  world.pass(3600);
  const hourly = await cost(() => world.app.sweep());
  if (world.errors.length > 0) throw new Error(world.errors.slice(0, 3).join("\n"));
  await world.close();
  return { members: count, idle, due, list, night, hourly };
}

const periodicBut = ({ parts }: World, name: string) => parts.periodic.filter((one) => one.name !== name);

/**
 * What is done once a day or once an hour is done, those rows are there by which people are found that are due, and the copies of whoever was
 * changed are made.
 */
async function quiet(world: World, app: World["app"]): Promise<void> {
  for (let sweeps = 0; sweeps < 4; sweeps += 1) {
    await app.sweep();
    await world.settle(Number.POSITIVE_INFINITY);
    world.pass(sweeps < 2 ? 3600 : 60);
  }
}

/** A sweep each minute until all backups of the day have started, and what each sweep costs. */
async function nightOf(
  world: World,
  others: ReadonlySet<string>,
  cost: (does: () => Promise<unknown>) => Promise<Cost>,
) {
  const begun = new Set<string>();
  const send: World["queue"]["send"] = (message, seconds) => {
    if (message.kind === "operation" && !others.has(message.id)) begun.add(message.id);
    return world.queue.send(message, seconds);
  };
  const app = appFrom({ ...world.parts, queue: { ...world.parts.queue, send } });
  const sweeps: Cost[] = [];
  for (let before = -1; begun.size > before; ) {
    before = begun.size;
    sweeps.push(await cost(() => app.sweep()));
    const minute = world.now().getTime() + 60_000;
    while (world.queue.nextAt() < minute) await world.work();
    world.pass((minute - world.now().getTime()) / 1000);
  }
  return {
    calls: sweeps.reduce((sum, { calls }) => sum + calls, 0),
    cpu: sweeps.reduce((sum, { cpu }) => sum + cpu, 0),
    begun: begun.size,
    // The last sweep found nothing left to start.
    minutes: sweeps.length - 1,
    dearest: Math.max(...sweeps.map(({ cpu }) => cpu)),
  };
}

/** Members with an instance that is stopped, so that none is asked about by itself. */
async function enrollIn(world: World, count: number): Promise<readonly string[]> {
  const { store, settings } = world.parts;
  const at = world.now().toISOString();
  const keys: string[] = [];
  const add = async (index: number) => {
    const account: Account = {
      platform: "discord",
      id: String(1_200_000_000_000_000_000n + BigInt(index)),
      name: `Member ${index}`,
    };
    const objectId = guidOf(accountKey(account));
    const key = memberKey(objectId);
    keys.push(key);
    const member = {
      key,
      objectId,
      name: account.name,
      role: "user",
      loginRole: "user",
      accounts: [account],
      status: "active",
      addedAt: at,
    } as const;
    const instance = {
      ...newInstance(settings.place, world.now()),
      state: "stopped",
      generation: operationId(key),
    } as const;
    await store.commit(key, [
      { kind: "member", id: "", value: member },
      { kind: "instance", id: "", value: instance },
    ]);
  };
  // The first makes the tables.
  for (let start = 0; start < count; start = start === 0 ? 1 : start + 32)
    await Promise.all(
      Array.from({ length: Math.min(start === 0 ? 1 : 32, count - start) }, (_, index) => add(start + index)),
    );
  return keys;
}

const lostOf = (key: string): string => operationId(`lost ${key}`);

/** An operation of each of these was lost ten minutes ago. */
async function makeDue(world: World, keys: readonly string[]): Promise<void> {
  const { store } = world.parts;
  const then = new Date(world.now().getTime() - 600_000);
  for (const key of keys) {
    const id = lostOf(key);
    const by: Account = { platform: "discord", id: "1", name: "Somebody" };
    const replyTo = { platform: "discord", account: "1", data: {} };
    const value: OperationRecord = {
      id,
      name: "stop",
      by,
      replyTo,
      startedAt: then.toISOString(),
      status: "running",
      phase: "stopping",
      input: {},
      looks: 1,
      nextLookAt: then.toISOString(),
      notes: {},
    };
    await store.commit(key, [{ kind: "op", id, value }]);
    await store.addDue({ at: then, message: { kind: "operation", partition: key, id } });
  }
}
