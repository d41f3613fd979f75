import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Card } from "../../../../bot/core/card.ts";
import { cacheLifetimes } from "../../../../bot/core/lifetimes.ts";
import type { Exchange } from "../../../../local/traffic.ts";
import { unrecordedTest } from "../../../recording.ts";
import { startTeamsWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startTeamsWorld>>;
beforeAll(async () => {
  world = await startTeamsWorld();
});
afterAll(() => world.close());
const say = (card: Card) => world.answer(() => ({ card }));
const hello: Card = { title: "Hello", tone: "info" };
beforeEach(() => {
  world.teams.setFaults(undefined);
  say(hello);
});

const group = () => ({ conversation: world.teams.places.group });
const types = (text: string, place: object = {}, activity: Record<string, unknown> = {}) =>
  world.seen("mia", () => world.teams.send(world.teams.people.mia, text, place, { activity }));
const presses = (id: string, label: string, how: object = {}) =>
  world.seen("mia", () => world.teams.press(world.teams.people.mia, id, label, how));
const lastOf = (who: "mia" | "max", place?: string) => world.fromBot(who, place).at(-1);

describe("one command", () => {
  it.each([
    "/openclaw status",
    "openclaw status",
    "status",
    "@OpenClaw status",
    "\u200Bsta\u00ADtus\u00A0\uFEFF",
  ])("%j in a 1:1 chat", async (text) => {
    const { calls, shown } = await types(text);
    expect(calls).toMatchObject([{ line: { command: "status", options: {} }, place: "direct" }]);
    expect(shown?.text).toBe("Hello");
    expect(lastOf("mia")?.targeted).toBe(false);
  });

  it.each(["@OpenClaw status", "@OpenClaw /openclaw status", "/openclaw status"])(
    "%j in a group chat, answered to the caller alone",
    async (text) => {
      const { calls, shown } = await types(text, group());
      expect(calls).toMatchObject([{ line: { command: "status", options: {} }, place: "team" }]);
      expect(shown?.text).toBe("Hello");
      expect(lastOf("mia")?.targeted).toBe(true);
      expect(lastOf("max")).toBeUndefined();
    },
  );

  it("in a group chat whose type Teams leaves out is answered to the caller alone", async () => {
    const { calls } = await types("@OpenClaw status", group(), {
      conversation: { id: world.teams.places.group, tenantId: world.teams.tenantId },
    });
    expect(calls).toMatchObject([{ place: "team" }]);
    expect(lastOf("mia")?.targeted).toBe(true);
  });

  it("in a channel is answered below the post", async () => {
    const { general } = world.teams.places;
    await types("@OpenClaw status", { conversation: general });
    const message = lastOf("mia", general);
    expect(message?.rootId).toEqual(expect.any(String));
    expect(message?.targeted).toBe(true);
  });

  it("is answered 1:1 where nobody can be answered alone", async () => {
    world.teams.setFaults({ noTargeting: true });
    await types("@OpenClaw status", group());
    expect(lastOf("mia")?.conversationId).toBe(world.teams.places.personal(world.teams.people.mia));
  });

  it("is called the same when it is repeated, and otherwise in another conversation", async () => {
    const { calls } = await types("status", {}, { id: "17" });
    const again = await types("status", {}, { id: "17" });
    const elsewhere = await types("@OpenClaw status", group(), { id: "17" });
    expect(again.calls[0]?.id).toBe(calls[0]?.id);
    expect(elsewhere.calls[0]?.id).not.toBe(calls[0]?.id);
    expect(calls[0]?.id).toMatch(/^[0-9a-f]{24}$/);
  });

  it("names the caller by the object id for which Teams vouches", async () => {
    const { objectId } = world.teams.people.mia;
    expect((await types("status")).calls[0]?.account).toEqual({
      platform: "teams",
      id: objectId,
      name: "Mia Member",
      objectId,
    });
  });
});

it("an answer leaves when it was shown that the bot is typing: shown after it, that would stay", async () => {
  world.teams.setFaults({ slowMs: 200 });
  await types("status");
  const [typing, message] = readFileSync(world.traffic, "utf8")
    .trim()
    .split("\n")
    .map((line): Exchange => JSON.parse(line))
    .filter(({ request }) => request.method === "POST" && request.url.includes("/activities"))
    .slice(-2)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  expect(typing?.request.body).toMatchObject({ type: "typing" });
  expect(message?.request.body).toMatchObject({ type: "message" });
  const shownAt = Date.parse(typing?.at ?? "") + (typing?.ms ?? 0);
  expect(Date.parse(message?.at ?? "")).toBeGreaterThanOrEqual(shownAt);
});

describe("people in a command", () => {
  const { max } = { max: "Max Member" };
  const mentioned = (id: string, more: object = {}) => ({
    text: `<at>OpenClaw</at> roster add <at>${max}</at>`,
    entities: [
      { type: "mention", text: "<at>OpenClaw</at>", mentioned: { id: `28:${world.teams.appId}` } },
      { type: "mention", text: `<at>${max}</at>`, mentioned: { id, name: max, ...more } },
    ],
  });

  it("are those who are mentioned, with their object id, not the bot", async () => {
    const { objectId } = world.teams.people.max;
    const { calls } = await types(`@OpenClaw roster add @${max} role:admin`, group());
    expect(calls[0]?.line).toEqual({ command: "roster add", options: { person: objectId, role: "admin" } });
    expect(calls[0]?.people).toEqual({
      [objectId]: { platform: "teams", id: objectId, name: max, objectId },
    });
  });

  it("are looked up where the mention does not say who they are in Entra", async () => {
    const { id, objectId } = world.teams.people.max;
    const { calls } = await types("@OpenClaw x", group(), mentioned(id));
    expect(calls[0]?.people).toMatchObject({ [objectId]: { objectId, name: max } });
  });

  it("are kept by one line of their name", async () => {
    const { id, objectId } = world.teams.people.max;
    const name = `Max\n${"x".repeat(10_000)}`;
    const activity = JSON.parse(
      JSON.stringify(mentioned(id)).replaceAll(max, JSON.stringify(name).slice(1, -1)),
    );
    const { calls } = await types("@OpenClaw x", group(), activity);
    expect(calls[0]?.people[objectId]?.name).toBe(`Max ${"x".repeat(75)}…`);
  });

  it("are nobody where they can't be found: the engine says so", async () => {
    const { calls } = await types("@OpenClaw x", group(), mentioned("29:nobody"));
    expect(calls[0]).toMatchObject({ line: { options: { person: "29:nobody" } }, people: {} });
    world.teams.setFaults({ serverErrors: { calls: 2, status: 403 } });
    const hidden = await types("@OpenClaw x", group(), mentioned(world.teams.people.max.id));
    expect(hidden.calls[0]?.people).toEqual({});
  });

  it.each([
    ["throttled", { throttled: { calls: 2, retryAfter: 1 } }],
    ["out of order", { serverErrors: { calls: 2, status: 503 } }],
    ["deaf to the bot", { serverErrors: { calls: 2, status: 401 } }],
  ])(
    "are to be named again where the Bot Connector is %s, which says nothing of them",
    async (_is, faults) => {
      // The first of the two answers the sign that the bot is typing.
      world.teams.setFaults(faults);
      const { calls, shown } = await types("@OpenClaw x", group(), mentioned(world.teams.people.max.id));
      expect(calls).toEqual([]);
      expect(shown?.text).toBe("I couldn't look up Max Member just now. Send it again.");
    },
  );
});

describe("is answered 200 and does nothing", () => {
  it("another type of activity", async () => {
    expect((await types("request", {}, { type: "messageReaction" })).calls).toEqual([]);
  });

  it("somebody without an object id, such as a bot", async () => {
    unrecordedTest("a sender whom Teams would name otherwise");
    expect((await types("request", {}, { from: { id: "28:other" } })).calls).toEqual([]);
  });

  it("an invoke that is none of ours", async () => {
    unrecordedTest("an invoke that the bot's manifest does not ask for");
    const activity = { type: "invoke", name: "composeExtension/query" };
    const outcome = await world.teams.send(world.teams.people.mia, "request", {}, { activity });
    // No answer to a card, which is what the simulated client waits for.
    expect(outcome).toMatchObject({ kind: "failed", status: 200 });
  });

  it("what is said in a group but not to the bot, when the bot gets all of it", async () => {
    const { calls, shown } = await types("@OpenClaw x", group(), { entities: [], text: "hello all" });
    expect([calls, shown]).toEqual([[], undefined]);
  });
});

describe("a button", () => {
  const line = { command: "stop", options: {}, generation: "g1" };
  const asks: Card = { title: "Sure?", tone: "bad", buttons: [{ label: "Yes", line, once: true }] };
  const shows: Card = { title: "Yours", tone: "info", buttons: [{ label: "Stop", line }] };
  const ask = async (card: Card, place: object = {}) => {
    say(card);
    return (await types("@OpenClaw status", place)).shown?.id ?? "";
  };

  it("that works once takes its card along when it has worked", async () => {
    const id = await ask(asks);
    say({ title: "Stopping.", tone: "working" });
    const { calls, shown } = await presses(id, "Yes");
    expect(calls[0]?.line).toEqual(line);
    expect(shown).toMatchObject({ id, buttons: [] });
    expect(shown?.text).toBe("Stopping.");
  });

  it("leaves its card when it was refused", async () => {
    const id = await ask(asks);
    say({ title: "That is too late.", tone: "bad" });
    expect((await presses(id, "Yes")).shown).toEqual({ id: "", text: "That is too late.", buttons: [] });
    expect(world.fromBot("mia").find((message) => message.id === id)).toBeDefined();
  });

  it("is answered by a line, or by a message when there is more to say", async () => {
    const id = await ask(shows);
    say({ title: "Stopping.", tone: "working", text: "Soon." });
    expect((await presses(id, "Stop")).shown).toEqual({ id: "", text: "Stopping.\n\nSoon.", buttons: [] });
    say({ ...asks, title: "Really?" });
    const { shown } = await presses(id, "Stop");
    expect(shown?.id).not.toBe(id);
    expect(shown).toMatchObject({ text: "Really?", buttons: ["Yes"] });
  });

  it("is answered in place when no message can be sent", async () => {
    const id = await ask(shows);
    say(asks);
    world.teams.setFaults({ serverErrors: { calls: 5, status: 503 } });
    expect((await presses(id, "Stop")).shown).toMatchObject({ id, buttons: ["Yes"] });
  });

  it("works as a message from a client that knows no Action.Execute", async () => {
    const id = await ask(asks);
    say({ title: "Stopping.", tone: "working" });
    const { calls, shown } = await presses(id, "Yes", { submit: true });
    expect(calls[0]?.line).toEqual(line);
    expect(shown).toMatchObject({ id, text: "Stopping.", buttons: [] });
  });

  it("in a group is answered to who pressed it", async () => {
    const id = await ask(shows, group());
    say(asks);
    const { calls } = await presses(id, "Stop");
    expect(calls[0]?.place).toBe("team");
    expect(lastOf("mia")).toMatchObject({ targeted: true, conversationId: world.teams.places.group });
  });

  it("that says it is later answered says so at once", async () => {
    const id = await ask(shows);
    world.answer(() => "later");
    expect((await presses(id, "Stop")).shown?.text).toBe("One moment …");
  });

  it.each([
    ["nothing of ours", { hello: "world" }],
    ["a line of a version that is gone", { openclaw: "v0:stop" }],
    ["no object", "v1:stop:"],
  ])("that carries %s is a command that nobody knows", async (_what, data) => {
    const id = await ask(shows);
    say(hello);
    expect((await presses(id, "Stop", { data })).calls[0]?.line.command).toBe("unknown");
  });

  it("takes from its data the line and the fields of its form, and nothing else", async () => {
    const id = await ask(shows);
    const data = { openclaw: "v1:stop:g1", fields: ["a", "b"], a: "1", b: { c: 2 }, confirmed: "x" };
    expect((await presses(id, "Stop", { data })).calls[0]?.line).toEqual({ ...line, options: { a: "1" } });
  });
});

describe("while nothing can be remembered", () => {
  let forgetful: typeof world;
  beforeAll(async () => {
    const lost = async () => {
      throw new Error("the storage is down");
    };
    forgetful = await startTeamsWorld({ cache: { cached: async () => undefined, cache: lost } });
  });
  afterAll(() => forgetful.close());

  it("an answer is an answer, given once, to what is typed and to a click", async () => {
    const line = { command: "stop", options: {}, generation: "g1" };
    const { mia } = forgetful.teams.people;
    forgetful.answer(() => ({ card: { ...hello, buttons: [{ label: "Stop", line, once: true }] } }));
    const { shown } = await forgetful.seen("mia", () => forgetful.teams.send(mia, "status"));
    expect(shown?.buttons).toEqual(["Stop"]);
    forgetful.answer(() => ({ card: { title: "Stopping.", tone: "working" } }));
    const press = () => forgetful.teams.press(mia, shown?.id ?? "", "Stop");
    expect((await forgetful.seen("mia", press)).shown?.text).toBe("Stopping.");
  });
});

describe("a form", () => {
  const fields = [{ name: "address", label: "Address" }];
  const form = { title: "Open", line: { command: "open-access", options: {} }, fields };

  it("stays for another try when what was given is refused, and goes when it is accepted", async () => {
    world.answer(() => ({ form }));
    const { form: asked } = await types("open-access");
    say({ title: "That is no address.", tone: "bad" });
    expect((await asked?.fill({ address: "x" }))?.shown).toMatchObject({ text: "That is no address." });
    say({ title: "Opening.", tone: "working" });
    const done = await asked?.fill({ address: "203.0.113.7" });
    expect(done?.calls[0]?.line.options).toEqual({ address: "203.0.113.7" });
    expect(done?.shown).toMatchObject({ text: "Opening.", buttons: [] });
  });
});

describe("where the bot meets people", () => {
  it("is remembered, so that it can write to them later", async () => {
    const { people, places } = world.teams;
    await world.teams.install(people.max, "add");
    expect(world.cached.get(`teams-reference-${people.max.objectId}`)?.value).toEqual({
      serviceUrl: world.teams.serviceUrl,
      conversation: places.personal(people.max),
    });
    await world.teams.install(people.ada, "add", places.general);
    expect(world.cached.get("teams-service")?.value).toEqual({ serviceUrl: world.teams.serviceUrl });
    expect(world.cached.has(`teams-reference-${people.ada.objectId}`)).toBe(false);
    // Whoever writes to the bot could leave some: each has a lifetime.
    const kinds = Object.keys(cacheLifetimes);
    const others = [...world.cached.keys()].filter(
      (name) => !kinds.some((kind) => name.startsWith(`teams-${kind}-`)),
    );
    expect(others).toEqual(["teams-service"]);
  });

  it("is written once a day where it is the same", async () => {
    const { people } = world.teams;
    await world.teams.install(people.max, "add");
    const name = `teams-reference-${people.max.objectId}`;
    const { value } = world.cached.get(name) ?? expect.fail("nothing was written");
    const writtenAt = async (before: number) => {
      const at = new Date(world.clock.now().getTime() - before).toISOString();
      world.cached.set(name, { value, at });
      await world.teams.install(people.max, "add");
      return world.cached.get(name)?.at === at ? "before" : "now";
    };
    expect(await writtenAt(86_400_000)).toBe("before");
    expect(await writtenAt(86_401_000)).toBe("now");
  });
});
