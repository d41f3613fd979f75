import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { imports } from "../architecture/sources.ts";

const text = readFileSync("docs/architecture.md", "utf8");

/** `app` stands for the loose files of the bot; who sees `parts.ts` alone sees types. */
function roomOf(file: string): string {
  const [top = "", room = "", ...rest] = file.split("/");
  if (top !== "bot") return top;
  return rest.length > 0 ? room : "app";
}

const inCode = new Set(
  [...imports]
    .filter(([file]) => /^(bot|functions)\//.test(file))
    .flatMap(([file, all]) => all.flatMap(({ from }) => (from ? [[file, from] as const] : [])))
    .filter(([, from]) => /^bot\//.test(from) && from !== "bot/parts.ts")
    .map(([file, from]) => [roomOf(file), roomOf(from)] as const)
    .filter(([a, b]) => a !== b && b !== "core")
    .map(([a, b]) => `${a} --> ${b}`),
);

test("the diagram shows every arrow between rooms that there is, and no other", () => {
  const [, diagram = ""] = /```mermaid\n([\s\S]*?)```/.exec(text) ?? [];
  const drawn = diagram.split("\n").flatMap((line) => (line.includes("-->") ? [line.trim()] : []));
  expect(drawn.toSorted()).toEqual([...inCode].toSorted());
});

test("the table names every room", () => {
  const rooms = readdirSync("bot", { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`bot/${entry.name}/`] : [],
  );
  const named = [...text.matchAll(/^\| `(bot\/\w+\/)`/gm)].map(([, room = ""]) => room);
  expect(named.toSorted()).toEqual(rooms.toSorted());
});
