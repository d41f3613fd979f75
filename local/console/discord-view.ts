import { everyone, type Person } from "../discord/people.ts";
import type { DiscordSimulator } from "../discord/start.ts";
import type { Channel, Faults, Message } from "../discord/store.ts";
import type { Typed } from "./command-line.ts";

/** Discord as one person sees it. */
export interface DiscordView {
  me: Person;
  people: readonly Person[];
  channels: { id: string; kind: "channel" | "thread" | "dm"; name: string }[];
  messages: Message[];
  commands: Typed[];
  faults: Faults;
}

/** What the page shows of Discord to this person. */
export function discordView(discord: DiscordSimulator, me: Person, showAllCommands: boolean): DiscordView {
  // The bot isn't in any group chat, so there is nothing to see.
  const channels = discord.channelsFor(me.id).filter(({ type }) => type !== 3);
  return {
    me,
    people: everyone,
    channels: channels.map(({ id, name, type }) => ({ id, name, kind: kinds[type] })),
    messages: discord.messagesFor(me.id),
    commands: discord.commandsFor(me.id, showAllCommands),
    faults: discord.faults,
  };
}

const kinds: Record<Channel["type"], DiscordView["channels"][number]["kind"]> = {
  0: "channel",
  1: "dm",
  3: "dm",
  12: "thread",
};
