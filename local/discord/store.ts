import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../bot/core/clock.ts";
import type { CommandBody } from "./command-schema.ts";
import type { EmbedBody, Modal, RowBody } from "./message-schema.ts";
import {
  adminChannelId,
  everyone,
  firstToken,
  generalChannelId,
  people,
  privateChannelId,
  type User,
} from "./people.ts";

/** A message as Discord's API returns it. */
export interface Message {
  id: string;
  channel_id: string;
  type: number;
  content: string;
  author: User;
  embeds: (EmbedBody & { type: "rich" })[];
  components: (RowBody & { id: number })[];
  attachments: never[];
  mentions: User[];
  mention_roles: string[];
  mention_everyone: boolean;
  timestamp: string;
  edited_timestamp: string | null;
  flags: number;
  pinned: boolean;
  tts: boolean;
  nonce?: string | number;
  application_id?: string;
  webhook_id?: string;
  interaction_metadata?: { id: string; type: number; user: User; authorizing_integration_owners: object };
  /** Deprecated by Discord, but still sent; holds the command's name. */
  interaction?: { id: string; type: number; name: string; user: User };
}

export interface StoredMessage {
  message: Message;
  /** On an ephemeral message: the only person who sees it. */
  onlyTo?: string;
}

export interface Channel {
  id: string;
  /** 0 text channel, 1 DM, 3 group DM, 12 private thread. */
  type: 0 | 1 | 3 | 12;
  name: string;
  adminsOnly?: boolean;
  /** The people in a DM, a group DM or a private thread. */
  members: string[];
  parentId?: string;
  createdAt: string;
}

export interface Command extends CommandBody {
  id: string;
  version: string;
}

/** What a token can still do after its interaction was answered. */
export interface Interaction {
  id: string;
  token: string;
  at: string;
  userId: string;
  channelId: string;
  type: number;
  commandName?: string;
  /** The message whose component was used, also through a modal. */
  sourceId?: string;
  originalId?: string;
}

/** A person's open modal. */
interface OpenModal {
  id: string;
  userId: string;
  channelId: string;
  sourceId?: string;
  modal: Modal;
}

export interface Faults {
  /** The next `calls` REST calls are answered 429 with `retryAfter` seconds. */
  rateLimited: { calls: number; retryAfter: number };
  /** The next `calls` REST calls are answered with this status and have no effect. */
  serverErrors: { calls: number; status: number };
  /** The next `calls` REST calls take effect, but are answered 502. */
  lostAnswers: number;
  /** Every REST call takes this many milliseconds longer. */
  slowMs: number;
  /** Ids of the people who accept no direct messages. */
  dmsClosed: string[];
  /** Enforces Discord's limits, as far as they are known. */
  strict: boolean;
  /** Ids of people who left the server: clients still offer them, because of their messages. */
  left: string[];
}

export const noFaults = (): Faults => ({
  rateLimited: { calls: 0, retryAfter: 1 },
  serverErrors: { calls: 0, status: 503 },
  lostAnswers: 0,
  slowMs: 0,
  dmsClosed: [],
  strict: false,
  left: [],
});

/** An attached file; `key` is part of its address. */
export interface StoredFile {
  id: string;
  filename: string;
  text: string;
  key: string;
}

export interface State {
  /** The bot's only valid token. */
  botToken: string;
  publicKey: string;
  privateKey: string;
  lastId: string;
  commands: Command[];
  channels: Channel[];
  messages: StoredMessage[];
  /** The bot's own deleted messages, which a nonce can still return. */
  deleted: Message[];
  interactions: Interaction[];
  modals: OpenModal[];
  files: StoredFile[];
  faults: Faults;
}

export interface Store {
  readonly state: State;
  readonly clock: Clock;
  /** The address for fetching files; known once the server listens. */
  origin: string;
  /** A new snowflake: always increasing, even across restarts and while the clock stands still. */
  nextId(): string;
  /** Writes the state to its file, then tells the listeners. Called before every answer. */
  save(): void;
  onChange(listener: () => void): () => void;
}

const discordEpoch = 1_420_070_400_000n;

/** Opens the state file, or starts a new one with a new Ed25519 key pair. */
export function openStore(file: string | undefined, clock: Clock): Store {
  const state: State =
    file !== undefined && existsSync(file)
      ? { deleted: [], files: [], botToken: firstToken, ...JSON.parse(readFileSync(file, "utf8")) }
      : freshState(clock);
  const listeners = new Set<() => void>();
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const save = () => {
    if (file !== undefined) {
      const partial = `${file}.new`;
      writeFileSync(partial, JSON.stringify(state));
      renameSync(partial, file);
    }
    for (const listener of listeners) listener();
  };
  save();
  return {
    state,
    clock,
    origin: "",
    save,
    nextId() {
      const fresh = (BigInt(clock.now().getTime()) - discordEpoch) << 22n;
      const next = BigInt(state.lastId) + 1n;
      state.lastId = String(fresh > next ? fresh : next);
      return state.lastId;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function freshState(clock: Clock): State {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const createdAt = clock.now().toISOString();
  return {
    botToken: firstToken,
    // The last 32 bytes of an Ed25519 key in DER form are the key itself.
    publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex"),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    lastId: "1200000000000000000",
    commands: [],
    channels: [
      { id: generalChannelId, type: 0, name: "general", members: [], createdAt },
      { id: adminChannelId, type: 0, name: "openclaw-admins", adminsOnly: true, members: [], createdAt },
      { id: privateChannelId, type: 3, name: "Mia, Max", members: [people.mia.id, people.max.id], createdAt },
      ...everyone.map((person, index) => ({
        id: String(1_100_000_000_000_000_200n + BigInt(index)),
        type: 1 as const,
        name: "OpenClaw",
        members: [person.id],
        createdAt,
      })),
    ],
    messages: [],
    deleted: [],
    interactions: [],
    modals: [],
    files: [],
    faults: noFaults(),
  };
}
