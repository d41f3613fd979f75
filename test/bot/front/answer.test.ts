import { beforeEach, describe, expect, test } from "vitest";
import { headline } from "../../../bot/cards/botCards.ts";
import { DeliveryRefused } from "../../../bot/core/errors.ts";
import type { Member } from "../../../bot/core/member.ts";
import type { Inbound, Platform, Shown } from "../../../bot/core/platform.ts";
import type { Row, Store } from "../../../bot/core/store.ts";
import { answer } from "../../../bot/front/answer.ts";
import { limitsIn } from "../../../bot/front/limits.ts";
import type { Parts } from "../../../bot/parts.ts";
import { member } from "../store/rows.ts";

/** Nothing but the clock is asked for what is not read. */
const parts = { clock: { now: () => new Date("2026-11-22T09:00:00Z") } } as Parts;

const asked: number[] = [];
const platform: Platform = {
  name: "any",
  vouches: true,
  receive: async ({ body }) => {
    asked.push(body.byteLength);
    return { kind: "answer", answer: { status: 200 } };
  },
  send: () => Promise.reject(new Error("nothing is sent")),
};
const posted = (bytes: number) => answer(platform, { headers: {}, body: new Uint8Array(bytes) }, parts);

test("a body of more than 256 kB is refused before its platform sees it", async () => {
  expect(await posted(256 * 1024)).toEqual({ status: 200 });
  expect(await posted(256 * 1024 + 1)).toEqual({ status: 413 });
  expect(asked).toEqual([256 * 1024]);
});

