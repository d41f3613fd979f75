import { expect, test } from "vitest";
import { circlesIn } from "./circles.ts";
import { importsOf } from "./imports.ts";
import { isAllowed, roomOf } from "./rooms.ts";
import { imports, sources } from "./sources.ts";

test("every file is in a room", () => {
  expect([...sources.keys()].filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test("no file imports what its room may not see", () => {
  const wrong = [...imports].flatMap(([file, all]) =>
    all.filter((one) => !isAllowed(file, one)).map(({ from }) => `${file} -> ${from}`),
  );
  expect(wrong).toEqual([]);
});

test("no files import each other in a circle, not even for types", () => {
  const graph = new Map([...imports].map(([file, all]) => [file, all.flatMap(({ from }) => from ?? [])]));
  expect(circlesIn(graph)).toEqual([]);
});

const spellings: readonly string[] = [
  `import { power } from "../features/power/power.ts";`,
  `import "../features/power/power.ts";`,
  `import * as power from "../features/power/power.ts";`,
  `import type { Power } from "../features/power/power.ts";`,
  `import { type Power } from "../features/power/power.ts";`,
  `import power = require("../features/power/power.ts");`,
  `export * from "../features/power/power.ts";`,
  `export { power } from "../features/power/power.ts";`,
  `export type { Power } from "../features/power/power.ts";`,
  `const { power } = await import("../features/power/power.ts");`,
  "const { power } = await import(`../features/power/power.ts`);",
  `type Power = import("../features/power/power.ts").Power;`,
  `type Power = typeof import("../features/power/power.ts");`,
  `import { power } from "../engine/../features/power/power.ts";`,
  `import { power } from "../../bot/features/power/power.ts";`,
  `import { power } from ".././/features/./power/power.ts";`,
  `const power = createRequire(import.meta.url)("../features/power/power.ts");`,
  `const power = new URL("../features/power/power.ts", import.meta.url);`,
  `declare module "../features/power/power.ts" {}`,
  `/// <reference path="../features/power/power.ts" />`,
];

test.for(spellings)("however it is written, an import is found: %s", (text) => {
  expect(importsOf("bot/engine/a.ts", text).map(({ from }) => from)).toEqual(["bot/features/power/power.ts"]);
});

const refused = [
  ["bot/core/a.ts", `import "../app.ts";`],
  ["bot/cards/a.ts", `import type { Parts } from "../parts.ts";`],
  ["bot/core/a.ts", `import "@azure/identity";`],
  ["bot/core/a.ts", `import { readFileSync } from "node:fs";`],
  ["bot/core/a.ts", `import { randomBytes } from "node:crypto";`],
  ["bot/core/a.ts", `import crypto from "node:crypto";`],
  ["bot/core/a.ts", `import * as crypto from "node:crypto";`],
  ["bot/core/a.ts", `await import("node:crypto");`],
  ["bot/core/a.ts", "await import(name);"],
  ["bot/core/a.ts", "await import('./' + name);"],
  ["bot/core/a.ts", "await import(`./$" + "{name}.ts`);"],
  ["bot/core/a.ts", `import "/bot/app.ts";`],
  ["bot/core/a.ts", `import "file:///bot/app.ts";`],
  ["bot/core/a.ts", `import "#app";`],
  ["bot/engine/a.ts", `import "../front/answer.ts";`],
  ["bot/engine/a.ts", `import "../features/index.ts";`],
  ["bot/engine/a.ts", `import "../steps/gate.ts";`],
  ["bot/engine/a.ts", `import { mostTries } from "../parts.ts";`],
  ["bot/front/a.ts", `import "../features/power/power.ts";`],
  ["bot/steps/a.ts", `import "../engine/outbox.ts";`],
  ["bot/features/a.ts", `import "../front/answer.ts";`],
  ["bot/features/vm/a.ts", `import "../many/owners.ts";`],
  ["bot/features/vm/a.ts", `import "../../features/many/owners.ts";`],
  ["bot/features/vm/a.ts", `import "../index.ts";`],
  ["bot/features/vm/a.ts", `import "../../front/answer.ts";`],
  ["bot/features/vm/a.ts", `import "../../platforms/teams/send.ts";`],
  ["bot/platforms/discord/a.ts", `import "../teams/send.ts";`],
  ["bot/platforms/discord/a.ts", `import "botbuilder";`],
  ["bot/platforms/teams/a.ts", `import "discord.js";`],
  ["bot/platforms/teams/a.ts", `import "../../engine/outbox.ts";`],
  ["bot/cloud/a.ts", `import "../store/table.ts";`],
  ["bot/store/a.ts", `import "@azure/arm-compute";`],
  ["bot/a.ts", `import "@azure/identity";`],
  ["bot/a.ts", `import "../local/start.ts";`],
  ["functions/a.ts", `import "../bot/engine/outbox.ts";`],
  ["local/a.ts", `import "../bot/app.ts";`],
  ["local/azure/a.ts", `import "../../bot/features/power/power.ts";`],
  ["local/a.ts", `import "../scripts/build.ts";`],
  ["scripts/a.ts", `import "../bot/engine/outbox.ts";`],
  ["scripts/a.ts", `import "../test/world.ts";`],
  ["elsewhere/a.ts", `import "zod";`],
] as const;

test.for(refused)("what a room may not see is refused: %s: %s", ([file, text]) => {
  expect(importsOf(file, text).map((one) => isAllowed(file, one))).toEqual([false]);
});

test("a circle is found, through types too, and one within a larger one", () => {
  const files = {
    a: `import "./b.ts";`,
    b: `import type { C } from "./c.ts";`,
    c: `import "./a.ts";`,
    d: `import "./a.ts";`,
  };
  const graph = new Map(
    Object.entries(files).map(([name, text]) => [
      `bot/core/${name}.ts`,
      importsOf(`bot/core/${name}.ts`, text).flatMap(({ from }) => from ?? []),
    ]),
  );
  expect(circlesIn(graph)).toEqual([["bot/core/a.ts", "bot/core/b.ts", "bot/core/c.ts"]]);
  expect(circlesIn(new Map([["a", ["a"]]]))).toEqual([["a"]]);
});
