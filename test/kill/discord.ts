import { z } from "zod";
import { people } from "../../local/discord/people.ts";
import { markIn, type Name, type Person, post } from "./person.ts";

const embed = z.object({
  title: z.string().default(""),
  description: z.string().default(""),
  footer: z.object({ text: z.string() }).optional(),
});
const message = z.object({ channel_id: z.string(), embeds: z.array(embed).default([]) });
const view = z.object({
  channels: z.array(z.object({ id: z.string(), kind: z.enum(["channel", "thread", "dm"]) })),
  messages: z.array(message),
});
const outcome = z.object({ kind: z.string(), reason: z.string().optional(), message: message.optional() });

/** A refusal has no title. */
const titleOf = (shown: z.infer<typeof message> | undefined) =>
  shown?.embeds[0]?.title || shown?.embeds[0]?.description || "";

/** Somebody on Discord. */
export function onDiscord(console: string, name: Name) {
  const user = people[name].id;
  const see = async () => view.parse(await (await fetch(`${console}/api/discord?user=${user}`)).json());
  /** The title of the answer that only they see. @throws when the bot did not answer */
  const types = async (line: string): Promise<string> => {
    const channelId = (await see()).channels.find(({ kind }) => kind === "channel")?.id;
    const answer = outcome.parse(await post(`${console}/api/discord/type`, { user, channelId, line }));
    const { kind, reason = "", message: shown } = answer;
    if (kind !== "message" && kind !== "deferred") throw new Error(`${line}: ${kind}: ${reason}`);
    return titleOf(shown);
  };
  return {
    types,
    requests: () => types("/openclaw request"),
    async directMessages() {
      const { channels, messages } = await see();
      const direct = new Set(channels.filter(({ kind }) => kind === "dm").map(({ id }) => id));
      return messages
        .filter(({ channel_id }) => direct.has(channel_id))
        .map((shown) => ({ title: titleOf(shown), mark: markIn(shown.embeds[0]?.footer?.text) }));
    },
    /** The titles of all that they see anywhere. */
    titles: async () => (await see()).messages.map(titleOf),
  } satisfies Person & Record<string, unknown>;
}
