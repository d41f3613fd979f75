import { people as teamsPeople } from "../../local/teams/people.ts";
import type { Seen } from "../client.ts";
import { discordClient } from "../discordClient.ts";
import { teamsClient } from "../teamsClient.ts";
import type { CrashWorld } from "./world.ts";

export const platforms = ["discord", "teams"] as const;
export type PlatformName = (typeof platforms)[number];
type Who = "ada" | "mia" | "max" | "sam";
type Options = Readonly<Record<string, string>>;

/** People in front of one platform; what they do is the same on each. */
export interface Front {
  readonly platform: PlatformName;
  /** What stands for somebody in an option. */
  named(who: Who): string;
  /** Types a command, where what stands for somebody can be written. */
  types(who: Who, command: string, options?: Options): Promise<Seen>;
  clicks(who: Who, label: string, on?: Pick<Seen, "id">): Promise<Seen>;
  fills(who: Who, form: Seen, values: Options): Promise<Seen>;
  /** All that they see of the bot, oldest first. */
  sees(who: Who): readonly Seen[];
}

export const frontOn = (platform: PlatformName, world: Pick<CrashWorld, "discord" | "teams">): Front =>
  platform === "discord" ? onDiscord(world) : onTeams(world);

function onDiscord({ discord }: Pick<CrashWorld, "discord">): Front {
  const client = discordClient(discord);
  const { people } = discord;
  return {
    platform: "discord",
    named: (who) => people[who].id,
    types: (who, command, options) =>
      client.types(people[who], `${who === "ada" ? "openclaw-admin" : "openclaw"} ${command}`, options),
    clicks: (who, label, on) => client.clicks(people[who], label, on),
    fills: (who, _form, values) => client.fills(people[who], values),
    sees: (who) => client.sees(people[who]),
  };
}

function onTeams({ teams }: Pick<CrashWorld, "teams">): Front {
  const client = teamsClient(teams);
  const { people, places } = teams;
  const sees = (who: Who) => client.sees(people[who]);
  return {
    platform: "teams",
    named: (who) => `@${teamsPeople[who].name}`,
    types: (who, command, options = {}) => {
      const typed = Object.entries(options).map(([name, value]) => `${name}:${value}`);
      const text = ["@OpenClaw", command, ...typed].join(" ");
      // A person can be mentioned in a group only.
      const mentions = Object.values(options).some((value) => value.startsWith("@"));
      return client.types(people[who], text, mentions ? { conversation: places.group } : {});
    },
    clicks: (who, label, on) => {
      const card = on ?? sees(who).findLast(({ buttons }) => buttons.includes(label));
      if (!card) throw new Error(`${who} sees no button “${label}”`);
      return client.clicks(people[who], card, label);
    },
    fills: (who, form, values) => client.fills(people[who], form, values),
    sees,
  };
}
