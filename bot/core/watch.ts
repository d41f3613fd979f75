import * as z from "zod";
import type { Look, Truth } from "./cloud.ts";
import { type Of, texts } from "./shape.ts";

/** What one call to Azure tells of. */
const watchable = ["vm", "run", "deployment", "snapshot", "signIn"] as const;
export type Watchable = (typeof watchable)[number];

/** What an operation waits for: that Azure says of the first of these something else than it said. */
export const watchShape = z.strictObject({
  /** The first is asked each time; the others now and then, since it may say the same for ever once something else has changed. */
  parts: z.array(z.enum(watchable)),
  /** What was said of each. */
  as: texts,
  seconds: z.number(),
  /** How often that was asked since. */
  polls: z.number(),
});
export type Watch = Of<typeof watchShape>;

/** Each so many polls the others are asked as well. An instance view says Running for ever of a script whose VM was stopped from outside. */
const othersEach = 3;
/** Each so many, everything is: so what an operation does after some minutes of waiting it does a minute or two late. */
const allEach = 24;

export const watching = (parts: readonly Watchable[], truth: Truth, seconds: number): Watch => ({
  parts: [...parts],
  as: Object.fromEntries(parts.map((part) => [part, sayings[part](truth)])),
  seconds,
  polls: 0,
});

/** What is asked this time; undefined: everything. */
export function askedNow({ parts, polls }: Watch): readonly Watchable[] | undefined {
  const [first, ...others] = parts;
  if (first === undefined || (polls + 1) % allEach === 0) return undefined;
  return (polls + 1) % othersEach === 0 ? [first, ...others] : [first];
}

/** Of a look the part that asks for these alone. */
export const partly = (asked: readonly Watchable[], { run, deployment, snapshot }: Look): Look => ({
  parts: asked.filter((part) => part === "vm" || part === "signIn"),
  run: asked.includes("run") ? run : undefined,
  deployment: asked.includes("deployment") ? deployment : undefined,
  snapshot: asked.includes("snapshot") ? snapshot : undefined,
});

/** Whether Azure says of these what it said. */
export const isAsItWas = ({ as }: Watch, asked: readonly Watchable[], truth: Truth): boolean =>
  asked.every((part) => sayings[part](truth) === as[part]);

/** In a few words, what Azure says of each; whatever a decision may turn on is in it. */
const sayings: { readonly [P in Watchable]: (truth: Truth) => string } = {
  vm: ({ vm }) =>
    vm ? [vm.power, vm.provisioning, vm.fault?.code, vm.generation, vm.size].join(" ") : "none",
  run: ({ run }) => (run ? `${run.state} ${run.output.length}` : "none"),
  deployment: ({ deployment }) => deployment?.state ?? "none",
  snapshot: ({ snapshot }) =>
    snapshot ? `${snapshot.complete ? "complete" : ""} ${snapshot.failed ? "failed" : ""}` : "none",
  signIn: ({ signIn }) => signIn ?? "none",
};
