import { randomBytes } from "node:crypto";
import { largest } from "./files.ts";
import {
  applicationId,
  botPermissions,
  guildId,
  memberOf,
  type Person,
  permissionsOf,
  userOf,
} from "./people.ts";
import { channelOf } from "./places.ts";
import type { Channel, Interaction, Store } from "./store.ts";

export type Payload = Record<string, unknown>;

/** What every interaction except PING contains: in the guild a `member`, in a DM (context 1) or group DM (2) a `user`. */
export function interactionPayload(
  store: Store,
  person: Person,
  channel: Channel,
  rest: { type: number; data: object; message?: object },
): Payload {
  const isGuild = channel.type === 0 || channel.type === 12;
  const user = userOf(person.id);
  return {
    ...newInteraction(store),
    ...rest,
    channel_id: channel.id,
    channel: channelOf(store, channel),
    locale: "en-US",
    entitlements: [],
    attachment_size_limit: largest,
    app_permissions: String(botPermissions),
    authorizing_integration_owners: channel.type === 3 ? { 1: person.id } : { 0: isGuild ? guildId : "0" },
    context: isGuild ? 0 : channel.type === 1 ? 1 : 2,
    ...(isGuild
      ? {
          guild_id: guildId,
          guild: { id: guildId, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: { ...memberOf(person), user, permissions: String(permissionsOf(person)) },
        }
      : { user }),
  };
}

export const pingPayload = (store: Store): Payload => ({
  ...newInteraction(store),
  type: 1,
  user: userOf("0"),
});

/** Stores the interaction under its token before the bot receives it. */
export function remember(
  store: Store,
  payload: Payload,
  about: Omit<Interaction, "id" | "token" | "at" | "type">,
): Interaction {
  const interaction: Interaction = {
    id: String(payload["id"]),
    token: String(payload["token"]),
    type: Number(payload["type"]),
    at: store.clock.now().toISOString(),
    ...about,
  };
  store.state.interactions = [...store.state.interactions.slice(-499), interaction];
  store.save();
  return interaction;
}

const newInteraction = (store: Store) => ({
  id: store.nextId(),
  application_id: applicationId,
  token: randomBytes(32).toString("base64url"),
  version: 1,
});
