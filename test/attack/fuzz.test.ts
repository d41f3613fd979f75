import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeLine } from "../../bot/core/card.ts";
import { Refusal } from "../../bot/core/errors.ts";
import { readTeam } from "../../bot/features/roster/teamFile.ts";
import { readPatch } from "../../bot/features/vm/patch.ts";
import { parseInteraction } from "../../bot/platforms/discord/parse.ts";
import * as vmAnswers from "../../bot/steps/vmAnswers.ts";
import { actionsOf } from "../../local/teams/card.ts";
import { hostile } from "../bot/platforms/hostile.ts";
import { rowsOf } from "../bot/tables.ts";
import { mutated } from "./mutate.ts";
import { startTown, type Town } from "./town.ts";

/*
 * Everything that comes from outside, spoilt in thousands of ways whose form is almost right. `FUZZ_RUNS` says in how many (5,000
 * where nothing is said), `FUZZ_SEED` by which seed, and the next ones after each 5,000; a failure names its seed.
 */
const total = Number(process.env["FUZZ_RUNS"] ?? 5000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
/** Each town has so many at most, since what it holds grows with them. */
const mostInTown = 5000;
const rounds = Array.from({ length: Math.ceil(total / mostInTown) }, (_, round) => ({
  seed: firstSeed + round,
  numRuns: Math.min(mostInTown, total - round * mostInTown),
}));

/** Of the bot's own calls to Azure, Discord and Teams for one message; an answer, "is typing", and a look at each mention. */
const mostCalls = 25;
/** Of rows read and written for one message. */
const mostStorage = 60;
/** A text property of Azure Tables, in UTF-16 units. */
const mostInRow = 32_768;

describe.each(rounds)("messages of a platform, by seed $seed", (runs) => {
  const { numRuns } = runs;
  let town: Town;
  beforeAll(async () => {
    town = await startTown();
  });
  afterAll(() => town.close());

  /** How many were answered with which status. */
  let seen: Record<number, number> = {};
  let callsBefore = 0;
  beforeEach(() => {
    seen = {};
    callsBefore = town.calls();
  });
  /** Nobody is tested by messages that are not even read. */
  function mostAreCalls(platform: string): void {
    const calls = town.calls() - callsBefore;
    console.log(
      `${platform}: of ${numRuns} messages ${calls} became calls; answers by status: ${JSON.stringify(seen)}`,
    );
    expect(calls).toBeGreaterThan(numRuns / 2);
  }

  /** Sends one, lets the worker start what it has queued, and drops the rest: that would build VMs. */
  async function survives(send: () => Promise<{ status: number; body?: unknown }>): Promise<void> {
    const { world } = town;
    const before = town.storageCalls();
    const { result, asked } = await town.listening(send);
    expect([200, 401, 413]).toContain(result.status);
    seen[result.status] = (seen[result.status] ?? 0) + 1;
    if (result.status === 401) expect(result.body ?? "").toBe("");
    expect(asked.length).toBeLessThanOrEqual(mostCalls);
    expect(town.storageCalls() - before).toBeLessThanOrEqual(mostStorage);
    await world.work(2);
    world.queue.lose();
    world.pass(2);
    // A message can name a place where its sender can't be reached. The bot reports that.
    expect(world.errors.filter((error) => !error.startsWith("a message can't be delivered"))).toEqual([]);
  }

  /** Whatever was sent, nobody else has lost or gained anything, and a stranger has left nothing. */
  async function nothingOfOthers(before: Awaited<ReturnType<Town["everything"]>>): Promise<void> {
    const { keyOf, onTeams, discord, world } = town;
    const after = await town.everything();
    for (const key of [keyOf(onTeams.mia), keyOf(onTeams.ada)])
      for (const row of Object.keys({ ...before.rows, ...after.rows }))
        if (row.includes(key)) expect([row, after.rows[row]]).toEqual([row, before.rows[row]]);
    const mias = (text: string) =>
      (JSON.parse(text) as { id: string }[]).filter(({ id }) => id.includes(keyOf(onTeams.mia)));
    expect(mias(after.azure)).toEqual(mias(before.azure));
    const added = Object.entries(await rowsOf(world)).filter(([row]) => !(row in before.rows));
    const strangers = added.filter(([row, json]) =>
      [discord.sam.id, onTeams.sam.objectId].some(
        (id) => !row.startsWith("cache ") && (row.includes(id) || json.includes(id)),
      ),
    );
    expect(strangers).toEqual([]);
    for (const [row, json] of added) expect([row, json.length < mostInRow]).toEqual([row, true]);
    expect(added.length).toBeLessThan(12 * numRuns);
  }

  test("no interaction of Discord's makes it fail, whoever sends it", async () => {
    const { max, sam } = town.discord;
    const before = await town.everything();
    const samples: Record<string, unknown>[] = [];
    for (const person of [max, sam]) {
      const typed: [string, Record<string, string>?][] = [
        ["openclaw status"],
        ["openclaw request"],
        ["openclaw open-access", { address: "203.0.113.7" }],
        ["openclaw logs"],
        ["openclaw-admin roster add", { person: sam.id, entra: "sam@contoso.com" }],
        ["openclaw-admin roster import", { json: '{"members":[{"email":"nia@contoso.com"}]}' }],
        ["openclaw-admin policy show"],
      ];
      for (const [command, options] of typed) samples.push(await town.interaction(person, command, options));
      for (const data of [
        "v1:stop:abcdefghijkl",
        "v1:teardown::confirmed=abcdefghijkl",
        "v1:open-access::typed=true",
      ])
        samples.push(JSON.parse(await town.forges(person, data)));
      samples.push(await town.typing(person, "openclaw resize", "size", "b2"));
      samples.push(await town.typing(person, "openclaw-admin roster show", "entra", "mia"));
      const picked = { type: 18, id: 1, component: { type: 3, id: 2, custom_id: "size", values: ["b2"] } };
      const picks = { type: 5, data: { custom_id: "v1:resize:", components: [picked] } };
      samples.push(await town.interaction(person, "openclaw help", {}, picks));
      const filled = {
        type: 18,
        id: 1,
        component: { type: 4, id: 2, custom_id: "address", value: "203.0.113.7" },
      };
      const about = { type: 5, data: { custom_id: "v1:open-access:", components: [filled] } };
      samples.push(await town.interaction(person, "openclaw help", {}, about));
    }
    await fc.assert(
      fc.asyncProperty(mutated(samples, ["data"]), (body) =>
        survives(() => town.world.discord.deliver(body)),
      ),
      runs,
    );
    mostAreCalls("Discord");
    await nothingOfOthers(before);
  });

  test("no activity of Teams' makes it fail, whoever sends it", async () => {
    const { max, sam } = town.onTeams;
    const { teams: simulator, serving } = town.world;
    const authorization = `Bearer ${await simulator.tokenFor(simulator.serviceUrl)}`;
    const deliver = (body: string) =>
      serving.app.messages({ headers: { authorization }, body: Buffer.from(body) });
    const actions = await buttonsOf(town);
    const before = await town.everything();
    const samples: Record<string, unknown>[] = [];
    const inGroup = { conversation: simulator.places.group };
    for (const person of [max, sam]) {
      for (const text of [
        "status",
        "open-access 203.0.113.7",
        'roster import json: {"members":[]}',
        "help stop",
      ])
        samples.push(await town.activity(person, text));
      samples.push(
        await town.activity(person, "roster import", {}, { file: { name: "team.json", text: "{}" } }),
      );
      for (const action of actions) {
        const data = { ...action.data, address: "203.0.113.7", name: "OpenClaw" };
        const value = { action: { ...action, data }, trigger: "manual" };
        const click = await town.activity(person, "", { type: "invoke", name: "adaptiveCard/action", value });
        const submit = await town.activity(person, "", { type: "message", value: data });
        // As it is, it is read: nobody learns from clicks that are nobody's.
        const { body = "" } = await deliver(JSON.stringify(click));
        expect(body).toMatch(/message|adaptive/);
        expect(body).not.toMatch(/one of this bot's|don't know/);
        samples.push(click, submit);
      }
      samples.push(
        await town.activity(person, "", { type: "conversationUpdate", membersAdded: [{ id: person.id }] }),
      );
    }
    // Sam is in no group.
    samples.push(await town.activity(max, "@OpenClaw roster show @Max Member", {}, inGroup));
    samples.push(await town.activity(max, "/openclaw status", {}, inGroup));
    await town.world.settle();
    town.world.pass(60);
    await fc.assert(
      fc.asyncProperty(mutated(samples, ["text", "value", "entities", "attachments"]), (body) =>
        survives(() => deliver(body)),
      ),
      runs,
    );
    mostAreCalls("Teams");
    await nothingOfOthers(before);
  });

  test("no signature and no token but the right one lets anything in", async () => {
    const { world, discord, onTeams } = town;
    const token = (await world.teams.tokenFor(world.teams.serviceUrl)) ?? "";
    const interaction = Buffer.from(JSON.stringify(await town.interaction(discord.max, "openclaw stop")));
    const activity = Buffer.from(JSON.stringify(await town.activity(onTeams.max, "stop")));
    const now = String(Math.floor(world.now().getTime() / 1000));
    const signed = fc.record({
      "x-signature-ed25519": fc.oneof(hostile, fc.stringMatching(/^[0-9a-f]{128}$/)),
      "x-signature-timestamp": fc.oneof(fc.constant(now), hostile),
    });
    // One sign of the right token is another, or is missing; or it is something else.
    const spoilt = fc
      .record({ at: fc.nat(token.length - 3), sign: fc.constantFrom("", ".", "A", "-", " ", "\u0000") })
      .map(({ at, sign }) => token.slice(0, at) + sign + token.slice(at + 1))
      .filter((each) => each !== token);
    const bearing = fc.oneof(
      hostile,
      spoilt.map((each) => `Bearer ${each}`),
      hostile.map((each) => `Bearer ${each}`),
      fc.constantFrom("Bearer a.b.c", `bearer ${token}`, `Bearer ${token} x`, token),
    );
    const before = await town.everything();
    await fc.assert(
      fc.asyncProperty(signed, bearing, async (headers, authorization) => {
        const answers = [
          await world.app.interactions({ headers, body: interaction }),
          await world.app.messages({ headers: { authorization }, body: activity }),
        ];
        expect(answers.map(({ status, body = "" }) => [status, body])).toEqual([
          [401, ""],
          [401, ""],
        ]);
      }),
      runs,
    );
    expect(await town.everything()).toEqual(before);
  });

  test("no visit of an access page makes it fail, or finds a link by chance", async () => {
    const token = `${town.keyOf(town.onTeams.mia)}.${"0".repeat(32)}`;
    const visit = fc.record({
      method: fc.constantFrom("GET", "POST", "HEAD", "__proto__"),
      token: fc.oneof(
        hostile,
        fc.constant(token),
        hostile.map((text) => token + text),
      ),
      forwardedFor: fc.oneof(
        fc.constantFrom(undefined, "203.0.113.7", "203.0.113.7:50123, 10.0.0.1", "[2001:db8::1]:443"),
        hostile,
        fc.array(fc.ipV4(), { maxLength: 200 }).map((all) => all.join(", ")),
      ),
    });
    const before = await town.everything();
    await fc.assert(
      fc.asyncProperty(visit, async (each) => {
        const { status, body = "" } = await town.world.app.access(each);
        expect([200, 400, 410]).toContain(status);
        expect(body.length).toBeLessThan(5000);
        expect(body).not.toMatch(/<script|<img|<a /i);
      }),
      runs,
    );
    expect(await town.everything()).toEqual(before);
  });

  test("no message in the queue is carried out that is none of the bot's", async () => {
    const before = await town.everything();
    const sample = { kind: "operation", member: town.keyOf(town.onTeams.mia), id: "abcdefghijkl" };
    await fc.assert(
      fc.asyncProperty(
        mutated([sample, { ...sample, kind: "call" }, { ...sample, kind: "delivery" }]),
        async (text) => {
          const message = parsed(text);
          // The host moves what keeps failing to the poison queue.
          await town.world.app.work(message).catch(() => undefined);
        },
      ),
      runs,
    );
    expect(await town.everything()).toEqual(before);
  });
});

describe("texts", () => {
  const runs = { numRuns: total, seed: firstSeed };
  test("a team file is read or refused, with a reason of bounded length", () => {
    const entry = { email: "mia@contoso.com", discord: "1100000000000000102", role: "user", size: "default" };
    const text = fc.oneof(mutated([{ members: [entry, { email: "max@contoso.com" }] }]), hostile);
    fc.assert(
      fc.property(text, (each) => {
        try {
          for (const { label, problem = "" } of readTeam(each)) {
            expect(label.length).toBeLessThanOrEqual(200);
            expect(problem.length).toBeLessThanOrEqual(1000);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(String(error).length).toBeLessThan(2000);
        }
      }),
      runs,
    );
  });

  test("a change of the configuration is read or refused, with a reason of bounded length", () => {
    const patches = [
      { agents: { defaults: { model: "x", list: [1, null, true] } } },
      { models: { providers: { any: { apiKey: { source: "file", provider: "keyvault", id: "/KEY" } } } } },
    ];
    fc.assert(
      fc.property(fc.oneof(mutated(patches), hostile), (each) => {
        try {
          expect(readPatch(each)).toBeTypeOf("object");
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(String(error).length).toBeLessThan(2000);
        }
      }),
      runs,
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("a button's data and an interaction's body are read or not, and never throw", () => {
    fc.assert(
      fc.property(hostile, (each) => {
        decodeLine(each);
        decodeLine(`v1:${each}`);
        parseInteraction(Buffer.from(each));
      }),
      runs,
    );
  });

  test("what a VM says is read with care, whatever it says", () => {
    const said = [
      { step: "packages", error: "no-network", warnings: ["slow"] },
      { applied: true, tried: true, hash: "ab12", stage: "check", reason: "port" },
      { keys: ["ANTHROPIC_API_KEY"], note: "read", step: "gateway" },
    ];
    const output = fc.oneof(
      mutated(said),
      fc.array(fc.oneof(mutated(said), hostile), { maxLength: 6 }).map((lines) => lines.join("\n")),
    );
    const { appliedIn, stepIn, gateSaid, keysIn } = vmAnswers;
    fc.assert(
      fc.property(output, (each) => {
        expect(gateSaid(each)).toMatch(/^(?:(?:step|error|warning) [\w-]{1,40}(?:, )?)*$/);
        for (const name of keysIn(each)?.names ?? []) expect(name).toMatch(/^\w{1,64}$/);
        expect(typeof appliedIn(each).reason).toBe("string");
        expect(["string", "undefined"]).toContain(typeof stepIn(each));
      }),
      runs,
    );
  });
});

/** The buttons of real cards: a card of an instance, a question that is answered once, a form. */
async function buttonsOf({ teams, onTeams: { mia }, world }: Town) {
  for (const said of ["status", "teardown", "teardown no-backup", "open-access", "resize"]) {
    await teams.types(mia, said);
    await world.settle();
  }
  // What Azure deletes on its own is gone by then.
  world.pass(900);
  const found = world.teams
    .messagesFor(mia.id)
    .flatMap(({ attachments }) => attachments.flatMap(({ content }) => actionsOf(content)))
    .filter(({ type }) => type === "Action.Execute");
  const own = z.array(z.looseObject({ data: z.looseObject({ openclaw: z.string() }) })).parse(found);
  for (const holding of ["openclaw", "once", "fields"])
    expect(own.some(({ data }) => holding in data)).toBe(true);
  return [...new Map(own.map((one) => [one.data.openclaw.split(":")[1], one])).values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
