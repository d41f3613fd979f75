import { z } from "zod";
import type { Conversation } from "./conversation.ts";
import { inHtml } from "./html.ts";
import { botIdOf, findPerson, type Person, team } from "./people.ts";

const entity = z.looseObject({ type: z.string() });

/** The stored part of an activity from the bot. The conformance checker checks the vendor's schema. */
export const botActivity = z.object({
  type: z.string(),
  text: z.string().optional(),
  textFormat: z.string().optional(),
  summary: z.string().optional(),
  attachments: z
    .array(z.looseObject({ contentType: z.string(), content: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
  entities: z.array(entity).optional(),
  suggestedActions: z.looseObject({}).optional(),
  replyToId: z.string().optional(),
  recipient: z.looseObject({ id: z.string() }).optional(),
});
export type BotActivity = z.infer<typeof botActivity>;

/** An activity on its way to the bot. */
export type Activity = Record<string, unknown> & { type: string; serviceUrl?: string };

export interface Origin {
  readonly appId: string;
  readonly tenantId: string;
  readonly serviceUrl: string;
  readonly botName: string;
}

/** What every activity from Teams contains ("Messages in bot conversations", Microsoft Learn, 2026). */
export function activityFrom(
  { appId, tenantId, serviceUrl, botName }: Origin,
  person: Person,
  conversation: Conversation,
  at: Date,
  about: Record<string, unknown> & { type: string },
  rootId?: string,
): Activity {
  const { type, id } = conversation;
  const isChannel = type === "channel";
  return {
    timestamp: at.toISOString(),
    channelId: "msteams",
    serviceUrl,
    from: { id: person.id, name: person.name, aadObjectId: person.objectId },
    conversation: {
      ...(type === "personal" ? {} : { isGroup: true }),
      conversationType: type,
      tenantId,
      id: rootId === undefined ? id : `${id};messageid=${rootId}`,
    },
    recipient: { id: botIdOf(appId), name: botName },
    locale: "en-US",
    localTimezone: "Europe/London",
    channelData: {
      tenant: { id: tenantId },
      ...(isChannel
        ? { teamsChannelId: id, teamsTeamId: team.id, channel: { id }, team: { id: team.id } }
        : {}),
    },
    ...about,
  };
}

type MentionEntity = {
  readonly type: "mention";
  readonly mentioned: { readonly id: string; readonly name: string };
  readonly text?: string;
};

/**
 * Text with its mentions as the client writes them: `@Max Member` becomes `<at>Max Member</at>` and an entity, which has no object id.
 * `wire`: as the bot gets it, in which `&`, `<` and `>` are those of HTML. The entity of a name with `&` in it has no text (issue 2083 of
 * microsoft/botbuilder-js, 2020, still open in 2026). `isBotMentioned`: outside a 1:1 chat, the bot receives it only then.
 */
export function withMentions(
  typed: string,
  members: readonly string[],
  { appId, botName }: Pick<Origin, "appId" | "botName">,
) {
  const bot = { id: botIdOf(appId), name: botName };
  const named = [bot, ...members.flatMap((id) => findPerson(id) ?? [])];
  const entities: MentionEntity[] = [];
  let text = typed;
  let wire = inHtml(typed);
  for (const { id, name } of named) {
    if (!text.includes(`@${name}`)) continue;
    const tag = `<at>${name}</at>`;
    text = text.replaceAll(`@${name}`, () => tag);
    wire = wire.replaceAll(`@${inHtml(name)}`, () => `<at>${inHtml(name)}</at>`);
    entities.push({
      type: "mention",
      mentioned: { id, name },
      ...(name.includes("&") ? {} : { text: tag }),
    });
  }
  return { text, wire, entities, isBotMentioned: entities.some(({ mentioned }) => mentioned.id === bot.id) };
}
