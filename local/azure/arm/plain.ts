import { asWritten, type Kind } from "./kind.ts";

/** Types that are stored as they are written and do nothing: what surrounds the bot and no simulated VM has to do with. */
export const plainKinds: readonly Kind[] = ["Microsoft.Storage/storageAccounts"].map((type) => ({
  type,
  seconds: { create: 0, update: 0, remove: 0 },
  prepare: (write) => asWritten(write),
}));
