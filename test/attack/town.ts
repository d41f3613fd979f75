import { expect, vi } from "vitest";
import { appFrom } from "../../bot/app.ts";
import { memberKey } from "../../bot/core/names.ts";
import { type Person as DiscordPerson, people as onDiscord } from "../../local/discord/people.ts";
import type { Place } from "../../local/teams/act.ts";
import { people as onTeams, type Person as TeamsPerson } from "../../local/teams/people.ts";
import type { Exchange } from "../../local/traffic.ts";
import { isKeptAnswer, rowsOf } from "../bot/tables.ts";
import { install } from "../crash/seam.ts";
import { startStorage } from "../crash/storage.ts";
import { teamsClient } from "../teamsClient.ts";
import { startWorld } from "../world.ts";

export type Town = Awaited<ReturnType<typeof startTown>>;

/**
 * The place that is attacked: the whole bot on both platforms. Ada is its admin, Mia has an instance, Max is on the roster
 * without one, Sam is a stranger.
 */
export async function startTown() {
  // botbuilder tells the console of every token that is no good.
  vi.spyOn(console, "error").mockImplementation(() => {});
  let calls: Exchange[] = [];
  // In this process, since thousands of messages are sent.
  install();
  const storage = await startStorage({ now: () => new Date() });
  const world = await startWorld(
    { BOOTSTRAP_ADMINS: `discord:${onDiscord.ada.id} entra:${onTeams.ada.objectId}` },
    {
      withTeams: true,
      isLong: true,
      storage: storage.connectionString,
      heard: (exchange) => calls.push(exchange),
    },
  );
  let storageCalls = 0;
  const store = new Proxy(world.parts.store, {
    get(target, name: keyof typeof world.parts.store) {
      storageCalls += 1;
      return target[name];
    },
  });
  const admitted = new Set<string>();
  const { limits } = world.parts;
  const admit: typeof limits.admit = (call) => {
    const allowance = limits.admit(call);
    admitted.add(`${call.account.platform} ${call.id}`);
    return allowance;
  };
  const app = appFrom({ ...world.parts, store, limits: { ...limits, admit } });
  world.serving.app = app;
  const { mia, max, sam, ada } = onDiscord;
  await world.enroll(mia);
  await world.enroll(max);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  // What Azure deletes on its own is gone by then.
  world.pass(900);
  const teams = teamsClient(world.teams);
  const keyOf = (person: TeamsPerson) => memberKey(person.objectId);

  /** All that an attack could change: every row, every resource, every message. */
  const everything = async () => ({
    rows: Object.fromEntries(Object.entries(await rowsOf(world)).filter(([row]) => !isKeptAnswer(row))),
    azure: JSON.stringify(world.azure.resources()),
    messages: JSON.stringify([
      world.discord.messagesFor(mia.id),
      world.discord.messagesFor(ada.id),
      world.teams.messagesFor(onTeams.mia.id),
      world.teams.messagesFor(onTeams.ada.id),
    ]),
    errors: [...world.errors],
  });

  /** What the bot asked of Azure and of the platforms meanwhile. */
  async function listening<T>(doing: () => Promise<T>): Promise<{ result: T; asked: readonly Exchange[] }> {
    calls = [];
    const result = await doing();
    return { result, asked: calls.filter(({ service }) => service !== "bot" && service !== "identity") };
  }

  /** An interaction as Discord would send it, without sending it. */
  async function interactionOf(
    person: DiscordPerson,
    command: string,
    options: Readonly<Record<string, string>> = {},
    payload: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>> {
    const outcome = await world.discord.interact(
      person,
      { command, options },
      { forge: true, badSignature: true, payload },
    );
    if (!("sent" in outcome)) throw new Error(outcome.reason);
    return outcome.sent;
  }

  /** The same while somebody types an option. */
  async function typingOf(
    person: DiscordPerson,
    typing: string,
    option: string,
    text: string,
  ): Promise<Record<string, unknown>> {
    const outcome = await world.discord.interact(
      person,
      { typing, option, text },
      { forge: true, badSignature: true },
    );
    if (!("sent" in outcome)) throw new Error(outcome.reason);
    return outcome.sent;
  }

  return {
    world,
    teams,
    discord: { mia, max, sam, ada },
    onTeams,
    keyOf,
    everything,
    listening,
    /** So often rows were read or written so far by the process that answers. */
    storageCalls: () => storageCalls,
    /** So many messages have become calls so far: somebody asked for something that they may ask for. What is sent again is none. */
    calls: () => admitted.size,
    /** Does it, and makes sure that nothing came of it: no row, no call, no message, nothing queued, nothing logged as an error. */
    async inVain<T>(doing: () => Promise<T>): Promise<T> {
      const before = await everything();
      const { result, asked } = await listening(doing);
      expect(asked.map(({ request }) => `${request.method} ${request.url}`)).toEqual([]);
      expect(world.queue.waiting()).toEqual([]);
      expect(await everything()).toEqual(before);
      return result;
    },
    /**
     * Does it, settles what follows, and makes sure that nothing of others has changed: their rows, and everything in Azure.
     * @returns what came of it, and the rows that were added or changed
     */
    async unharmed<T>(doing: () => Promise<T>): Promise<{ result: T; changed: readonly string[] }> {
      const before = await everything();
      const result = await doing();
      await world.settle();
      const after = await everything();
      expect(after.azure).toBe(before.azure);
      expect(after.errors).toEqual(before.errors);
      const changed = Object.keys({ ...before.rows, ...after.rows }).filter(
        (row) => before.rows[row] !== after.rows[row],
      );
      for (const key of [keyOf(onTeams.mia), keyOf(onTeams.ada)])
        expect(changed.filter((row) => row.includes(key))).toEqual([]);
      return { result, changed };
    },
    interaction: interactionOf,
    typing: typingOf,
    /** A click on a button that carries this, whether or not there is one. */
    forges: async (person: DiscordPerson, data: string) => {
      const about = { type: 3, data: { custom_id: data, component_type: 2, id: 1 } };
      return JSON.stringify(await interactionOf(person, "openclaw help", {}, about));
    },
    /** An activity as Teams would send it, without sending it. */
    async activity(
      person: TeamsPerson,
      text: string,
      about: Readonly<Record<string, unknown>> = {},
      place: Place = {},
    ): Promise<Record<string, unknown> & { type: string }> {
      const outcome = await world.teams.send(person, text, place, { forge: "no token", activity: about });
      if (!("sent" in outcome)) throw new Error(outcome.kind);
      return outcome.sent;
    },
    close: () => world.close(),
  };
}
