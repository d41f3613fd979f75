import { z } from "zod";
import { parse, unknownUser, wrongChannelType } from "./errors.ts";
import { applicationId, guildId, people, personById, userOf } from "./people.ts";
import type { Channel, Store } from "./store.ts";

/** A channel, DM or thread as the API returns it. */
export function channelOf(store: Store, channel: Channel) {
  const inside = store.state.messages.filter(({ message }) => message.channel_id === channel.id);
  const common = {
    id: channel.id,
    type: channel.type,
    flags: 0,
    last_message_id: inside.at(-1)?.message.id ?? null,
  };
  if (channel.type === 1 || channel.type === 3) return { ...common, recipients: channel.members.map(userOf) };
  const inGuild = { ...common, guild_id: guildId, name: channel.name, parent_id: channel.parentId ?? null };
  if (channel.type === 0)
    return { ...inGuild, position: 0, nsfw: false, topic: null, permission_overwrites: [] };
  return {
    ...inGuild,
    owner_id: applicationId,
    message_count: inside.length,
    total_message_sent: inside.length,
    member_count: channel.members.length + 1,
    thread_metadata: {
      archived: false,
      archive_timestamp: channel.createdAt,
      create_timestamp: channel.createdAt,
      auto_archive_duration: 4320,
      locked: false,
      invitable: false,
    },
  };
}

const threadBody = z.object({
  name: z.string().min(1).max(100),
  type: z.literal(12),
  auto_archive_duration: z
    .union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10_080)])
    .nullish(),
  invitable: z.boolean().nullish(),
});

/** Starts a private thread in a text channel. Other threads are not simulated. */
export function createThread(store: Store, parent: Channel, body: unknown): Channel {
  if (parent.type !== 0) throw wrongChannelType();
  const { name } = parse(threadBody, body);
  const createdAt = store.clock.now().toISOString();
  const thread: Channel = { id: store.nextId(), type: 12, name, parentId: parent.id, members: [], createdAt };
  store.state.channels.push(thread);
  store.save();
  return thread;
}

export function addThreadMember(store: Store, thread: Channel, userId: string): void {
  if (thread.type !== 12) throw wrongChannelType();
  if (!thread.members.includes(userId)) thread.members.push(userId);
  store.save();
}

export function threadMember(thread: Channel, userId: string) {
  if (!thread.members.includes(userId)) throw unknownUser();
  return { id: thread.id, user_id: userId, join_timestamp: thread.createdAt, flags: 0 };
}

/** The guild, with every field that the API always sends. */
export function guildOf(id: string) {
  return {
    id,
    name: "Contoso",
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: people.ada.id,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 1,
    roles: [],
    default_message_notifications: 1,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

/** Someone's DM channel with the bot; created if there is none yet. */
export function directChannel(store: Store, userId: string): Channel | undefined {
  const found = store.state.channels.find(({ type, members }) => type === 1 && members.includes(userId));
  if (found || !personById(userId)) return found;
  const createdAt = store.clock.now().toISOString();
  const opened: Channel = { id: store.nextId(), type: 1, name: "OpenClaw", members: [userId], createdAt };
  store.state.channels.push(opened);
  store.save();
  return opened;
}
