import { readFileSync } from "node:fs";
import { type PlatformName, platforms } from "./front.ts";

/** How many state boundaries an operation has on a platform by the table in the docs; it stands in one row. */
export function tableInDocs(operation: string, platform: PlatformName): number {
  const text = readFileSync("docs/reliability.md", "utf8");
  const table = text.slice(text.indexOf("| state boundaries |"));
  const row = table.split("\n").find((line) => line.startsWith(`| ${operation} |`));
  const cells = row?.split("|").map((cell) => cell.trim()) ?? [];
  const number = Number(cells[2 + platforms.indexOf(platform)]);
  if (!(number > 0)) throw new Error(`docs/reliability.md says nothing of ${operation} on ${platform}`);
  return number;
}
