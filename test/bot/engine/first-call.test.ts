import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { Parts } from "../../../bot/parts.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import { storageAccount } from "../../azurite.ts";
import type { Seen } from "../../client.ts";
import { type StorageGate, storageGate } from "../../storageGate.ts";
import { startWorld, type World } from "../../world.ts";
import { discordFront, type Front, teamsFront } from "./fronts.ts";
import { haltingAfter } from "./mortal.ts";
import { rowsOf } from "./tables.ts";

/**
 * The first call after a quiet time: the storage answers after seconds, and the platform waits for less. Ada is the first
 * admin and not on the roster, Sam is nobody, and each platform has a member.
 */
let gate: StorageGate;
let world: World;
beforeAll(async () => {
  gate = await storageGate(storageAccount());
  const first = `discord:1100000000000000101 entra:${teamsPeople.ada.objectId}`;
  world = await startWorld({ BOOTSTRAP_ADMINS: first }, { withTeams: true, storage: gate.connectionString });
});
afterAll(async () => {
  await world.close();
  await gate.close();
});

describe.each([
  ["discord", discordFront, "mia"],
  ["teams", teamsFront, "max"],
] as const)("on %s", (platform, frontOf, member) => {
  let front: Front;
  let uses = platform === "discord" ? 5000 : 6000;
  beforeAll(async () => {
    front = frontOf(world);
    await front.types("ada", "roster add", { person: front.named(member), entra: `${member}@contoso.com` });
    await world.settle();
  });
  beforeEach(() => {
    gate.open();
    world.serving.app = world.app;
    world.errors.length = 0;
  });

  /** Somebody does something, and the platform hears nothing in time. */
  async function late<T>(act: () => Promise<T>): Promise<T> {
    const doing = act();
    let heard = false;
    const hears = () => {
      heard = true;
    };
    doing.then(hears, hears);
    while (!heard) {
      world.patience.runOut();
      await sleep(2);
    }
    return doing;
  }
  /** The same, since the storage does not answer; then it does. */
  async function slowly<T>(act: () => Promise<T>): Promise<T> {
    gate.hold();
    try {
      return await late(act);
    } finally {
      gate.open();
    }
  }

  const withText = (who: "ada" | "sam" | typeof member, text: string): readonly Seen[] =>
    front.sees(who).filter((seen) => seen.text.includes(text));
  /** Everything that follows is done, and the process that was called has done its part. */
  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await sleep(30);
      if (world.queue.waiting().length > 0) quiet = 0;
      await world.settle();
    }
  }
  /** What was written meanwhile, in this member's partition and that of their account. */
  async function rowsSince(before: Readonly<Record<string, string>>) {
    const after = await rowsOf(world);
    const fresh = Object.keys(after).filter((row) => before[row] === undefined && row.startsWith("state "));
    const count = (kind: string) => fresh.filter((row) => row.includes(` ${kind}:`)).length;
    return { fresh, calls: count("call"), operations: count("op"), deliveries: count("delivery") };
  }
  const newUse = () => {
    uses += 1;
    return uses;
  };

  test("an answer that is not there in time follows in the same message, and what was asked for happens once", async () => {
    const [before, seenBefore] = [await rowsOf(world), front.sees(member).length];
    const first = await slowly(() => front.types(member, "request"));
    await vi.waitFor(() => expect(withText(member, "a month while it runs")).toHaveLength(1));
    await settled();

    const [answer] = withText(member, "a month while it runs");
    if (platform === "discord") expect(answer?.id).toBe(first.id);
    expect(answer?.private).toBe(true);
    expect(withText(member, "Your OpenClaw is ready")).toHaveLength(1);
    // The answer and the progress.
    expect(front.sees(member)).toHaveLength(seenBefore + 2);
    expect(await rowsSince(before)).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
    expect(world.errors).toEqual([]);
  });

  test("what is told in the answer's place is never overtaken by the answer", async () => {
    // The process that was called dies once the operation is begun; the operation is told before the worker answers.
    const { parts, goOn } = haltingAfter(2, world.parts);
    world.serving.app = appFrom(parts);
    const before = await rowsOf(world);
    await late(() => front.types(member, "status"));
    goOn();
    await vi.waitFor(async () => expect((await rowsSince(before)).operations).toBe(1));
    const key = Object.keys(await rowsOf(world)).find(
      (row) => before[row] === undefined && row.includes(" op:"),
    );
    const [, partition = "", op = ""] = key?.split(" ") ?? [];
    await world.app.work({ kind: "operation", member: partition, id: op.slice("op:".length) });
    await settled();
    expect(withText(member, "Asking Azure")).toEqual([]);
    expect(front.sees(member).at(-1)?.text).toContain("Your OpenClaw is ready");
    expect(await rowsSince(before)).toMatchObject({ calls: 1, operations: 1, deliveries: 1 });
    expect(world.errors).toEqual([]);
  });

  test("what was begun comes after the answer, in its message", async () => {
    const before = await rowsOf(world);
    const seenBefore = front.sees(member).length;
    await slowly(() => front.types(member, "open-access", { address: "203.0.113.7" }));
    await vi.waitFor(() => expect(withText(member, "Opening SSH for 203.0.113.7")).toHaveLength(1));
    await settled();
    expect(withText(member, "Opening SSH for 203.0.113.7")).toEqual([]);
    expect(withText(member, "SSH is open for 203.0.113.7")).toHaveLength(1);
    expect(front.sees(member)).toHaveLength(seenBefore + 1);
    expect(await rowsSince(before)).toMatchObject({ calls: 1, operations: 1, deliveries: 1 });
  });

  // Four writes make a stop: what is due, the transaction, the queue; then the answer's own.
  test.for([0, 1, 2, 3, 4, 5])(
    "the process dies after it said that the answer follows, and after %i more things that it changed: the worker answers, once",
    async (writes) => {
      const command = writes % 2 === 0 ? "stop" : "start";
      const said = command === "stop" ? "Stopping your OpenClaw" : "Starting your OpenClaw";
      const ends = command === "stop" ? "Your OpenClaw is stopped" : "Your OpenClaw is ready";
      const before = await rowsOf(world);
      const seenBefore = front.sees(member).length;
      const answersBefore = withText(member, said).length;
      const { parts, goOn } = haltingAfter(writes, world.parts);
      world.serving.app = appFrom(parts);
      await late(() => front.types(member, command));
      goOn();
      await settled();
      expect(withText(member, said)).toHaveLength(answersBefore + 1);
      expect(front.sees(member)).toHaveLength(seenBefore + 2);
      expect(front.sees(member).at(-1)?.text).toContain(ends);
      expect(await rowsSince(before)).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
      expect(world.errors).toEqual([]);
    },
  );

  test("the process dies before the worker was woken: the sweep finds the call", async () => {
    const answersBefore = withText(member, "What you can do").length;
    const { parts } = haltingAfter(0, world.parts);
    world.serving.app = appFrom(parts);
    await late(() => front.types(member, "help"));
    world.queue.lose();
    world.pass(65);
    await world.app.sweep();
    await settled();
    expect(withText(member, "What you can do")).toHaveLength(answersBefore + 1);
  });

  test("the process and the worker run it at the same time: one claim, one answer", async () => {
    const before = await rowsOf(world);
    const answersBefore = withText(member, "What you can do").length;
    const { parts, goOn } = haltingAfter(Number.POSITIVE_INFINITY, world.parts);
    world.serving.app = appFrom(parts);
    await late(() => front.types(member, "help"));
    const call = world.queue.next();
    goOn();
    if (call) await Promise.all([world.app.work(call), world.app.work(call)]);
    await settled();
    expect(withText(member, "What you can do")).toHaveLength(answersBefore + 1);
    expect(await rowsSince(before)).toMatchObject({ calls: 1, operations: 0, deliveries: 1 });
    expect(world.errors).toEqual([]);
  });

  test("the same call again meanwhile, and afterwards, has no second effect and no second message", async () => {
    const use = newUse();
    const before = await rowsOf(world);
    await slowly(() =>
      Promise.all([1, 2].map(() => front.types(member, "stop", {}, use).catch(() => undefined))),
    );
    await settled();
    const written = await rowsSince(before);
    expect(written).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
    const again = await front.types(member, "stop", {}, use);
    await settled();
    expect(again.text).toContain("Stopping your OpenClaw");
    expect((await rowsSince(before)).fresh).toEqual(written.fresh);
  });

  test("a call that turns out to be refused says so, and is refused again when it is replayed", async () => {
    const use = newUse();
    await slowly(() => front.types(member, "audit", {}, use));
    await vi.waitFor(() => expect(withText(member, "Only admins can do that.")).not.toEqual([]));
    const refusals = withText(member, "Only admins can do that.").length;
    await settled();
    expect(withText(member, "Only admins can do that.")).toHaveLength(refusals);
    const replayed = newUse();
    const { parts } = haltingAfter(0, world.parts);
    world.serving.app = appFrom(parts);
    const text = { confirmed: "aaaaaaaaaaaa" };
    await late(() => front.presses(member, { command: "teardown", options: text }, replayed));
    world.serving.app = world.app;
    await settled();
    const claims = Object.entries(await rowsOf(world)).filter(
      ([row, json]) => row.includes(` claim:`) && json.includes("That confirmation is not yours"),
    );
    expect(claims).toHaveLength(1);
  });

  test("a stranger is told that there is nothing for them", async () => {
    await slowly(() => front.types("sam", "status"));
    await vi.waitFor(() => expect(withText("sam", "not on this team's roster")).toHaveLength(1));
    await settled();
    expect(withText("sam", "not on this team's roster")).toHaveLength(1);
    expect(withText("ada", "not on this team's roster")).toEqual([]);
  });

  test("a slow command that is late is put off once", async () => {
    const before = await rowsOf(world);
    const answersBefore = withText("ada", "access-hours").length;
    await slowly(() => front.types("ada", "policy set", { "access-hours": "13" }));
    await settled();
    expect(withText("ada", "access-hours")).toHaveLength(answersBefore + 1);
    expect(await rowsSince(before)).toMatchObject({ calls: 1, deliveries: 1 });
  });

  test("a form is never put off: that it can't be opened is said at once", async () => {
    const before = await rowsOf(world);
    const forms: [string, Record<string, string>][] = [
      ["open-access", { typed: "true" }],
      ["teardown", { "no-backup": "true" }],
    ];
    for (const [command, options] of forms) {
      const seen = await slowly(() => front.presses(member, { command, options }));
      expect(seen.text).toContain("I couldn't open the form in time. Nothing was changed: try again.");
    }
    const missing = await slowly(() => front.types("ada", "roster add", { person: front.named("sam") }));
    expect(missing.text).toContain("I couldn't open the form in time");
    await settled();
    expect(await rowsSince(before)).toMatchObject({ calls: 0, operations: 0 });
    const opened = await front.presses(member, { command: "open-access", options: { typed: "true" } });
    expect(opened.fields).toEqual(["address"]);
  });

  test("a link that is shown once is shown, and written down nowhere", async () => {
    await slowly(() => front.types(member, "open-access"));
    await vi.waitFor(() => expect(front.sees(member).at(-1)?.link).toContain("/api/access/"));
    await settled();
    const link = front.sees(member).at(-1)?.link ?? "";
    expect(link).toContain("/api/access/");
    const token = link.split(".").at(-1) ?? "";
    expect(token.length).toBeGreaterThan(10);
    expect(Object.values(await rowsOf(world)).filter((json) => json.includes(token))).toEqual([]);
  });

  describe("what can't be written down goes on in the process", () => {
    test("the storage is away: the answer says so, in the same message", async () => {
      const said = withText(member, "Something went wrong on our side").length;
      const before = await rowsOf(world);
      const seenBefore = front.sees(member).length;
      gate.cut();
      await late(() => front.types(member, "restart"));
      await vi.waitFor(
        () => expect(withText(member, "Something went wrong on our side")).toHaveLength(said + 1),
        { timeout: 20_000 },
      );
      gate.open();
      await settled();
      expect(front.sees(member)).toHaveLength(seenBefore + 1);
      expect((await rowsSince(before)).fresh).toEqual([]);
      expect(world.errors.join("\n")).toContain("a late call could not be written down");
    });

    test("only the call can't be written: what was asked for is done, and answered once", async () => {
      const { store } = world.parts;
      const commit: Parts["store"]["commit"] = async (partition, changes) => {
        if (changes.some(({ kind }) => kind === "call")) throw new Error("the storage is away");
        return store.commit(partition, changes);
      };
      const { parts, goOn } = haltingAfter(Number.POSITIVE_INFINITY, {
        ...world.parts,
        store: { ...store, commit },
      });
      world.serving.app = appFrom(parts);
      const said = withText(member, "Starting your OpenClaw").length;
      const before = await rowsOf(world);
      await late(() => front.types(member, "start"));
      goOn();
      await vi.waitFor(() => expect(withText(member, "Starting your OpenClaw")).toHaveLength(said + 1));
      await settled();
      expect(withText(member, "Starting your OpenClaw")).toHaveLength(said + 1);
      expect(front.sees(member).at(-1)?.text).toContain("Your OpenClaw is ready");
      expect(await rowsSince(before)).toMatchObject({ calls: 0, operations: 1, deliveries: 1 });
    });
  });
});
