import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { JWK } from "jose";
import type { Clock } from "../../bot/core/clock.ts";
import type { BotActivity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";
import type { Refusal } from "./errors.ts";
import { newKey } from "./issuer.ts";
import {
  adminChannelId,
  everyone,
  generalChannelId,
  groupChatId,
  people,
  personalChatId,
  team,
} from "./people.ts";

export interface Message {
  /** Increasing milliseconds since 1970, like Teams' own ids. */
  readonly id: string;
  readonly conversationId: string;
  /** In a channel: the post that it replies to. */
  readonly rootId?: string | undefined;
  /** `29:…` of a person, or the bot's `28:…`. */
  readonly from: string;
  readonly at: string;
  editedAt?: string;
  content: BotActivity;
  /** On a targeted message: the only one who sees it besides the bot. */
  readonly onlyTo?: string | undefined;
  /** Cards that answered a press: only the person who pressed sees theirs, until the bot edits the message. */
  views?: Record<string, Record<string, unknown>>;
}

export interface Faults {
  /** The next `calls` connector calls are answered 429 with `retryAfter` seconds. */
  throttled: { calls: number; retryAfter: number };
  /** The next `calls` connector calls are answered with this status and have no effect. */
  serverErrors: { calls: number; status: number };
  /** The next `calls` connector calls take effect, but are answered 502. */
  lostAnswers: number;
  /** Every connector call takes this many milliseconds longer. */
  slowMs: number;
  /** Why the bot may not write, by a person's `29:…` (their 1:1 chat), by conversation id, or `*`: anywhere. */
  refused: Record<string, Refusal>;
  /** Neither clients nor the service support targeted messages. */
  noTargeting: boolean;
}

export const noFaults = (): Faults => ({
  throttled: { calls: 0, retryAfter: 1 },
  serverErrors: { calls: 0, status: 503 },
  lostAnswers: 0,
  slowMs: 0,
  refused: {},
  noTargeting: false,
});

/** A sent file; `key` is part of its address. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly key: string;
}

export interface State {
  /** Private JWKs: one endorsed for Teams, and one for some other channel. */
  keys: { teams: JWK; other: JWK };
  /** The last port; 0: none yet. */
  port: number;
  lastId: number;
  conversations: Conversation[];
  /** Conversations and teams with the app installed. */
  installed: string[];
  messages: Message[];
  files: StoredFile[];
  faults: Faults;
}

export interface Store {
  readonly state: State;
  /** The conversations that show the bot as typing; too short-lived to store. */
  readonly typing: Set<string>;
  readonly clock: Clock;
  readonly botName: string;
  nextId(): string;
  /** Writes the state to its file, then tells the listeners. Called before every answer. */
  save(): void;
  onChange(listener: () => void): () => void;
}

/** Opens the state file, or starts a new one with new signing keys and the app installed everywhere. */
export async function openStore(file: string | undefined, clock: Clock, botName: string): Promise<Store> {
  const state: State =
    file !== undefined && existsSync(file)
      ? { files: [], ...JSON.parse(readFileSync(file, "utf8")) }
      : await freshState();
  const listeners = new Set<() => void>();
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const save = () => {
    if (file !== undefined) {
      const partial = `${file}.${process.pid}.part`;
      writeFileSync(partial, JSON.stringify(state), { mode: 0o600 });
      renameSync(partial, file);
    }
    for (const listener of listeners) listener();
  };
  save();
  return {
    state,
    typing: new Set(),
    clock,
    botName,
    save,
    nextId() {
      state.lastId = Math.max(clock.now().getTime(), state.lastId + 1);
      return String(state.lastId);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function freshState(): Promise<State> {
  const all = everyone.map(({ id }) => id);
  const { ada, mia, max, gus } = people;
  const conversations: Conversation[] = [
    { id: generalChannelId, type: "channel", name: "General", members: all, app: team.id },
    { id: adminChannelId, type: "channel", name: "OpenClaw Admins", members: [ada.id], app: team.id },
    {
      id: groupChatId,
      type: "groupChat",
      name: "Contoso pilots",
      members: [ada.id, mia.id, max.id, gus.id],
      app: groupChatId,
    },
    ...everyone.map((person): Conversation => {
      const id = personalChatId(person);
      return { id, type: "personal", name: "OpenClaw", members: [person.id], app: id };
    }),
  ];
  return {
    keys: { teams: await newKey(), other: await newKey() },
    port: 0,
    lastId: 0,
    conversations,
    installed: [...new Set(conversations.map(({ app }) => app))],
    messages: [],
    files: [],
    faults: noFaults(),
  };
}
