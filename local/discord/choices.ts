import { z } from "zod";
import { parse } from "./errors.ts";

/**
 * What an option can be while somebody types it: Discord developer documentation, "Application Command Option Choice Structure" and
 * "Autocomplete", 2026-01. The values of a text are texts.
 */
const data = z.object({
  choices: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        name_localizations: z.record(z.string(), z.string().min(1).max(100)).nullish(),
        value: z.string().min(1).max(100),
      }),
    )
    .max(25),
});

export type Choice = z.infer<typeof data>["choices"][number];

/** What the bot answered to somebody who types. Throws when Discord would not accept it. */
export function choicesIn({ type, data: given }: { type: number; data?: unknown }): Choice[] {
  if (type !== 8) throw new Error(`callback type ${type} does not fit`);
  return parse(data, given).choices;
}
