/** A place where people and the bot talk. */
export interface Conversation {
  readonly id: string;
  readonly type: "personal" | "groupChat" | "channel";
  readonly name: string;
  /** `29:…` ids. */
  readonly members: readonly string[];
  /** Where the app is installed for it: the team, or the chat itself. */
  readonly app: string;
}
