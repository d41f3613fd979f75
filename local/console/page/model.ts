import type { Choice } from "../../discord/choices.ts";
import type { Outcome } from "../../discord/outcome.ts";
import type { AzureView } from "../azure-view.ts";
import type { DiscordView } from "../discord-view.ts";
import type { TeamsView } from "../teams-view.ts";

type Platform = "discord" | "teams";

/** Everything that the page shows; it renders again after every change. */
export interface Model {
  /** The Discord id of the person that the reader plays. */
  userId: string;
  /** Chosen channel or chat by platform and person. */
  open: Record<string, string>;
  /** Id of the newest message seen, by person and channel. */
  seen: Record<string, string>;
  discord?: DiscordView | undefined;
  teams?: TeamsView | undefined;
  azure?: AzureView | null | undefined;
  tab: Platform | "azure";
  /** The chat shown beside Azure. */
  platform: Platform;
  showAllCommands: boolean;
  line: string;
  /** To be sent with the line. */
  file?: { name: string; text: string } | undefined;
  /** What the bot offered last for an option, by the command and its name. */
  offered?: { readonly of: string; readonly choices: readonly Choice[] } | undefined;
  /** Index of the highlighted suggestion, -1 for none. */
  highlighted: number;
  suggestionsClosed: boolean;
  /** Shown above the composer, only here. */
  notice?: string | undefined;
  /** What the bot said in passing. */
  toast?: string | undefined;
  /** In a Teams channel: the post being replied to. */
  thread?: string | undefined;
  busy: boolean;
  modal?: Extract<Outcome, { kind: "modal" }> | undefined;
  modalError?: string | undefined;
  dismissed: string[];
  login?: { allowed: boolean; reason: string } | undefined;
  connected: boolean;
}

const kept = ["userId", "open", "seen", "tab", "platform", "dismissed"] as const;

/** The model with what this browser tab remembers. */
export function firstModel(): Model {
  const remembered: Partial<Model> = JSON.parse(sessionStorage.getItem("console") ?? "{}");
  return {
    userId: "",
    open: {},
    seen: {},
    tab: "discord",
    platform: "discord",
    showAllCommands: false,
    line: "",
    highlighted: -1,
    suggestionsClosed: false,
    busy: false,
    dismissed: [],
    connected: true,
    ...remembered,
  };
}

export function keep(model: Model): void {
  sessionStorage.setItem("console", JSON.stringify(Object.fromEntries(kept.map((key) => [key, model[key]]))));
}

/** What a view may do. */
export interface Deeds {
  set(change: Partial<Model>): void;
  type(line: string): Promise<void>;
  click(messageId: string, customId: string, values?: string[]): Promise<void>;
  submit(values: Record<string, string>): Promise<void>;
  /** In Teams: writes a message. */
  say(text: string): Promise<void>;
  /** In Teams: presses a card's button. */
  press(messageId: string, label: string, inputs: Record<string, string>): Promise<void>;
  discordFaults(change: Partial<DiscordView["faults"]>): Promise<void>;
  teamsFaults(change: Partial<TeamsView["faults"]>): Promise<void>;
  azureFault(kind: string, on: boolean): Promise<void>;
  canLogin(person: string, address: string, vm: string): Promise<void>;
}

export type View<R> = (model: Model, deeds: Deeds) => R;

/** The key under which the current person's open place is stored. */
export const openKey = ({ platform, userId }: Model): string => `${platform} ${userId}`;
/** The key under which the last message that the current person saw there is stored. */
export const seenKey = ({ userId }: Model, place: string): string => `${userId} ${place}`;

/** The Discord channel that is open for the current person. */
export function openChannel(model: Model) {
  const channels = model.discord?.channels ?? [];
  return channels.find(({ id }) => id === model.open[openKey(model)]) ?? channels[0];
}

/** The Teams conversation that is open for the current person; at first the chat with the bot. */
export function openConversation(model: Model) {
  const conversations = model.teams?.conversations ?? [];
  return (
    conversations.find(({ id }) => id === model.open[openKey(model)]) ??
    conversations.find(({ kind }) => kind === "personal")
  );
}
