import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minuteMs } from "../../../../bot/core/clock.ts";
import { tokenMinutes, tokensEnd, withoutDeadTokens } from "../../../../bot/core/lifetimes.ts";
import type { DeliverOptions } from "../../../../local/discord/deliver.ts";
import { people } from "../../../../local/discord/people.ts";
import { unrecordedTest } from "../../../recording.ts";
import { startDiscordWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startDiscordWorld>>;
beforeAll(async () => {
  world = await startDiscordWorld();
});
afterAll(() => world.close());
const post = (body: unknown, how: DeliverOptions = {}) => {
  unrecordedTest("only those parts of an interaction that are looked at");
  return world.discord.deliver(typeof body === "string" ? body : JSON.stringify(body), how);
};

it("has its library and its token loaded beforehand", async () => {
  const { pieces = [] } = world.platform;
  expect(pieces.map(({ name }) => name)).toEqual(["discord", "discord's token"]);
  const before = world.api.tokens.asked();
  for (const { load } of pieces) await load();
  expect(world.api.tokens.asked()).toBe(before + 1);
});

it("answers a ping", async () => {
  const outcome = await world.discord.interact(world.discord.people.mia, { ping: true });
  expect(outcome.kind).toBe("pong");
});

it("says where a call is answered so that the store finds the token, and when it is dead", async () => {
  const { calls } = await world.type("mia", "status");
  const replyTo = calls[0]?.replyTo;
  const end = new Date(world.clock.now().getTime() + tokenMinutes * minuteMs);
  expect(tokensEnd({ replyTo })).toEqual(end);
  expect(withoutDeadTokens({ replyTo }, end)).toEqual({
    replyTo: { ...replyTo, data: { ...replyTo?.data, token: undefined } },
  });
});

describe("is refused with 401 and nothing else", () => {
  it.each([
    ["a bad signature", { type: 1 }, { badSignature: true }],
    ["a stale timestamp", { type: 1 }, { timestamp: 1 }],
    ["what is no JSON", "no", {}],
    ["what is no object", "null", {}],
    ["no interaction", { hello: "world" }, {}],
    ["an unknown type", { type: 99, id: "111111111111001", token: "t" }, {}],
    [
      "a command from nobody",
      { type: 3, id: "111111111111001", token: "t", data: { custom_id: "v1:stop:" } },
      {},
    ],
    [
      "an id that is none",
      {
        type: 3,
        id: "../1",
        token: "t",
        user: { id: "111111111111001", username: "u" },
        data: { custom_id: "x" },
      },
      {},
    ],
  ])("%s", async (_what, body, how) => {
    const before = world.calls().length;
    const said = world.refusals.length;
    expect(await post(body, how)).toEqual({ status: 401, body: "" });
    expect(world.calls()).toHaveLength(before);
    expect(world.refusals).toHaveLength(said + 1);
  });
});

describe("where it comes from", () => {
  const click = { type: 3, id: "111111111111001", token: "t", data: { custom_id: "v1:stop:" } };
  const user = { id: "111111111111102", username: "mia" };
  it.each([
    ["our guild", { guild_id: "OURS", member: { user } }, "team"],
    ["another guild", { guild_id: "111111111111999", member: { user } }, "foreign"],
    ["the direct messages with the bot", { context: 1, user }, "direct"],
    ["a group of others", { context: 2, user }, "foreign"],
    ["nowhere", { user }, "foreign"],
  ])("%s", async (_where, from, place) => {
    const ours = JSON.stringify({ ...click, ...from }).replace("OURS", world.discord.guildId);
    expect((await post(ours)).status).toBe(200);
    expect(world.calls().at(-1)).toMatchObject({ place, account: { id: "111111111111102", name: "mia" } });
  });

  it.each([
    [`Mia\n${"x".repeat(10_000)}`, `Mia ${"x".repeat(75)}…`],
    [" ", "mia"],
  ])("takes one line of the name that somebody has there", async (nick, name) => {
    await post({ ...click, guild_id: world.discord.guildId, member: { user, nick } });
    expect(world.calls().at(-1)?.account.name).toBe(name);
  });

  it("gives a thread's channel as the place for another thread", async () => {
    const channel = { id: "111111111111031", type: 12, parent_id: "111111111111030" };
    await post({ ...click, guild_id: world.discord.guildId, member: { user, nick: "Mia" }, channel });
    expect(world.calls().at(-1)).toMatchObject({
      account: { name: "Mia" },
      replyTo: { data: { channel: "111111111111030" } },
    });
  });
});

it.each(["v0:stop:op1", "nonsense", "v1:"])(
  "takes the old or strange button %s as an unknown command",
  async (id) => {
    const user = { id: "111111111111102", username: "mia" };
    await post({ type: 3, id: "111111111111001", token: "t", context: 1, user, data: { custom_id: id } });
    expect(world.calls().at(-1)?.line).toEqual({ command: "unknown", options: {} });
  },
);

it("carries the same id when Discord repeats a request", async () => {
  const outcome = await world.discord.interact(world.discord.people.mia, { command: "openclaw status" });
  if (!("sent" in outcome)) throw new Error("nothing was sent");
  await post(outcome.sent);
  const [first, second] = world.calls().slice(-2);
  expect(second?.id).toBe(first?.id);
});

describe("who is named", () => {
  const add = (user: string) =>
    world.discord.interact(world.discord.people.ada, {
      command: "openclaw-admin roster add",
      options: { person: user },
    });
  const named = async (user: string) => {
    await add(user);
    return Object.values(world.calls().at(-1)?.people ?? {});
  };

  it("is a person of the server", async () => {
    expect(await named("@Max Member")).toEqual([
      { platform: "discord", id: world.discord.people.max.id, name: "Max Member" },
    ]);
  });

  it("is nobody's account where it is a bot's", async () => {
    expect(await named("@OpenClaw")).toMatchObject([{ id: world.discord.applicationId, unfit: "bot" }]);
  });

  it("is nobody's account any more where they left the server", async () => {
    world.discord.setFaults({ left: [world.discord.people.max.id] });
    expect(await named("@Max Member")).toMatchObject([{ name: "Max Member", unfit: "left" }]);
    world.discord.setFaults(undefined);
  });
});

describe("somebody who types an option", () => {
  const { mia } = people;
  const typing = (text: string, options = {}) =>
    world.discord.interact(mia, { typing: "openclaw resize", option: "size", text, options });
  const example = (count: number, name = "One", value = "v") =>
    Array.from({ length: count }, (_, i) => ({ name: `${name} ${i}`, value: `${value}${i}` }));

  it("is heard with what they have typed, and nothing is asked for", async () => {
    const heard: unknown[] = [];
    world.chooses((choosing) => {
      heard.push(choosing);
      return example(2);
    });
    const before = world.calls().length;
    expect(await typing("b2", { force: true })).toMatchObject({ kind: "choices", choices: example(2) });
    expect(heard).toEqual([
      {
        account: { platform: "discord", id: mia.id, name: "Mia Member" },
        place: "team",
        command: "resize",
        option: "size",
        typed: "b2",
      },
    ]);
    expect(world.calls()).toHaveLength(before);
  });

  it.each([
    ["too many", example(26), example(25)],
    ["a name too long", example(1, "x".repeat(150)), [{ name: `${"x".repeat(99)}…`, value: "v0" }]],
    ["a name that can't be seen", [{ name: " ", value: "v" }], [{ name: "–", value: "v" }]],
    ["a value too long", example(1, "One", "v".repeat(100)), []],
    ["a value that is none", [{ name: "One", value: "" }], []],
    [
      "two of one value",
      [
        { name: "One", value: "v" },
        { name: "Two", value: "v" },
      ],
      [{ name: "Two", value: "v" }],
    ],
    ["nothing", [], []],
  ])("is shown what Discord takes, where there is %s", async (_, found, choices) => {
    world.chooses(() => found);
    expect(await typing("b")).toMatchObject({ kind: "choices", choices });
  });

  it.each([
    ["from nobody", { member: undefined, user: undefined }],
    ["of no option", { data: { options: [{ type: 1, name: "resize", options: [] }] } }],
  ])("is refused where it is %s", async (_, payload) => {
    unrecordedTest("only those parts of an interaction that are looked at");
    const outcome = await world.discord.interact(
      mia,
      { typing: "openclaw resize", option: "size", text: "b" },
      { payload },
    );
    expect(outcome).toMatchObject({ kind: "failed", status: 401 });
  });
});

describe("what is picked in a form", () => {
  const submit = (component: object) => ({
    type: 5,
    id: "111111111111001",
    token: "t",
    context: 1,
    user: { id: "111111111111102", username: "mia" },
    data: { custom_id: "v1:resize:g", components: [{ type: 18, id: 1, component }] },
  });

  it.each([
    [["Standard_B2as_v2"], "Standard_B2as_v2"],
    [[], ""],
    [["a", "b"], "a, b"],
  ])("is read: %j", async (values, size) => {
    expect((await post(submit({ type: 3, id: 2, custom_id: "size", values }))).status).toBe(200);
    expect(world.calls().at(-1)?.line).toEqual({ command: "resize", generation: "g", options: { size } });
  });

  it.each([[undefined], ["a"], [[1]], [{}]])(
    "is refused where it is no list of texts: %j",
    async (values) => {
      expect((await post(submit({ type: 3, id: 2, custom_id: "size", values }))).status).toBe(401);
    },
  );
});
