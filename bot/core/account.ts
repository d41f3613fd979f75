import * as z from "zod";
import type { Of } from "./shape.ts";

/** A person as one platform knows them. */
export const accountShape = z.strictObject({
  platform: z.string(),
  id: z.string(),
  name: z.string(),
  /** Entra object id, where the platform vouches for it: then this is the person, whatever accounts are linked. */
  objectId: z.string().optional(),
  /** Why it can't be made anybody's: it is that of a bot, or of somebody who has left the place of the team. */
  unfit: z.enum(["bot", "left"]).optional(),
});
export type Account = Of<typeof accountShape>;
export type Unfit = NonNullable<Account["unfit"]>;

/** The same person on the same platform, whatever they call themselves today. */
export const accountKey = (account: { readonly platform: string; readonly id: string }): string =>
  `${account.platform}:${account.id}`;
