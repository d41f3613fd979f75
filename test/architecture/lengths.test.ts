import { expect, test } from "vitest";
import { functionsOf, linesOf } from "./lengths.ts";
import { sources } from "./sources.ts";

const mostOfFunction = 60;
const mostOfFile = 300;

/** Those that are longer, as `file name`, and why that is better than to cut them up. */
const longFunctions: Readonly<Record<string, string>> = {};

/** The same of the bot's files. */
const longFiles: Readonly<Record<string, string>> = {
  "bot/core/cloud.ts": "the words for what is asked of Azure: types with their docs, and nothing that runs",
};

test("no function is too long, but those that have a reason", () => {
  const long = [...sources].flatMap(([file, text]) =>
    functionsOf(file, text)
      .filter(({ lines }) => lines > mostOfFunction)
      .map(({ name }) => `${file} ${name}`),
  );
  expect(long.toSorted()).toEqual(Object.keys(longFunctions).toSorted());
});

test("no file of the bot is too long, but those that have a reason", () => {
  const long = [...sources].flatMap(([file, text]) =>
    file.startsWith("bot/") && linesOf(text) > mostOfFile ? [file] : [],
  );
  expect(long.toSorted()).toEqual(Object.keys(longFiles).toSorted());
});

/** The most lines of a room, whatever it holds. */
const mostOf = (room: string): number =>
  ({ "bot/core": 3300, "bot/engine": 2000 })[room] ?? (room.startsWith("bot/features/") ? 1700 : 3300);

test("no room of the bot is too large", () => {
  const rooms = new Map<string, number>();
  for (const [file, text] of sources) {
    const room = /^bot\/(?:features\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (room !== undefined) rooms.set(room, (rooms.get(room) ?? 0) + linesOf(text));
  }
  expect(rooms.size).toBeGreaterThan(15);
  expect([...rooms].filter(([room, lines]) => lines >= mostOf(room))).toEqual([]);
});

const spellings: readonly (readonly [string, string])[] = [
  ["function a() {\n\n}", "a"],
  ["export const a = () => {\n\n};", "a"],
  ["const a = async function () {\n\n};", "a"],
  ["const o = { a() {\n\n} };", "a"],
  ["const o = { a: () => {\n\n} };", "a"],
  ["class C { a() {\n\n} }", "a"],
  ["const a =\n  b((c) => {\n\n  });", "a"],
  ["export function* a() {\n\n}", "a"],
  ["const a = () =>\n  b(\n  );", "a"],
  ["b(() => {\n\n});", ""],
];

test.for(spellings)("however it is written, a function's lines are counted: %s", ([text, name]) => {
  expect(functionsOf("bot/a.ts", text)).toEqual([{ name, lines: 3 }]);
});

test("one within another counts for both, and a type is none", () => {
  const text =
    "function a() {\n  const b = () => {\n  };\n}\ntype F = (\n) => void;\ndeclare function c(\n): void;";
  expect(functionsOf("bot/a.ts", text)).toEqual([
    { name: "a", lines: 4 },
    { name: "b", lines: 2 },
  ]);
});
