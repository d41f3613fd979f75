import { join } from "node:path";
import { z } from "zod";
import { seenBy } from "../../local/teams/messages.ts";
import { generalChannelId, people, personalChatId } from "../../local/teams/people.ts";
import { openStore } from "../../local/teams/store.ts";
import { markIn, type Name, type Person, post, type Shown } from "./person.ts";

const card = z.object({ body: z.array(z.object({ text: z.string().optional() })) });
const message = z.object({
  id: z.string(),
  conversationId: z.string(),
  from: z.object({ id: z.string() }),
  attachments: z.array(z.object({ content: card })).default([]),
});
type Message = z.infer<typeof message>;
const view = z.object({ messages: z.array(message) });
const outcome = z.object({
  kind: z.string(),
  reason: z.string().optional(),
  messageId: z.string().optional(),
});

/** Somebody on Teams. They ask in the team's channel, so that in the chat there is nothing but what the bot says of itself. */
export function onTeams(console: string, name: Name): Person {
  const user = people[name].id;
  const see = async () => view.parse(await (await fetch(`${console}/api/teams?user=${user}`)).json());
  return {
    async requests() {
      const text = "@OpenClaw request";
      const said = { user, conversation: generalChannelId, text };
      const { kind, reason = "", messageId } = outcome.parse(await post(`${console}/api/teams/send`, said));
      if (kind !== "sent" || messageId === undefined) throw new Error(`${text}: ${kind}: ${reason}`);
      // Ids rise. Others are answered there too, but that nobody else sees.
      const answer = (await see()).messages.find(
        ({ id, conversationId, from }) =>
          conversationId === generalChannelId && from.id.startsWith("28:") && Number(id) > Number(messageId),
      );
      if (!answer) throw new Error(`${text}: there is no answer`);
      return shown(answer).title;
    },
    directMessages: async () => directIn((await see()).messages, name),
  };
}

/** What somebody is shown who looks when nothing runs: from the file in the stack's folder. */
export async function keptOnTeams(folder: string, name: Name): Promise<Shown[]> {
  const store = await openStore(join(folder, "teams.json"), { now: () => new Date() }, "OpenClaw");
  return directIn(z.array(message).parse(seenBy(store, people[name].id)), name);
}

const directIn = (messages: readonly Message[], name: Name): Shown[] =>
  messages
    .filter(({ conversationId }) => conversationId === personalChatId(people[name]))
    .filter(({ from }) => from.id.startsWith("28:"))
    .map(shown);

const shown = ({ attachments }: Message): Shown => {
  const body = attachments[0]?.content.body ?? [];
  return { title: body[0]?.text ?? "", mark: markIn(body.at(-1)?.text) };
};
