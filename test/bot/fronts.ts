import { setTimeout as sleep } from "node:timers/promises";
import type { CommandLine } from "../../bot/core/card.ts";
import { DeliveryRefused } from "../../bot/core/errors.ts";
import { commands } from "../../bot/features/commands.ts";
import type { Seen } from "../client.ts";
import { teamsClient } from "../teamsClient.ts";
import type { World } from "../world.ts";

export type Who = "ada" | "mia" | "max" | "sam" | "gus";
type Options = Readonly<Record<string, string>>;

/** People in front of one platform; what they do is the same on each. The same `use` twice is a replay. */
export interface Front {
  /** What stands for somebody in an option. */
  named(who: Who): string;
  /** Types a command in the team's own place. */
  types(who: Who, command: string, options?: Options, use?: number): Promise<Seen>;
  /** Presses a button that carries this line, whoever may have made it, in their own chat with the bot. */
  presses(who: Who, line: CommandLine, use?: number): Promise<Seen>;
  /** The card with the button that `presses` presses. */
  offers(who: Who, line: CommandLine): Promise<Pick<Seen, "id">>;
  /** Presses a button of a card that they see. */
  clicks(who: Who, on: Pick<Seen, "id">, label: string): Promise<Seen>;
  /** All that they see of the bot, wherever it stands. */
  sees(who: Who): readonly Seen[];
}

export const label = "Press";
let made = 0;

/** A card with one button, in somebody's own chat with the bot. */
async function card(world: World, platform: string, account: string, line: CommandLine) {
  made += 1;
  const nonce = `card${made}`;
  for (;;) {
    try {
      const ref = await world.parts.platforms[platform]?.send({
        route: "dm",
        to: { platform, account, data: {} },
        card: { title: "A card", tone: "info", buttons: [{ label, line }] },
        nonce,
        maybeSent: false,
      });
      return { id: ref?.message ?? "" };
    } catch (error) {
      // Nobody makes cards faster than a platform takes them.
      if (!(error instanceof DeliveryRefused) || error.kind !== "limited") throw error;
      await sleep((error.retryAfterSeconds ?? 1) * 1000);
    }
  }
}

const isAdmins = (command: string): boolean =>
  commands.some(({ name, audience }) => name === command && audience === "admin");

/** Nobody does more than one thing a second. */
function paced(world: World, front: Front): Front {
  const later =
    <A extends unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      world.pass(1);
      return act(...args);
    };
  return {
    ...front,
    types: later(front.types),
    presses: later(front.presses),
    clicks: later(front.clicks),
  };
}

export function discordFront(world: World): Front {
  const { client } = world;
  const { people } = world.discord;
  const again = (use?: number) =>
    use === undefined ? {} : { payload: { id: String(1_300_000_000_000_000_000n + BigInt(use)) } };
  return paced(world, {
    named: (who) => people[who].id,
    types: (who, command, options, use) =>
      client.types(
        people[who],
        `${isAdmins(command) ? "openclaw-admin" : "openclaw"} ${command}`,
        options,
        again(use),
      ),
    presses: async (who, line, use) =>
      client.clicks(people[who], label, await card(world, "discord", people[who].id, line), again(use)),
    offers: (who, line) => card(world, "discord", people[who].id, line),
    clicks: (who, on, wanted) => client.clicks(people[who], wanted, on),
    sees: (who) => client.sees(people[who]),
  });
}

export function teamsFront(world: World): Front {
  const client = teamsClient(world.teams);
  const { people, places } = world.teams;
  const again = (use?: number) => (use === undefined ? {} : { activity: { id: `use-${use}` } });
  const written = (value: string): string => {
    const person = Object.values(people).find(({ objectId }) => objectId === value);
    return person ? `@${person.name}` : value;
  };
  return paced(world, {
    named: (who) => people[who].objectId,
    types: (who, command, options = {}, use) => {
      const typed = Object.entries(options).map(([name, value]) => `${name}:${written(value)}`);
      const text = ["@OpenClaw", command, ...typed].join(" ");
      // Sam is not in the group. In a channel every post is a conversation of its own, so that nothing there is a replay.
      const conversation = who === "sam" ? places.general : places.group;
      return client.types(people[who], text, { conversation }, again(use));
    },
    presses: async (who, line, use) =>
      client.clicks(people[who], await card(world, "teams", people[who].objectId, line), label, again(use)),
    offers: (who, line) => card(world, "teams", people[who].objectId, line),
    clicks: (who, on, wanted) => client.clicks(people[who], on, wanted),
    sees: (who) => client.sees(people[who]),
  });
}
