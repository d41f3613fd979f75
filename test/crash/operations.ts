import type { Front } from "./front.ts";
import type { CrashWorld } from "./world.ts";

/** Where an operation begins. */
export type Start = "roster" | "running";

export interface Operation {
  readonly name: string;
  readonly from: Start;
  /** What people do; a repeat does all of it again. */
  asks(front: Front, world: CrashWorld): Promise<unknown>;
}

/** How the worlds are made in which operations begin, each from an earlier one. */
export const starts: Readonly<
  Record<Start, { readonly from?: Start; make(front: Front, world: CrashWorld): Promise<void> }>
> = {
  roster: {
    make: async (front, world) => {
      for (const who of ["mia"] as const) {
        await front.types("ada", "roster add", { person: front.named(who), entra: `${who}@contoso.com` });
        await world.settle();
      }
    },
  },
  running: {
    from: "roster",
    make: async (front, world) => {
      await front.types("mia", "request");
      await world.settle();
    },
  },
};

export const operations: readonly Operation[] = [
  { name: "request", from: "roster", asks: (front) => front.types("mia", "request") },
  { name: "stop", from: "running", asks: (front) => front.types("mia", "stop") },
  {
    name: "teardown",
    from: "running",
    asks: async (front) => front.clicks("mia", "Yes, tear it down", await front.types("mia", "teardown")),
  },
  { name: "backup", from: "running", asks: (front) => front.types("mia", "backup now") },
  {
    name: "roster add",
    from: "roster",
    asks: (front) =>
      front.types("ada", "roster add", { person: front.named("max"), entra: "max@contoso.com" }),
  },
];
