import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandLine } from "../../../bot/core/card.ts";
import { type Instance, newInstance, noGeneration } from "../../../bot/core/instance.ts";
import { memberKey } from "../../../bot/core/names.ts";
import type { OperationRecord } from "../../../bot/core/operation.ts";
import type { Change } from "../../../bot/core/store.ts";
import { asItStands, write } from "../../../bot/core/text.ts";
import { receive, runDeferred } from "../../../bot/front/receive.ts";
import { startWorld, type World } from "../../world.ts";
import { unpressable } from "../cards/spoken.ts";

/** In a direct message on Discord no command can be typed: what an answer speaks of has to be a button of it. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  const mia = world.azure.people.list().find((person) => person.displayName === "Mia Member");
  key = memberKey(mia?.id ?? "");
  await world.enroll(world.discord.people.mia);
});
afterAll(() => world.close());

const generation = "gen2345abcde";
const until = "2026-11-22T20:00:00.000Z";
const backup = { snapshot: "openclaw-a-b", createdAt: until, sizeGb: 30, expires: until };
const homeDisk = { sizeGb: 30, sku: "StandardSSD_LRS" };
const access = [1, 2, 3, 4, 5].map((last) => ({ address: `203.0.113.${last}`, until }));
const account = () => {
  const { id, name } = world.discord.people.mia;
  return { platform: "discord", id, name };
};

/** What Mia is found to have. */
const situations: Readonly<Record<string, Partial<Instance>>> = {
  "no instance": { state: "absent" },
  "a home disk alone": { state: "absent", homeDisk },
  "a backup alone": { state: "absent", backup },
  "an instance with five addresses open": { state: "ready", generation, access, homeDisk },
  "an instance that is broken": { state: "broken", generation, homeDisk },
  "an instance without OpenClaw": { state: "degraded", generation, homeDisk },
  "a build under way": { state: "deploying", generation, operation: "building2345" },
  "a stop under way": { state: "stopping", generation, operation: "stopping2345" },
};

/** Every command that a member has, as the buttons of a card say it, and a few that are refused for what they carry. */
function lines(found: string): CommandLine[] {
  const members = world.parts.commands.filter(({ audience }) => audience === "member");
  const carried = (command: string, options: Readonly<Record<string, string>>): CommandLine => ({
    command,
    options,
    generation: found,
  });
  return [
    ...members.map(({ name }) => carried(name, {})),
    { ...carried("stop", {}), generation: "older2345678" },
    carried("open-access", { address: "198.51.100.9" }),
    carried("open-access", { address: "10.0.0.1" }),
    carried("teardown", { "no-backup": "true", name: "another" }),
    ...["used23456789", "late23456789", "moved2345678"].map((confirmed) =>
      carried("teardown", { confirmed }),
    ),
  ];
}

async function find(given: Partial<Instance>): Promise<void> {
  const { store, settings } = world.parts;
  const now = world.now();
  const operation = (id: string, name: OperationRecord["name"]): Change => ({
    kind: "op",
    id,
    replace: true,
    value: {
      id,
      name,
      startedAt: now.toISOString(),
      status: "running",
      phase: "deploying",
      input: {},
      notes: {},
      looks: 0,
      nextLookAt: now.toISOString(),
    },
  });
  const confirmation = (id: string, used: boolean, minutes: number, of: string): Change => ({
    kind: "confirm",
    id,
    replace: true,
    value: {
      id,
      account: account(),
      line: { command: "teardown", options: {}, generation: of },
      expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
      used,
    },
  });
  await store.commit(key, [
    { kind: "instance", id: "", value: { ...newInstance(settings.place, now), ...given }, replace: true },
    operation("building2345", "request"),
    operation("stopping2345", "stop"),
    confirmation("used23456789", true, 5, generation),
    confirmation("late23456789", false, -5, generation),
    confirmation("moved2345678", false, 5, "older2345678"),
  ]);
}

test.for(Object.entries(situations))("with %s", async ([name, given]) => {
  const missing: string[] = [];
  for (const [index, line] of lines(given.generation ?? noGeneration).entries()) {
    await find(given);
    // People type one thing a second at most.
    world.pass(1);
    const to = { platform: "discord", account: account().id, data: {} };
    const id = `${name}-${index}`;
    const call = { id, account: account(), place: "direct", replyTo: to } as const;
    const asked = { line, people: {} };
    const answer = await receive({ ...call, read: async () => asked }, world.parts);
    const later = { ...call, ...asked, at: world.now().toISOString(), done: false };
    const reply = answer === "later" ? await runDeferred(later, false, world.parts) : answer;
    // A form is its own button.
    if ("form" in reply) continue;
    const { card } = reply;
    missing.push(
      ...unpressable(card).map((spoken) => `${line.command}, “${write(card.title, asItStands)}”: ${spoken}`),
    );
  }
  expect(missing).toEqual([]);
});

test("none of this went wrong", () => expect(world.errors).toEqual([]));
