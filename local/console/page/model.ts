import type { Outcome } from "../../discord/interact.ts";
import type { AzureView } from "../azure-view.ts";
import type { DiscordView } from "../discord-view.ts";

/** Everything that the page shows; it is drawn anew after every change. */
export interface Model {
  userId: string;
  /** Chosen channel by person. */
  channels: Record<string, string>;
  /** Id of the newest message seen, by person and channel. */
  seen: Record<string, string>;
  discord?: DiscordView | undefined;
  azure?: AzureView | null | undefined;
  tab: "discord" | "azure";
  showAllCommands: boolean;
  line: string;
  /** Index of the highlighted suggestion, -1 for none. */
  highlighted: number;
  suggestionsClosed: boolean;
  /** Shown above the composer, only here. */
  notice?: string | undefined;
  busy: boolean;
  modal?: Extract<Outcome, { kind: "modal" }> | undefined;
  modalError?: string | undefined;
  dismissed: string[];
  login?: { allowed: boolean; reason: string } | undefined;
  connected: boolean;
}

const kept = ["userId", "channels", "seen", "tab", "dismissed"] as const;

/** The model with what this browser tab remembers. */
export function firstModel(): Model {
  const remembered: Partial<Model> = JSON.parse(sessionStorage.getItem("console") ?? "{}");
  return {
    userId: "",
    channels: {},
    seen: {},
    tab: "discord",
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
  discordFaults(change: Partial<DiscordView["faults"]>): Promise<void>;
  azureFault(kind: string, on: boolean): Promise<void>;
  canLogin(person: string, address: string, vm: string): Promise<void>;
}

export type View<R> = (model: Model, deeds: Deeds) => R;

/** The channel that is open for the present person. */
export function openChannel(model: Model) {
  const channels = model.discord?.channels ?? [];
  return channels.find(({ id }) => id === model.channels[model.userId]) ?? channels[0];
}
