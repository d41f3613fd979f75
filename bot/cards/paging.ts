import type { Button, CommandLine } from "../core/card.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly buttons: readonly Button[];
  /** "Page 2 of 3"; undefined where one page holds everything. */
  readonly footer: string | undefined;
}

/** The option that a command with long answers has. */
export const pageOption = { type: "text", about: "Which page", example: "2", bare: /^\d+$/ } as const;

/** One page of a long list, with a button to the next; a page that does not exist gives the nearest one that does. */
export function pageOf<T>(
  items: readonly T[],
  size: number,
  wanted: string | undefined,
  line: CommandLine,
): Page<T> {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(wanted ?? "1")) || 1));
  const next = { ...line, options: { ...line.options, page: String(page + 1) } };
  return {
    items: items.slice((page - 1) * size, page * size),
    buttons: page < pages ? [{ label: "Next page", line: next }] : [],
    footer: pages > 1 ? `Page ${page} of ${pages}` : undefined,
  };
}
