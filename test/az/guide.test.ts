import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { unrecordedFile } from "../recording.ts";
import { startWorld, type World } from "../world.ts";
import { azAt } from "./az.ts";

/*
 * What the guide asks with az shows what the guide expects: each command that has a query runs as it stands there, in Microsoft's az
 * and against the simulator, after the bot has done what comes before it in the guide.
 */
unrecordedFile("az names versions that no specification at hand has");

const found = inject("az");
let world: World;
let azs: ReturnType<typeof azAt>;
let vm = "";

beforeAll(async () => {
  if ("missing" in found) return;
  world = await startWorld({}, { speed: 20 });
  const { mia } = world.discord.people;
  await world.enroll(mia);
  for (const command of ["request", "backup now"]) {
    await world.client.types(mia, `openclaw ${command}`);
    await world.settle();
  }
  await world.client.types(mia, "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  vm = world.azure.resources().find(({ type }) => type.endsWith("/virtualMachines"))?.name ?? "";
  azs = azAt(found.path, world.azure);
  expect((await azs.as()("login", "--identity")).code).toBe(0);
});
afterAll(async () => {
  azs?.close();
  await world?.close();
});
beforeEach((context) => {
  if ("missing" in found) context.skip(found.missing);
});

/** The commands that have a query; one within another stands for itself. */
const asked = [
  ...readFileSync("docs/deploy.md", "utf8").matchAll(/\baz ([^`\n$()]*? --query (?:"[^"]*"|[\w.]+))/g),
].map(([, command = ""]) => command);
const nameOf = (command: string) => command.replace(/ --.*/, "");

const shows: Readonly<Record<string, unknown>> = {
  "group list": expect.arrayContaining(["openclaw-rg", "openclaw-bot-rg", "openclaw-backup-rg"]),
  "deployment group list": [],
  "vm extension show": "Succeeded",
  "network nsg rule show": ["Allow", "203.0.113.7"],
  "snapshot list": [[expect.any(String), true, 100, expect.stringMatching(/^\d{4}-\d\d-\d\d/)]],
};
/** What the simulator has not: people's own sign-in, the bot's program and what it logs, its storage, the bill; and names that the guide leaves open. */
const elsewhere = [
  "ad signed-in-user show",
  "deployment sub show",
  "keyvault show",
  "storage account show",
  "functionapp function list",
  "storage blob list",
  "consumption usage list",
];

test("each question of the guide is known here", () => {
  expect(asked.map(nameOf).filter((name) => !(name in shows) && !elsewhere.includes(name))).toEqual([]);
  expect(asked.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(shows)));
});

test.each(asked.filter((command) => nameOf(command) in shows))("az %s", async (command) => {
  const words = [...command.replaceAll("openclaw-KEY", vm).matchAll(/"([^"]*)"|(\S+)/g)];
  const { code, out, errors } = await azs.as()(...words.map(([, quoted, plain]) => quoted ?? plain ?? ""));
  expect(errors).toBe("");
  expect(code).toBe(0);
  expect(out).toEqual(shows[nameOf(command)]);
});
