import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OutboundMessage } from "../../../../bot/core/platform.ts";
import { serve } from "../../../../local/serve.ts";
import { refusals } from "../../../../local/teams/errors.ts";
import { unrecordedTest } from "../../../recording.ts";
import { cards } from "../cards.ts";
import { shownFrom, startTeamsWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startTeamsWorld>>;
beforeAll(async () => {
  world = await startTeamsWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.teams.setFaults(undefined);
  world.cached.clear();
});

const personal = () => world.teams.places.personal(world.teams.people.mia);
const message = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  route: "dm",
  to: { platform: "teams", account: world.teams.people.mia.objectId, data: {} },
  card: { title: "Ready", tone: "good", footer: "seen now" },
  nonce: "abcdefghijkl",
  maybeSent: false,
  ...change,
});
/** A call whose answer something follows. */
const asked = async (text = "@OpenClaw status") => {
  world.answer(() => ({ card: { title: "Hello", tone: "info" }, followed: true }));
  const place = { conversation: world.teams.places.group };
  const [call] = (await world.seen("mia", () => world.teams.send(world.teams.people.mia, text, place))).calls;
  if (!call) throw new Error("the call did not arrive");
  return call.replyTo;
};

describe("a DM", () => {
  it("reaches somebody of whom only the object id is known, and is remembered", async () => {
    const ref = await world.platform.send(message());
    expect(ref.channel).toBe(personal());
    expect(world.cached.get(`teams-reference-${world.teams.people.mia.objectId}`)?.value).toEqual({
      serviceUrl: `${world.teams.serviceUrl}`,
      conversation: personal(),
    });
  });

  it("says which operation it belongs to, in its small print and in its data", async () => {
    await world.platform.send(message());
    const last = world.fromBot("mia").at(-1);
    expect(last && shownFrom(last).text).toBe("Ready\nseen now · abcdefghijkl");
  });

  it("finds a person again whose conversation was remembered wrongly", async () => {
    const name = `teams-reference-${world.teams.people.mia.objectId}`;
    const value = { serviceUrl: world.teams.serviceUrl, conversation: "a:gone" };
    world.cached.set(name, { value, at: "" });
    expect((await world.platform.send(message())).channel).toBe(personal());
    expect(world.cached.get(name)?.value).toMatchObject({ conversation: personal() });
  });

  it("to whoever is asked in a group goes to them alone", async () => {
    const ref = await world.platform.send(message({ to: await asked() }));
    expect(ref.channel).toBe(personal());
  });

  it("fits, however much there is to say", async () => {
    await expect(world.platform.send(message({ card: cards.endless }))).resolves.toBeDefined();
  });
});

describe("what Teams refuses", () => {
  it.each(Object.keys(refusals) as (keyof typeof refusals)[])("%s closes the route", async (reason) => {
    world.teams.setFaults({ refused: { "*": reason } });
    await expect(world.platform.send(message())).rejects.toMatchObject({
      kind: "closed",
      message: `Teams answered 403 ${reason}`,
    });
  });

  it.each([500, 502, 503])("a %i passes", async (status) => {
    world.teams.setFaults({ serverErrors: { calls: 1, status } });
    await expect(world.platform.send(message())).rejects.toMatchObject({ kind: "passing" });
    // One call, and no repeat by the library: a repeat would have got through.
    expect(world.teams.faults.serverErrors.calls).toBe(0);
  });

  it("gives the time to wait as Teams gives it", async () => {
    world.teams.setFaults({ throttled: { calls: 1, retryAfter: 42 } });
    await expect(world.platform.send(message())).rejects.toMatchObject({ retryAfterSeconds: 42 });
  });

  it("a service that does not answer passes", async () => {
    const to = {
      ...message().to,
      data: { serviceUrl: "http://127.0.0.1:9/", conversation: "a:1", type: "personal" },
    };
    await expect(world.platform.send(message({ to }))).rejects.toMatchObject({ kind: "passing" });
  });

  it.each([
    ["a 403 in HTML", 403, "text/html", "<html>"],
    ["a 404 in HTML", 404, "text/html", "<html>"],
    ["a 404 without a body", 404, "text/plain", ""],
    ["a redirection", 302, "text/html", ""],
    ["an answer that is cut off", 200, "application/json", "{"],
  ])("%s, which is no word of Teams' own, passes", async (_what, status, type, body) => {
    unrecordedTest("an answer that Teams never gives");
    const door = await serve(async () => new Response(body, { status, headers: { "content-type": type } }), {
      port: 0,
      service: () => undefined,
    });
    const to = {
      ...message().to,
      data: { serviceUrl: `${door.url}/`, conversation: "a:1", type: "personal" },
    };
    await expect(world.platform.send(message({ to }))).rejects.toMatchObject({ kind: "passing" });
    await door.close();
  });

  it("no admin channel closes the route to it", async () => {
    const other = await startTeamsWorld({ adminConversation: undefined });
    await expect(other.platform.send(message({ route: "admins" }))).rejects.toMatchObject({ kind: "closed" });
    await other.close();
  });
});

describe("an answer", () => {
  it("in a group is edited where only the caller sees it", async () => {
    const to = await asked();
    const first = await world.platform.send(message({ route: "answer", to }));
    const edited = message({ route: "answer", to, edit: first, card: { title: "Done", tone: "good" } });
    expect(await world.platform.send(edited)).toEqual(first);
    const last = world.fromBot("mia").find(({ id }) => id === first.message);
    expect(last?.targeted).toBe(true);
    expect(last && shownFrom(last).text).toContain("Done");
  });

  it("that follows another takes its place, or comes anew where that is gone", async () => {
    const to = await asked();
    const first = world.fromBot("mia").at(-1);
    const ref = await world.platform.send(message({ route: "answer", to }));
    expect(ref.message).toBe(first?.id);
    await world.deleteMessage(ref, true);
    const anew = await world.platform.send(message({ route: "answer", to }));
    expect(anew.message).not.toBe(ref.message);
  });

  it("that follows another takes its place though the person has asked for something else meanwhile", async () => {
    const to = await asked();
    const first = world.fromBot("mia").at(-1);
    for (let more = 0; more < 3; more += 1) await asked("@OpenClaw help");
    expect((await world.platform.send(message({ route: "answer", to }))).message).toBe(first?.id);
  });

  it("whose message is gone is gone", async () => {
    const to = await asked();
    const edit = { channel: world.teams.places.group, message: "1" };
    await expect(world.platform.send(message({ route: "answer", to, edit }))).rejects.toMatchObject({
      kind: "gone",
    });
  });

  it("where nobody can be answered alone gives way to the next route", async () => {
    const to = await asked();
    world.cached.clear();
    world.teams.setFaults({ noTargeting: true });
    await expect(world.platform.send(message({ route: "answer", to }))).rejects.toMatchObject({
      kind: "closed",
    });
  });
});

it("reaches admins before anybody has said a word", async () => {
  const to = { platform: "teams", account: "", data: {} };
  await world.platform.send(message({ route: "admins", to }));
  expect(world.shownToAdmins().at(-1)?.text).toContain("Ready");
});
