import { z } from "zod";

const message = z.object({
  id: z.string(),
  channel_id: z.string(),
  embeds: z.array(z.object({ title: z.string().optional() })).default([]),
});
const view = z.object({
  channels: z.array(
    z.object({ id: z.string(), kind: z.enum(["channel", "thread", "dm"]), name: z.string() }),
  ),
  messages: z.array(message),
});
const outcome = z.object({ kind: z.string(), reason: z.string().optional(), message: message.optional() });
const azure = z.object({ machines: z.array(z.string()) });

/** Somebody at the console of a stack, through its HTTP API. */
export function personAt(console: string, user: string) {
  const see = async () => view.parse(await (await fetch(`${console}/api/discord?user=${user}`)).json());
  return {
    /** The title of the answer that only they see. @throws when the bot did not answer */
    async types(line: string): Promise<string> {
      const channelId = (await see()).channels.find(({ kind }) => kind === "channel")?.id;
      const answer = await fetch(`${console}/api/discord/type`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user, channelId, line }),
      });
      const { kind, reason, message: shown } = outcome.parse(await answer.json());
      if (kind !== "message" && kind !== "deferred") throw new Error(`${line}: ${kind}: ${reason ?? ""}`);
      return shown?.embeds[0]?.title ?? "";
    },
    /** The titles of all that the bot has sent them directly, by message id. */
    async directMessages(): Promise<Map<string, string>> {
      const { channels, messages } = await see();
      const direct = new Set(channels.filter(({ kind }) => kind === "dm").map(({ id }) => id));
      return new Map(
        messages
          .filter(({ channel_id }) => direct.has(channel_id))
          .map(({ id, embeds }) => [id, embeds[0]?.title ?? ""]),
      );
    },
    /** The titles of all that they see anywhere. */
    titles: async () => (await see()).messages.map(({ embeds }) => embeds[0]?.title ?? ""),
  };
}

/** The names of all virtual machines. */
export const machinesIn = async (console: string): Promise<string[]> =>
  azure.parse(await (await fetch(`${console}/api/azure`)).json()).machines;
