import { z } from "zod";
import { botIdOf, botName, findPerson, type Person, team } from "./people.ts";
import type { Conversation } from "./store.ts";

const entity = z.looseObject({ type: z.string() });

/** What is kept of an activity that the bot sends. The vendor's schema is checked by the conformance checker. */
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
}

/** What every activity from Teams carries ("Messages in bot conversations", Microsoft Learn, 2026). */
export function activityFrom(
  { appId, tenantId, serviceUrl }: Origin,
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

/**
 * Text with its mentions as the client writes them: `@Max Member` becomes `<at>Max Member</at>` and an entity, which knows no object id.
 * `isBotMentioned`: only then does the bot hear of it outside a 1:1 chat.
 */
export function withMentions(text: string, members: readonly string[], appId: string) {
  const names = new Map([
    [botName, { id: botIdOf(appId), name: botName } as Record<string, string>],
    ...members.flatMap((id) => {
      const found = findPerson(id);
      return found ? [[found.name, { id, name: found.name }] as const] : [];
    }),
  ]);
  const entities: { type: string; text: string; mentioned: Record<string, string> }[] = [];
  let written = text;
  for (const [name, mentioned] of names) {
    if (!written.includes(`@${name}`)) continue;
    written = written.replaceAll(`@${name}`, `<at>${name}</at>`);
    entities.push({ type: "mention", text: `<at>${name}</at>`, mentioned });
  }
  const isBotMentioned = entities.some(({ mentioned }) => mentioned["id"] === botIdOf(appId));
  return { text: written, entities, isBotMentioned };
}
