import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decodeLine } from "../../bot/core/commandLine.ts";
import { Refusal } from "../../bot/core/errors.ts";
import * as vmAnswers from "../../bot/core/vmAnswers.ts";
import { parseInteraction } from "../../bot/platforms/discord/parse.ts";
import { readTeam } from "../../bot/teamFile.ts";
import { rowsOf } from "../bot/engine/tables.ts";
import { hostile } from "../bot/platforms/hostile.ts";
import { mutated } from "./mutate.ts";
import { startTown, type Town } from "./town.ts";

/*
 * Everything that comes from outside, spoilt in thousands of ways whose form is almost right. `FUZZ_RUNS` says in how many (5,000
 * where nothing is said), `FUZZ_SEED` in which; a failure names its seed.
 */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 5000);
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = { numRuns, seed };

/** Of the bot's own calls to Azure, Discord and Teams for one message; an answer, "is typing", and a look at each mention. */
const mostCalls = 25;
/** Of rows read and written for one message. */
const mostStorage = 60;
/** A text property of Azure Tables, in UTF-16 units. */
const mostInRow = 32_768;

describe("messages of a platform", () => {
  let town: Town;
  beforeAll(async () => {
    town = await startTown();
  });
  afterAll(() => town.close());

  /** How many were answered with which status. */
  let seen: Record<number, number> = {};
  beforeEach(() => {
    seen = {};
  });
  /** Nobody is tested by messages that are not even read. */
  const mostAreRead = () => expect(seen[200] ?? 0).toBeGreaterThan(numRuns / 4);

  /** Sends one, lets the worker begin what it has queued, and drops the rest: it would build VMs. */
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
    // Who can't be reached where the message says that they are is told of.
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
      const filled = {
        type: 18,
        id: 1,
        component: { type: 4, id: 2, custom_id: "address", value: "203.0.113.7" },
      };
      const about = { type: 5, data: { custom_id: "v1:open-access:", components: [filled] } };
      samples.push(await town.interaction(person, "openclaw help", {}, about));
    }
    await fc.assert(
      fc.asyncProperty(mutated(samples), (body) => survives(() => town.world.discord.deliver(body))),
      runs,
    );
    mostAreRead();
    await nothingOfOthers(before);
  });

  test("no activity of Teams' makes it fail, whoever sends it", async () => {
    const { max, sam } = town.onTeams;
    const { teams: simulator, serving } = town.world;
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
      const action = { type: "Action.Execute", id: "1", title: "Stop", verb: "", data: { line: "v1:stop:" } };
      const invoke = { type: "invoke", name: "adaptiveCard/action", value: { action, trigger: "manual" } };
      samples.push(await town.activity(person, "", invoke));
      samples.push(await town.activity(person, "", { type: "message", value: { line: "v1:stop:" } }));
      samples.push(
        await town.activity(person, "", { type: "conversationUpdate", membersAdded: [{ id: person.id }] }),
      );
    }
    // Sam is in no group.
    samples.push(await town.activity(max, "@OpenClaw roster show @Max Member", {}, inGroup));
    samples.push(await town.activity(max, "/openclaw status", {}, inGroup));
    const authorization = `Bearer ${await simulator.tokenFor(simulator.serviceUrl)}`;
    await fc.assert(
      fc.asyncProperty(mutated(samples), (body) =>
        survives(() => serving.app.messages({ headers: { authorization }, body: Buffer.from(body) })),
      ),
      runs,
    );
    mostAreRead();
    await nothingOfOthers(before);
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
          // The host puts aside what fails.
          await town.world.app.work(message).catch(() => undefined);
        },
      ),
      runs,
    );
    expect(await town.everything()).toEqual(before);
  });
});

describe("texts", () => {
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
