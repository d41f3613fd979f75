import { newInstance } from "../../bot/core/instance.ts";
import { type Account, accountKey } from "../../bot/core/member.ts";
import { memberKey, operationId } from "../../bot/core/names.ts";
import type { OperationRecord } from "../../bot/core/operation.ts";
import { guidOf } from "../../local/azure/world.ts";
import { startWorld, type World } from "../world.ts";
import { openProbe } from "./probe.ts";
import { by, type Measure, table, within } from "./section.ts";
import type { Stage } from "./stage.ts";

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
}

/** How the work of a sweep and of a list grows with the roster. */
export const members: Measure = async (stage, scale) => {
  const rows: Row[] = [];
  for (const count of by(scale, [10, 100], [10, 100, 1000], [10, 100, 1000, 10_000]))
    rows.push(await withMembers(stage, count));
  const cell = ({ calls, cpu }: Cost) => `${calls} calls, ${(cpu / 1000).toFixed(2)} s`;
  const [least, most] = [rows[0], rows.at(-1)];
  const perMember = (of: (row: Row) => number): string => {
    if (!least || !most) return "";
    const grown = (of(most) - of(least)) / (most.members - least.members);
    return `${grown.toFixed(2)} calls more for each member (at most 0.1: ${grown <= 0.1 ? "met" : "**not met**"})`;
  };
  return {
    title: "Many members (calls to the storage; CPU time with the simulators)",
    raw: rows,
    lines: [
      ...table(
        ["members", "idle sweep", "sweep with 1 % due", "`instances list`"],
        rows.map((row) => [row.members, cell(row.idle), cell(row.due), cell(row.list)]),
      ),
      "",
      `An idle sweep makes ${perMember(({ idle }) => idle.calls)}, the list ${perMember(({ list }) => list.calls)}.`,
      `A sweep of ${most?.members} takes ${((most?.due.cpu ?? 0) / 1000).toFixed(1)} s of CPU, ${within((most?.due.cpu ?? 0) / 1000, 60, " s")}.`,
    ],
  };
};

async function withMembers(stage: Stage, count: number): Promise<Row> {
  const probe = await openProbe(stage.freshAccount());
  // A nightly backup of each would be something to do.
  const world = await startWorld({ NIGHTLY_KEEP: "0" }, { storage: probe.connectionString, isLong: true });
  const keys = await enrollIn(world, count);
  // What is done once a day or once an hour is done, and those rows are there by which people are found that are due.
  for (let sweeps = 0; sweeps < 5; sweeps += 1) {
    await world.app.sweep();
    await world.settle();
    world.pass(60);
  }
  const cost = async (does: () => Promise<unknown>): Promise<Cost> => {
    probe.take();
    const before = process.cpuUsage();
    await does();
    const { user, system } = process.cpuUsage(before);
    return { calls: probe.take().length, cpu: (user + system) / 1000 };
  };
  const idle = await cost(() => world.app.sweep());
  await makeDue(world, keys.slice(0, Math.max(1, count / 100)));
  const due = await cost(() => world.app.sweep());
  world.queue.lose();
  const list = await cost(async () => {
    await world.client.types(world.discord.people.ada, "openclaw-admin instances list");
    await world.settle();
  });
  if (world.errors.length > 0) throw new Error(world.errors.slice(0, 3).join("\n"));
  await world.close();
  await probe.close();
  return { members: count, idle, due, list };
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

/** An operation of each of these was lost ten minutes ago. */
async function makeDue(world: World, keys: readonly string[]): Promise<void> {
  const { store } = world.parts;
  const then = new Date(world.now().getTime() - 600_000);
  for (const key of keys) {
    const id = operationId(`lost ${key}`);
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
    await store.addDue({ at: then, message: { kind: "operation", member: key, id } });
  }
}
