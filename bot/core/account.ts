/** A person as one platform knows them. */
export interface Account {
  readonly platform: string;
  readonly id: string;
  readonly name: string;
  /** Entra object id, where the platform vouches for it: then this is the person, whatever accounts are linked. */
  readonly objectId?: string | undefined;
  /** Why it can't be made anybody's. */
  readonly unfit?: Unfit | undefined;
}

/** It is that of a bot, or of somebody who has left the place of the team. */
export type Unfit = "bot" | "left";

/** The same person on the same platform, whatever they call themselves today. */
export const accountKey = (account: { readonly platform: string; readonly id: string }): string =>
  `${account.platform}:${account.id}`;
