import { ChannelType, InteractionContextType, InteractionType } from "discord-api-types/v10";
import { type CommandLine, decodeLine, unknownLine } from "../../core/card.ts";
import type { Clock } from "../../core/clock.ts";
import type { Account } from "../../core/member.ts";
import { type Choosing, type InboundCall, refuseLarge, type UnreadCall } from "../../core/platform.ts";
import { oneLineName } from "../../core/text.ts";
import {
  type CommandOption,
  type Interaction,
  interaction,
  type Typing,
  type Use,
  type User,
} from "./interaction.ts";

/** Parses the body of a verified request. Undefined if the bot handles no such interaction. */
export function parseInteraction(body: Uint8Array): Interaction | undefined {
  try {
    return interaction.safeParse(JSON.parse(Buffer.from(body).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** What someone asks for, not yet read. Undefined if it doesn't say who asks. */
export function callFrom(use: Use, guildId: string, clock: Clock): UnreadCall | undefined {
  const user = use.member?.user ?? use.user;
  if (!user) return undefined;
  const place = placeOf(use, guildId);
  const channel = place === "team" ? threadsGoTo(use) : undefined;
  return {
    id: use.id,
    account: accountOf(user, use.member),
    place,
    replyTo: {
      platform: "discord",
      account: user.id,
      data: {
        token: use.token,
        // Identifies the answer once the token has expired.
        interaction: use.id,
        at: clock.now().toISOString(),
        ...(channel === undefined ? {} : { channel }),
      },
    },
    async read() {
      const line = lineOf(use);
      const people = peopleIn(use);
      const text = Object.values(line.options).reduce((sum, value) => sum + value.length, 0);
      refuseLarge({ text, mentions: Object.keys(people).length });
      return { line, people, files: filesIn(use) };
    },
  };
}

/** What a person is typing. Undefined if it doesn't say who, or which option. */
export function choosingFrom(typing: Typing, guildId: string): Choosing | undefined {
  const user = typing.member?.user ?? typing.user;
  const focused = focusedIn(typing.data.options);
  if (!user || !focused) return undefined;
  return {
    account: accountOf(user, typing.member),
    place: placeOf(typing, guildId),
    command: typed(typing.data.options).command,
    option: focused.name,
    typed: focused.value ?? "",
  };
}

function focusedIn(options: readonly CommandOption[]): CommandOption | undefined {
  for (const option of options) {
    const found = option.focused ? option : focusedIn(option.options ?? []);
    if (found) return found;
  }
  return undefined;
}

function placeOf(use: Pick<Use, "guild_id" | "context">, guildId: string): InboundCall["place"] {
  if (use.guild_id !== undefined) return use.guild_id === guildId ? "team" : "foreign";
  return use.context === InteractionContextType.BotDM ? "direct" : "foreign";
}

/** Where a private thread can be opened: not in a thread, but in its channel. */
function threadsGoTo({ channel }: Use): string | undefined {
  const inThread =
    channel?.type === ChannelType.PrivateThread ||
    channel?.type === ChannelType.PublicThread ||
    channel?.type === ChannelType.AnnouncementThread;
  return inThread ? (channel.parent_id ?? undefined) : channel?.id;
}

function lineOf(use: Use): CommandLine {
  switch (use.type) {
    case InteractionType.ApplicationCommand:
      return typed(use.data.options);
    case InteractionType.MessageComponent:
      return decodeLine(use.data.custom_id) ?? unknownLine;
    default: {
      const line = decodeLine(use.data.custom_id) ?? unknownLine;
      const fields = use.data.components.map(({ component }) => [
        component.custom_id,
        // Nobody can pick several in a form of ours: what says so is refused as no choice.
        "value" in component ? component.value : component.values.join(", "),
      ]);
      return { ...line, options: { ...line.options, ...Object.fromEntries(fields) } };
    }
  }
}

/** `/openclaw stop` is `stop`, `/openclaw-admin roster add` is `roster add`. Who may use it isn't up to Discord. */
function typed(options: readonly CommandOption[], path: readonly string[] = []): CommandLine {
  const [only] = options;
  if (only && only.value === undefined) return typed(only.options ?? [], [...path, only.name]);
  return {
    command: path.join(" "),
    options: Object.fromEntries(options.map(({ name, value }) => [name, value ?? ""])),
  };
}

function peopleIn(use: Use): InboundCall["people"] {
  if (use.type !== InteractionType.ApplicationCommand || !use.data.resolved) return {};
  const { users, members } = use.data.resolved;
  return Object.fromEntries(
    Object.values(users).map((user) => {
      const member = members[user.id];
      // People in the server come with a member ("Interactions: Resolved data", 2026-01); elsewhere no one does.
      const unfit = user.bot ? "bot" : member || use.guild_id === undefined ? undefined : "left";
      return [user.id, { ...accountOf(user, member), ...(unfit ? { unfit } : {}) }];
    }),
  );
}

function filesIn(use: Use): NonNullable<InboundCall["files"]> {
  if (use.type !== InteractionType.ApplicationCommand || !use.data.resolved) return {};
  return Object.fromEntries(
    Object.entries(use.data.resolved.attachments).map(([id, { filename, url }]) => [
      id,
      { platform: "discord", name: oneLineName(filename) ?? "The file", url },
    ]),
  );
}

/** Shows the name that the team sees. */
const accountOf = (
  user: User,
  member: { readonly nick?: string | null | undefined } | undefined,
): Account => ({
  platform: "discord",
  id: user.id,
  name: oneLineName(member?.nick) ?? oneLineName(user.global_name) ?? oneLineName(user.username) ?? user.id,
});
