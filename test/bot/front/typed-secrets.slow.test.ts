import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, appFrom } from "../../../bot/app.ts";
import { commands } from "../../../bot/features/commands.ts";
import type { Log } from "../../../bot/parts.ts";
import { people as onDiscord } from "../../../local/discord/people.ts";
import { people as onTeams } from "../../../local/teams/people.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { rowsOf } from "../tables.ts";

/*
 * Whoever pastes a key in a wrong place has it in chat. It stays in no row and no log of the bot's, whichever command it was typed
 * for, and wherever in it.
 */

/** As keys look, and as one is named; capitals and small letters are told apart in them. */
const keys = [
  "sk-ant-api03-4f9a8b7c6d5e4f3a2b1c",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  "AKIAIOSFODNN7EXAMPLE",
  "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OQ/x+w==",
] as const;
const named = "hunter2-and-more";

let world: World;
let app: App;
let teams: ReturnType<typeof teamsClient>;
const logged: string[] = [];
/** What was found already: each is reported once. */
const seen = new Set<string>();
beforeAll(async () => {
  world = await startWorld(
    { BOOTSTRAP_ADMINS: `discord:${onDiscord.ada.id} entra:${onTeams.ada.objectId}` },
    { withTeams: true },
  );
  const note: Log["info"] = (...said) => void logged.push(JSON.stringify(said));
  const log: Log = {
    info: note,
    error: (message, error, fields) =>
      note(`${message} ${error instanceof Error ? error.stack : error}`, fields),
  };
  app = appFrom({ ...world.parts, log });
  world.serving.app = app;
  teams = teamsClient(world.teams);
  await world.client.types(onDiscord.ada, "openclaw-admin roster add", {
    person: onDiscord.ada.id,
    entra: "ada@contoso.com",
  });
  await settle();
}, 60_000);
afterAll(() => world.close());

async function settle(): Promise<void> {
  for (let message = world.queue.next(); message; message = world.queue.next()) await app.work(message);
  world.pass(3);
}

async function types(text: string): Promise<void> {
  // What can't be read at all is answered by nothing that could be seen.
  await teams.types(onTeams.ada, text);
  await settle();
}

/** Where any of these stands. A part of one is no better, so this looks for how each starts. */
async function found(secrets: readonly string[]): Promise<readonly string[]> {
  const beginnings = secrets.map((one) => one.slice(0, 16).toLowerCase());
  const holds = (text: string) => beginnings.some((one) => text.toLowerCase().includes(one));
  const rows = Object.entries(await rowsOf(world)).map(([row, json]) => `${row} ${json}`);
  return [...rows, ...logged].filter((text) => holds(text) && !seen.has(text) && seen.add(text));
}

describe.each(keys)("%s", (key) => {
  const everywhere = commands
    .filter(({ hidden }) => !hidden)
    // Each command meets one of them.
    .filter((_, index) => keys[index % keys.length] === key)
    .flatMap(({ name, options }) => [
      `${name} ${key}`,
      `${name} nonsense:${key}`,
      `${name} ${key}:1`,
      ...Object.keys(options).map((option) => `${name} ${option}:${key}`),
    ]);
  test.each([
    ["for any command", everywhere],
    [
      "in place of one",
      [
        key,
        `/openclaw ${key}`,
        `openclaw-admin ${key}`,
        `what about ${key} then`,
        `${key}: 1`,
        `help me ${key}`,
      ],
    ],
    ["in an address", ["1.2.3.4/", "https://any:"].map((start) => `open-access ${start}${key}@contoso.com`)],
    [
      "for somebody's",
      ["roster add", "roster show", "roster remove"].map((name) => `${name} entra:${key}@contoso.com`),
    ],
    [
      "in a team file",
      [
        `{"members":[{"email":"${key}"}]}`,
        `{"members":[{"email":"${key}@contoso.com"},{"email":"mia@contoso.com"}]}`,
        `{"members":[{"email":"mia@contoso.com","${key}":1}]}`,
        `{"members":[{"email":"mia@contoso.com","discord":"${key}","role":"${key}","loginRole":"${key}","size":"${key}"}]}`,
        `{"members":["${key}"],"${key}":1}`,
        `{${key}}`,
      ].map((json) => `roster import json: ${json}`),
    ],
    [
      "in a configuration",
      [`{"env":{"ANY":"${key}"}}`, `{"${key}":{"token":"x"}}`, `{"any":[${key}]}`, key].flatMap((patch) => [
        `config push ${patch}`,
        `config push patch:${patch}`,
      ]),
    ],
  ])(
    "typed %s, it is kept nowhere",
    async (_, said) => {
      for (const text of said) await types(text);
      expect(await found([key])).toEqual([]);
    },
    120_000,
  );

  test("given to Discord as an option or its name, it is kept nowhere", async () => {
    const { client } = world;
    const given: [string, Record<string, string>][] = [
      ["openclaw open-access", { address: key }],
      ["openclaw status", { [key]: "1" }],
      ["openclaw-admin audit", { days: key }],
      ["openclaw-admin roster import", { json: `{"members":[{"email":"${key}"}]}` }],
      [`openclaw ${key}`, {}],
    ];
    for (const [command, options] of given) {
      await client.types(onDiscord.ada, command, options).catch(() => undefined);
      await settle();
    }
    expect(await found([key])).toEqual([]);
  }, 60_000);
});

test("what is named as a secret is one, whatever it looks like", async () => {
  for (const text of [
    `token:${named}`,
    `my password is ${named}`,
    `password=${named}`,
    `{"apiKey":"${named}"}`,
  ]) {
    await types(text);
    await types(`help ${text}`);
  }
  expect(await found([named])).toEqual([]);
});

test("where a command fails, the log names it if it is one, and nothing else that was typed", async () => {
  const { store } = world.parts;
  const commit = () => Promise.reject(new Error("the storage is away"));
  const log: Log = {
    info: () => {},
    error: (message, _, fields) => void logged.push(JSON.stringify([message, fields])),
  };
  logged.length = 0;
  world.serving.app = appFrom({ ...world.parts, log, store: { ...store, commit } });
  for (const text of [`${named} and so on`, "status"]) {
    await teams.types(onTeams.ada, text).catch(() => undefined);
    world.pass(3);
  }
  world.serving.app = app;
  const failures = logged.filter((line) => line.includes("a call failed"));
  expect(failures.join("\n")).toMatch(/"command":"unknown"[\s\S]*"command":"status"/);
  expect(await found([named])).toEqual([]);
});
