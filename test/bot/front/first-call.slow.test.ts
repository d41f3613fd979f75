import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { Parts } from "../../../bot/parts.ts";
import { people as teamsPeople } from "../../../local/teams/people.ts";
import { storageAccount } from "../../azurite.ts";
import type { Seen } from "../../client.ts";
import { type StorageGate, storageGate } from "../../storageGate.ts";
import { startWorld, type World } from "../../world.ts";
import { discordFront, type Front, label, teamsFront } from "../fronts.ts";
import { late, soon, tooLate } from "../late.ts";
import { haltingAfter } from "../mortal.ts";
import { rowsOf } from "../tables.ts";

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
  afterEach(() => {
    gate.open();
    world.serving.app = world.app;
  });
  beforeEach(async () => {
    world.errors.length = 0;
    await world.settle();
    before = await rowsOf(world);
    seenBefore = front.sees(member).length;
  });

  /** Somebody does something, and the storage does not answer in time; then it does. */
  async function slowly<T>(act: () => Promise<T>): Promise<T> {
    gate.hold();
    try {
      return await tooLate(world, act);
    } finally {
      gate.open();
    }
  }

  const withText = (who: "ada" | "sam" | typeof member, text: string): readonly Seen[] =>
    front.sees(who).filter((seen) => seen.text.includes(text));
  let before: Readonly<Record<string, string>>;
  let seenBefore: number;
  /** What this test has written so far; of operations, those that somebody has asked for. */
  async function written() {
    const after = await rowsOf(world);
    const fresh = Object.keys(after).filter((row) => before[row] === undefined && row.startsWith("state "));
    const ofKind = (kind: string, holding: string) =>
      fresh.filter((row) => row.includes(` ${kind}:`) && after[row]?.includes(holding)).length;
    return {
      calls: ofKind("call", ""),
      open: ofKind("call", '"done":false'),
      operations: ofKind("op", '"by":{'),
      deliveries: ofKind("delivery", ""),
      sent: ofKind("delivery", '"sent":1'),
      fresh,
    };
  }
  /** The process that was called has given its answer; only then the worker comes, and does the rest. */
  async function answered(): Promise<void> {
    await soon(world, async () => expect(await written()).toMatchObject({ calls: 1, open: 0, sent: 1 }));
    await world.settle();
  }
  /** The worker does all that is to be done; the process that was called does nothing any more. */
  async function workerAnswers(): Promise<void> {
    await world.settle();
    // What could not be put into the queue any more, the sweep finds.
    world.pass(65);
    await world.app.sweep();
    await world.settle();
    expect(await written()).toMatchObject({ open: 0 });
  }
  /** How often this person sees this text, as soon as it is as often as that. */
  const sees = (who: "ada" | "sam" | typeof member, text: string, times: number) =>
    soon(world, () => expect(withText(who, text)).toHaveLength(times));
  const newUse = () => {
    uses += 1;
    return uses;
  };

  test("an answer that is not there in time follows in the same message, and what was asked for happens once", async () => {
    const first = await slowly(() => front.types(member, "request"));
    await answered();

    const [answer] = withText(member, "a month while it runs");
    if (platform === "discord") expect(answer?.id).toBe(first.id);
    expect(answer?.private).toBe(true);
    expect(withText(member, "Your OpenClaw is ready")).toHaveLength(1);
    // The answer and the progress.
    expect(front.sees(member)).toHaveLength(seenBefore + 2);
    expect(await written()).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
    expect(world.errors).toEqual([]);
  });

  test("the answer never replaces what took its place", async () => {
    // The process that was called dies once the operation has started; its card is sent before the worker answers.
    const { parts, goOn } = haltingAfter(2, world.parts);
    world.serving.app = appFrom(parts);
    await late(world, () => front.types(member, "status"));
    goOn();
    await soon(world, async () => expect((await written()).operations).toBe(1));
    const key = Object.keys(await rowsOf(world)).find(
      (row) => before[row] === undefined && row.includes(" op:"),
    );
    const [, partition = "", op = ""] = key?.split(" ") ?? [];
    await world.app.work({ kind: "operation", partition, id: op.slice("op:".length) });
    await workerAnswers();
    expect(withText(member, "Checking Azure")).toEqual([]);
    expect(front.sees(member).at(-1)?.text).toContain("State\nready");
    expect(await written()).toMatchObject({ calls: 1, operations: 1, deliveries: 1 });
    expect(world.errors).toEqual([]);
  });

  test("the operation's cards come after the answer, in its message", async () => {
    await slowly(() => front.types(member, "open-access", { address: "203.0.113.7" }));
    await sees(member, "Opening SSH for 203.0.113.7", 1);
    await answered();
    expect(withText(member, "Opening SSH for 203.0.113.7")).toEqual([]);
    expect(withText(member, "SSH is open for 203.0.113.7")).toHaveLength(1);
    expect(front.sees(member)).toHaveLength(seenBefore + 1);
    expect(await written()).toMatchObject({ calls: 1, operations: 1, deliveries: 1 });
  });

  // What is due, the transaction, the queue; then of the answer: its row, the try, the message, the mark.
  test.for([0, 1, 2, 3, 4, 5, 6, 7])(
    "the process dies after it said that the answer follows, and after %i more things that it changed: the worker answers, once",
    async (writes) => {
      const command = writes % 2 === 0 ? "stop" : "start";
      const said = command === "stop" ? "Stopping your OpenClaw" : "Starting your OpenClaw";
      const ends = command === "stop" ? "Your OpenClaw is stopped" : "Your OpenClaw is ready";
      const [answersBefore, endsBefore] = [withText(member, said).length, withText(member, ends).length];
      const { parts, goOn, changed } = haltingAfter(writes, world.parts);
      world.serving.app = appFrom(parts);
      await late(world, () => front.types(member, command));
      goOn();
      await soon(world, () => expect(changed()).toBe(writes));
      await workerAnswers();
      // Teams can't be asked what it was sent: there is a second one where the process died before it could write that down.
      const copies = platform === "teams" && writes === 6 ? 2 : 1;
      expect(withText(member, said)).toHaveLength(answersBefore + copies);
      expect(withText(member, ends)).toHaveLength(endsBefore + 1);
      expect(front.sees(member)).toHaveLength(seenBefore + copies + 1);
      expect(await written()).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
      expect(world.errors).toEqual([]);
    },
  );

  test("the process dies before the worker was woken: the sweep finds the call", async () => {
    const answersBefore = withText(member, "What you can do").length;
    const { parts } = haltingAfter(0, world.parts);
    world.serving.app = appFrom(parts);
    await late(world, () => front.types(member, "help"));
    world.queue.lose();
    await workerAnswers();
    expect(withText(member, "What you can do")).toHaveLength(answersBefore + 1);
  });

  test("the process and the worker run it at the same time: one claim, one answer", async () => {
    const answersBefore = withText(member, "What you can do").length;
    const { parts, goOn } = haltingAfter(Number.POSITIVE_INFINITY, world.parts);
    world.serving.app = appFrom(parts);
    await late(world, () => front.types(member, "help"));
    const call = world.queue.next();
    goOn();
    if (call) await Promise.all([world.app.work(call), world.app.work(call)]);
    await answered();
    expect(withText(member, "What you can do")).toHaveLength(answersBefore + 1);
    expect(await written()).toMatchObject({ calls: 1, operations: 0, deliveries: 1 });
    expect(world.errors).toEqual([]);
  });

  test("the same call again meanwhile, and afterwards, has no second effect and no second message", async () => {
    const use = newUse();
    await slowly(() =>
      Promise.all([1, 2].map(() => front.types(member, "stop", {}, use).catch(() => undefined))),
    );
    await answered();
    const after = await written();
    expect(after).toMatchObject({ calls: 1, operations: 1, deliveries: 2 });
    const again = await front.types(member, "stop", {}, use);
    await world.settle();
    expect(again.text).toContain("Stopping your OpenClaw");
    expect((await written()).fresh).toEqual(after.fresh);
  });

  test("a call that turns out to be refused says so, and is refused again when it is replayed", async () => {
    const use = newUse();
    await slowly(() => front.types(member, "audit", {}, use));
    await answered();
    expect(withText(member, "Only admins can do that.")).toHaveLength(1);
    expect((await front.types(member, "audit", {}, use)).text).toContain("Only admins can do that.");
    const replayed = newUse();
    const { parts } = haltingAfter(0, world.parts);
    world.serving.app = appFrom(parts);
    const text = { confirmed: "aaaaaaaaaaaa" };
    await late(world, () => front.presses(member, { command: "teardown", options: text }, replayed));
    await workerAnswers();
    const claims = Object.entries(await rowsOf(world)).filter(
      ([row, json]) =>
        before[row] === undefined &&
        row.includes(" claim:") &&
        json.includes("That confirmation isn't yours"),
    );
    expect(claims).toHaveLength(1);
  });

  test("a stranger hears that there is nothing for them, and leaves nothing", async () => {
    await slowly(() => front.types("sam", "status"));
    await sees("sam", "not on this team's roster", 1);
    await world.settle();
    expect(withText("sam", "not on this team's roster")).toHaveLength(1);
    expect(withText("ada", "not on this team's roster")).toEqual([]);
    expect((await written()).fresh).toEqual([]);
    expect(world.queue.waiting()).toEqual([]);
  });

  test("a slow command that is late is put off once", async () => {
    const answersBefore = withText("ada", "access-hours").length;
    await slowly(() => front.types("ada", "policy set", { "access-hours": "13" }));
    await soon(world, () => expect(world.queue.waiting()).not.toEqual([]));
    await workerAnswers();
    expect(withText("ada", "access-hours")).toHaveLength(answersBefore + 1);
    expect(await written()).toMatchObject({ calls: 1, deliveries: 1 });
  });

  test("a form is never put off: that it can't be opened is said at once", async () => {
    const forms: [string, Record<string, string>][] = [
      ["open-access", { typed: "true" }],
      ["teardown", { "no-backup": "true" }],
      ["resize", {}],
    ];
    for (const [command, options] of forms) {
      const card = await front.offers(member, { command, options });
      const { parts } = haltingAfter(0, world.parts);
      world.serving.app = appFrom(parts);
      const seen = await late(world, () => front.clicks(member, card, label));
      expect(seen.text).toContain("I couldn't open the form in time. Nothing was changed: try again.");
    }
    world.serving.app = world.app;
    await world.settle();
    expect(await written()).toMatchObject({ calls: 0, operations: 0 });
    const opened = await front.presses(member, { command: "open-access", options: { typed: "true" } });
    expect(opened.fields).toEqual(["address"]);
  });

  test("a form of somebody who was not known in time follows as a button", async () => {
    const card = await front.offers(member, { command: "open-access", options: { typed: "true" } });
    await slowly(() => front.clicks(member, card, label));
    await soon(world, () => expect(front.sees(member).at(-1)?.buttons).toContain("Fill in"));
    await world.settle();
    expect(await written()).toMatchObject({ calls: 0, operations: 0 });
  });

  test("a link that is shown once is shown, and written down nowhere", async () => {
    await slowly(() => front.types(member, "open-access"));
    await answered();
    const link = front.sees(member).at(-1)?.link ?? "";
    expect(link).toContain("/api/access/");
    const token = link.split(".").at(-1) ?? "";
    expect(token.length).toBeGreaterThan(10);
    expect(Object.values(await rowsOf(world)).filter((json) => json.includes(token))).toEqual([]);
  });

  test("a link that is shown once is shown, although the worker was faster and could only say that it was", async () => {
    const { store } = world.parts;
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const get = async (...[partition, kind, id]: Parameters<typeof store.get>) => {
      if (kind === "call") await mayAnswer;
      return store.get(partition, kind, id);
    };
    world.serving.app = appFrom({ ...world.parts, store: { ...store, get: get as typeof store.get } });
    await slowly(() => front.types(member, "open-access"));
    await soon(world, async () =>
      expect((await written()).fresh.filter((row) => / (call|claim):/.test(row))).toHaveLength(2),
    );
    await workerAnswers();
    expect(front.sees(member).at(-1)?.text).toContain("shown once");
    answer();
    await soon(world, () => expect(front.sees(member).at(-1)?.link).toContain("/api/access/"));
    await world.settle();
    expect(front.sees(member)).toHaveLength(seenBefore + 1);
    expect(world.errors).toEqual([]);
  });

  describe("what can't be written down goes on in the process", () => {
    test("the storage is away: the answer says so, in the same message", async () => {
      const said = withText(member, "Something went wrong on our side").length;
      gate.cut();
      await tooLate(world, () => front.types(member, "restart"));
      await sees(member, "Something went wrong on our side", said + 1);
      gate.open();
      await world.settle();
      expect(front.sees(member)).toHaveLength(seenBefore + 1);
      expect((await written()).fresh).toEqual([]);
      expect(world.errors.join("\n")).toContain("a call failed");
    });

    test("only the call can't be written: what was asked for is done, and answered once", async () => {
      const { store } = world.parts;
      const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
        if (changes.some(({ kind }) => kind === "call")) throw new Error("the storage is away");
        return store.commit(partition, changes, dues);
      };
      const { parts, goOn } = haltingAfter(Number.POSITIVE_INFINITY, {
        ...world.parts,
        store: { ...store, commit },
      });
      world.serving.app = appFrom(parts);
      const said = withText(member, "Starting your OpenClaw").length;
      await late(world, () => front.types(member, "start"));
      goOn();
      await sees(member, "Starting your OpenClaw", said + 1);
      await world.settle();
      expect(withText(member, "Starting your OpenClaw")).toHaveLength(said + 1);
      expect(front.sees(member).at(-1)?.text).toContain("Your OpenClaw is ready");
      expect(await written()).toMatchObject({ calls: 0, operations: 1, deliveries: 1 });
    });
  });
});
