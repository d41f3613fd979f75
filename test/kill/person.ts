import type { people } from "../../local/teams/people.ts";

/** The same four are on both platforms. */
export type Name = keyof typeof people;

/** A message of the bot. */
export interface Shown {
  readonly title: string;
  /** What its footer ends with; of a progress message it is the operation's id. */
  readonly mark: string;
}

/** Somebody at the console of a stack, on one platform, through its HTTP API. */
export interface Person {
  /** Asks for an instance where all can read it. The title of the answer, which only they see. @throws when there is none */
  requests(): Promise<string>;
  /** All that the bot has sent them directly, oldest first. */
  directMessages(): Promise<Shown[]>;
}

/** The last part of a footer. */
export const markIn = (footer = ""): string => footer.split(" · ").at(-1) ?? "";

export async function post(address: string, body: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return (await fetch(address, { method: "POST", headers, body: JSON.stringify(body) })).json();
}
