import type { Suggestion } from "./command-line.ts";

/** Whom the `@…` at the end of the line could mean. */
export function suggestMentions(line: string, names: readonly string[]): Suggestion[] {
  const [, before, partial] = /^(.*)@([^@]*)$/s.exec(line) ?? [];
  if (before === undefined || partial === undefined) return [];
  return names
    .filter((name) => name.length > partial.length && name.toLowerCase().startsWith(partial.toLowerCase()))
    .map((name) => ({ line: `${before}@${name} `, label: `@${name}`, about: "mention" }));
}
