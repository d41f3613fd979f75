import type { Section } from "../core/card.ts";
import { words } from "../core/text.ts";

/** A step of several, and where it can be another one, that. */
export interface Step extends Section {
  readonly instead?: Section | undefined;
}

/** Steps with their numbers before them; what can be done instead of one has none of its own. */
export const numbered = (steps: readonly Step[]): readonly Section[] =>
  steps.flatMap(({ text, code, instead }, index) => [
    { text: words`${index + 1}. ${text}`, code },
    ...(instead ? [instead] : []),
  ]);
