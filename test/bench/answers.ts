import type { Exchange } from "../../local/traffic.ts";
import { startWorld } from "../world.ts";
import { layersOf, openProbe } from "./probe.ts";
import { type Measure, table, within } from "./section.ts";
import type { Stage } from "./stage.ts";

/** What somebody's wish asks of the bot and its storage. */
interface Wish {
  readonly name: string;
  /** Calls to tables and queue before the answer, and how many of them had to follow each other. */
  readonly toAnswer: number;
  readonly depth: number;
  /** All calls to tables and queue until it is done. */
  readonly inAll: number;
  /** Calls and messages that the bot was run for. */
  readonly executions: number;
}

interface Counted {
  readonly wishes: readonly Wish[];
  /** Storage calls of each look at an operation that sent nobody anything new. */
  readonly quietLooks: readonly number[];
  /** Storage calls of a sweep that finds nothing to do. */
  readonly idleSweep: number;
}

let counted: Promise<Counted> | undefined;

/** Counted once a run: the same every time. */
export const wishesOf = (stage: Stage): Promise<Counted> => {
  counted ??= countIn(stage);
  return counted;
};

async function countIn(stage: Stage): Promise<Counted> {
  const probe = await openProbe(stage.freshAccount());
  const heard: Exchange[] = [];
  const world = await startWorld(
    {},
    { storage: probe.connectionString, isLong: true, heard: (exchange) => heard.push(exchange) },
  );
  const { max, ada } = world.discord.people;
  const { client } = world;
  const wishes: Wish[] = [];
  const quietLooks: number[] = [];
  const wish = async (name: string, asks: () => Promise<unknown>): Promise<void> => {
    world.pass(60);
    probe.take();
    await asks();
    const calls = probe.take();
    const queued = world.queue.waiting().length;
    let inAll = calls.length + queued;
    let executions = 1;
    for (; world.queue.waiting().length > 0; executions += 1) {
      heard.length = 0;
      await world.work();
      const asked = probe.take().length;
      // Taken from the queue, deleted there, and put there anew.
      inAll += asked + 3;
      const isAboutOperation = heard.some(({ service }) => service === "arm");
      if (isAboutOperation && !heard.some(({ service }) => service === "discord")) quietLooks.push(asked);
    }
    // What goes into the queue goes there after everything else.
    const depth = layersOf(calls).length + (queued > 0 ? 1 : 0);
    wishes.push({ name, toAnswer: calls.length + queued, depth, inAll, executions });
  };
  const asks =
    (line: string, options = {}) =>
    () =>
      client.types(max, `openclaw ${line}`, options);
  await client.types(ada, "openclaw-admin roster add", {
    person: ada.id,
    entra: "ada@contoso.com",
    role: "admin",
  });
  await world.settle();
  await client.types(ada, "openclaw-admin roster add", { person: max.id, entra: "max@contoso.com" });
  await world.settle();
  await wish("request", asks("request"));
  await wish("help", asks("help"));
  await wish("status", asks("status"));
  await wish("connect", asks("connect"));
  await wish("open-access", asks("open-access", { address: "203.0.113.7" }));
  await wish("stop", asks("stop"));
  await wish("start", asks("start"));
  await wish("backup now", asks("backup now"));
  // Who was added within the hour may have called before.
  world.pass(3700);
  // The first list after a change mends the copies.
  await client.types(ada, "openclaw-admin instances list");
  await wish("roster list", () => client.types(ada, "openclaw-admin roster list"));
  await wish("instances list", () => client.types(ada, "openclaw-admin instances list"));
  let idleSweep = Number.POSITIVE_INFINITY;
  // Some of them have something to do that comes once an hour.
  for (let sweeps = 0; sweeps < 8; sweeps += 1) {
    world.pass(60);
    probe.take();
    await world.app.sweep();
    idleSweep = Math.min(idleSweep, probe.take().length);
    await world.settle();
  }
  if (world.errors.length > 0) throw new Error(world.errors.join("\n"));
  await world.close();
  await probe.close();
  return { wishes, quietLooks, idleSweep };
}

/** What an answer asks of the storage, and what a look does that finds nothing new. */
export const answers: Measure = async (stage) => {
  const { wishes, quietLooks, idleSweep } = await wishesOf(stage);
  const sorted = quietLooks.toSorted((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return {
    title: "Calls to the storage",
    raw: { wishes, quietLooks, idleSweep },
    lines: [
      ...table(
        [
          "wish",
          "calls before its answer",
          "aim",
          "in sequence",
          "aim",
          "bot runs in total",
          "storage calls in total",
        ],
        wishes.map(({ name, toAnswer, depth, executions, inAll }) => [
          `\`${name}\``,
          toAnswer,
          within(toAnswer, 7),
          depth,
          within(depth, 5),
          executions,
          inAll,
        ]),
      ),
      "",
      `A look at an operation that finds nothing new: ${usual} calls (${sorted[0]} to ${sorted.at(-1)}, ${sorted.length} looks), ${within(usual, 5)}. A sweep that finds nothing to do: ${idleSweep} calls.`,
    ],
  };
};