describe("the storage doesn't say in time who calls", () => {
  const now = new Date("2026-11-22T09:00:00Z");
  const rate = { atOnce: 20, perSecond: 1 };
  let events: string[] = [];
  let lookup = Promise.withResolvers<string | undefined>();
  let person: { member: Row<Member> } | undefined;
  beforeEach(() => {
    events = [];
    lookup = Promise.withResolvers();
    person = undefined;
  });

  const store = new Proxy({} as Store, {
    get: (_, name) => (): Promise<unknown> => {
      if (name === "memberOf") return lookup.promise;
      if (name === "person") return person ? Promise.resolve(person) : new Promise(() => undefined);
      events.push(`store ${String(name)}`);
      if (name === "commit" && person) return Promise.resolve();
      return name === "get" || name === "admins" ? Promise.resolve(undefined) : new Promise(() => undefined);
    },
  });
  const calling: Extract<Inbound, { kind: "call" }> = {
    kind: "call",
    call: {
      id: "1",
      account: { platform: "any", id: "sam", name: "Sam" },
      place: "team",
      replyTo: { platform: "any", account: "sam", data: {} },
      read: async () => {
        events.push("read");
        return { line: { command: "help", options: {} }, people: {} };
      },
    },
    heard: () => void events.push("heard"),
    least: { status: 204 },
    render: async (reply) => ({ status: 200, body: "card" in reply ? String(headline(reply.card)) : "form" }),
    defer: async () => ({ status: 202 }),
    patience: { answer: 2000, least: 300, word: 2500 },
    late: () => ({
      answer: { status: 202, body: "it follows" },
      shown: Promise.resolve(),
      tell: async (card) => void events.push(`told: ${String(headline(card))}`),
    }),
  };
  /** Everybody's bot, with room for so many calls of strangers. */
  const sending = (strangers = rate) => {
    const limits = limitsIn({ member: rate, admin: rate, stranger: strangers }, { now: () => now });
    return (wait: Parts["wait"], change: Partial<typeof calling> = {}) =>
      answer(
        { ...platform, receive: async () => ({ ...calling, ...change }) },
        { headers: {}, body: new Uint8Array() },
        partsWith(wait, limits),
      );
  };
  const send = (wait: Parts["wait"], render = calling.render) => sending()(wait, { render });
  const partsWith = (wait: Parts["wait"], limits: Parts["limits"]) => {
    const only = {
      clock: { now: () => now },
      wait,
      store,
      settings: { bootstrapAdmins: [] as string[], recoveryAdmins: [] as string[] },
      platforms: {},
      commands: [],
      features: [],
      queue: { send: async () => void events.push("queued") },
      limits,
      log: { error: (what: string) => events.push(`error: ${what}`), info: () => undefined },
    };
    return only as unknown as Parts;
  };
  const atOnce = async () => undefined;
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test("a stranger's call is neither read nor written down, and the same sentence follows", async () => {
    expect(await send(atOnce)).toEqual({ status: 202, body: "it follows" });
    await settled();
    expect(events.filter((event) => event !== "store get")).toEqual([]);
    lookup.resolve(undefined);
    await settled();
    expect(events.filter((event) => event !== "store get")).toEqual([
      expect.stringContaining("told: You are not on this team's roster"),
    ]);
  });

  test("a stranger who is known to be one before the word is due is answered at once", async () => {
    let waits = 0;
    const answered = await send(() => {
      waits += 1;
      if (waits === 1) return Promise.resolve();
      lookup.resolve(undefined);
      return new Promise(() => undefined);
    });
    expect(answered).toMatchObject({
      status: 200,
      body: expect.stringContaining("not on this team's roster"),
    });
    expect(events.filter((event) => event !== "store get")).toEqual([]);
  });

  test("an answer that a stranger can't be given is lost: nothing is owed to them", async () => {
    lookup.resolve(undefined);
    const refuse = () => Promise.reject(new DeliveryRefused("closed", "there is no such conversation"));
    expect(await send(() => new Promise(() => undefined), refuse)).toEqual({ status: 204 });
    await settled();
    expect(events.filter((event) => event !== "store get")).toEqual([]);
  });

  test.each([
    ["once a minute, where nothing else is shown", { showsNothing: true }, 1],
    ["each time, where something is shown until they are", {}, 18],
  ] as const)("strangers who send more than they may hear so %s", async (_when, shows, times) => {
    const late: typeof calling.late = (known) => ({ ...calling.late(known), ...shows });
    const sendAll = sending({ atOnce: 3, perSecond: 1 });
    await Promise.all(
      Array.from({ length: 21 }, (_, index) =>
        sendAll(atOnce, { late, call: { ...calling.call, id: String(index) } }),
      ),
    );
    lookup.resolve(undefined);
    await settled();
    const told = events.filter((event) => event.startsWith("told: "));
    expect(told.filter((event) => event.includes("not on this team's roster"))).toHaveLength(3);
    expect(told.filter((event) => event.includes("Commands are coming in faster"))).toHaveLength(times);
  });

  describe("a platform doesn't take the answer by the time that it waits for", () => {
    const closed = new DeliveryRefused("closed", "there is no such conversation");
    /** What the platform hears while it is at it, and what happens once it is done. */
    async function tellingLate(end: (rendering: PromiseWithResolvers<Shown>) => void) {
      const rendering = Promise.withResolvers<Shown>();
      let waits = 0;
      // The answer is there at once, and then the time is over.
      const wait = () => (++waits === 1 ? new Promise<undefined>(() => undefined) : atOnce());
      const answered = await send(wait, () => rendering.promise);
      const before = events.length;
      end(rendering);
      await settled();
      return { answered, after: events.slice(before).filter((event) => event !== "store get") };
    }
    beforeEach(() => {
      const value = member("sams", { accounts: [calling.call.account] });
      person = { member: { value, etag: "1" } };
      lookup.resolve("sams");
    });

    test("it hears the least, and the message arrives", async () => {
      const isSent = true;
      const told = await tellingLate(({ resolve }) => resolve({ status: 200, isSent }));
      expect(told).toEqual({ answered: { status: 204 }, after: [] });
    });

    test.each<[string, (rendering: PromiseWithResolvers<Shown>) => void]>([
      ["stood in what was to be heard", ({ resolve }) => resolve({ status: 200, body: "Status" })],
      ["is refused", ({ reject }) => reject(closed)],
    ])("what %s is owed", async (_how, end) => {
      const told = await tellingLate(end);
      expect(told).toEqual({ answered: { status: 204 }, after: ["store commit", "queued"] });
    });

    test("nothing is owed to a stranger", async () => {
      person = undefined;
      lookup = Promise.withResolvers();
      lookup.resolve(undefined);
      expect(await tellingLate(({ reject }) => reject(closed))).toEqual({
        answered: { status: 204 },
        after: [],
      });
    });

    test("what nobody has foreseen is logged", async () => {
      const told = await tellingLate(({ reject }) => reject(new TypeError("a bug")));
      expect(told.after).toEqual(["error: an answer could not be given"]);
    });
  });
});
