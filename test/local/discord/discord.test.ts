import {
  ActionRowBuilder,
  type APIApplicationCommand,
  type APIChannel,
  type APIMessage,
  ButtonBuilder,
  ButtonStyle,
  type DiscordAPIError,
  EmbedBuilder,
  RateLimitError,
  Routes,
} from "discord.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generalChannelId, people, privateChannelId } from "../../../local/discord/people.ts";
import { unrecordedTest } from "../../recording.ts";
import { startWorld } from "./world.ts";

const { ada, mia, max, sam } = people;
/** The direct channel of Mia and the bot. */
const miaDm = "1100000000000000201";
let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.discord().setFaults(undefined);
  world.bot.answer = () => ({ type: 4, data: { content: "Hello", flags: 64 } });
  world.bot.received.length = 0;
});
afterAll(() => world.close());

const button = (customId: string) =>
  new ButtonBuilder().setCustomId(customId).setLabel(customId).setStyle(ButtonStyle.Primary);
const row = (...ids: string[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(ids.map(button)).toJSON();
const post = async (channelId: string, body: object) =>
  (await world.rest().post(Routes.channelMessages(channelId), { body })) as APIMessage;
const dmOf = async (userId: string) =>
  (await world.rest().post(Routes.userChannels(), { body: { recipient_id: userId } })) as APIChannel;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: DiscordAPIError) => error,
  );
const original = (token: string) => Routes.webhookMessage(world.discord().applicationId, token, "@original");

describe("the REST API, through discord.js", () => {
  it("registers commands, keeps their ids, and lists them back", async () => {
    const first = (await world.rest().get(world.guildCommands)) as APIApplicationCommand[];
    expect(first.map(({ name }) => name)).toEqual(["openclaw", "openclaw-admin"]);
    expect(first[1]?.default_member_permissions).toBe("0");
    const [command] = first;
    const path = `${world.guildCommands}/${command?.id}` as const;
    const patched = (await world
      .rest()
      .patch(path, { body: { description: "Changed" } })) as APIApplicationCommand;
    expect(patched).toMatchObject({ id: command?.id, description: "Changed" });
    await world.rest().patch(path, { body: { description: command?.description } });
    const added = { name: "extra", description: "One more" };
    const extra = (await world.rest().post(world.guildCommands, { body: added })) as APIApplicationCommand;
    await world.rest().delete(`${world.guildCommands}/${extra.id}`);
    expect(await failure(world.rest().get(`${world.guildCommands}/${extra.id}`))).toMatchObject({
      code: 10063,
    });
  });

  it("refuses what Discord refuses in a command, and says where", async () => {
    unrecordedTest("commands that Discord refuses");
    const options = [
      { type: 3, name: "a", description: "a" },
      { type: 3, name: "b", description: "b", required: true },
    ];
    const bad = [
      { name: "Loud", description: "" },
      { name: "x", description: "x", options },
    ];
    const error = await failure(world.rest().put(world.guildCommands, { body: bad }));
    expect(error).toMatchObject({ status: 400, code: 50035 });
    expect(JSON.stringify(error?.rawError)).toContain("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID");
  });

  it("creates, lists, edits and deletes messages in a direct channel", async () => {
    const dm = await dmOf(mia.id);
    expect((await dmOf(mia.id)).id).toBe(dm.id);
    const embeds = [
      new EmbedBuilder().setTitle("Ready").addFields({ name: "State", value: "ready" }).toJSON(),
    ];
    const message = await post(dm.id, {
      content: "Queued",
      embeds,
      components: [row("v1:stop", "v1:start")],
    });
    expect(message.components?.[0]).toMatchObject({ id: 1, components: [{ id: 2 }, { id: 3 }] });
    const path = Routes.channelMessage(dm.id, message.id);
    await world.rest().patch(path, { body: { content: "Ready", components: [] } });
    expect(await world.rest().get(path)).toMatchObject({
      content: "Ready",
      embeds: [{ title: "Ready" }],
      components: [],
    });
    expect(world.discord().messagesFor(mia.id, dm.id)).toHaveLength(1);
    expect(world.discord().messagesFor(max.id, dm.id)).toHaveLength(0);
    await world.rest().delete(path);
    expect(await failure(world.rest().get(path))).toMatchObject({ status: 404, code: 10008 });
  });

  it("answers a repeated nonce with the first message, for some minutes", async () => {
    const body = { content: "Once", nonce: "op-1", enforce_nonce: true };
    const first = await post(generalChannelId, body);
    expect((await post(generalChannelId, body)).id).toBe(first.id);
    world.pass(10 * 60_000);
    expect((await post(generalChannelId, body)).id).not.toBe(first.id);
    const query = new URLSearchParams({ limit: "2" });
    const latest = (await world
      .rest()
      .get(Routes.channelMessages(generalChannelId), { query })) as APIMessage[];
    expect(latest.map(({ nonce }) => nonce)).toEqual(["op-1", "op-1"]);
  });

  it.each([
    ["content", { content: "x".repeat(2001) }, "content"],
    ["embed description", { embeds: [{ description: "x".repeat(4097) }] }, "description"],
    [
      "sum of embeds",
      { embeds: [1, 2].map(() => ({ description: "x".repeat(3500) })) },
      "MAX_EMBED_SIZE_EXCEEDED",
    ],
    ["six rows", { components: [..."abcdef"].map((id) => row(id)) }, "components"],
    ["six buttons", { components: [row(..."abcdef")] }, "components"],
    ["one custom id twice", { components: [row("a"), row("a")] }, "COMPONENT_CUSTOM_ID_DUPLICATED"],
    [
      "long custom id",
      {
        components: [
          { type: 1, components: [{ type: 2, style: 1, label: "x", custom_id: "x".repeat(101) }] },
        ],
      },
      "custom_id",
    ],
    [
      "long label",
      {
        components: [{ type: 1, components: [{ type: 2, style: 1, label: "x".repeat(81), custom_id: "x" }] }],
      },
      "label",
    ],
  ])("refuses a message for its %s", async (_what, body, where) => {
    unrecordedTest("a message that Discord refuses");
    const error = await failure(post(generalChannelId, body));
    expect(error).toMatchObject({ status: 400, code: 50035 });
    expect(JSON.stringify(error?.rawError)).toContain(where);
  });

  it("refuses an empty message, a wrong token and unknown places", async () => {
    unrecordedTest("a message that Discord refuses");
    expect(await failure(post(generalChannelId, {}))).toMatchObject({ status: 400, code: 50006 });
    expect(await failure(post("1", { content: "x" }))).toMatchObject({ status: 404, code: 10003 });
    expect(await failure(post(privateChannelId, { content: "x" }))).toMatchObject({
      status: 403,
      code: 50001,
    });
    expect(await failure(dmOf("1"))).toMatchObject({ status: 400, code: 50033 });
    expect(await failure(world.rest().setToken("x").get(Routes.user()))).toMatchObject({ status: 401 });
    expect(await world.rest().get(Routes.user())).toMatchObject({ bot: true, username: "openclaw" });
    expect(await world.rest().get(Routes.guild(world.discord().guildId))).toMatchObject({ name: "Contoso" });
  });

  it("opens private threads, which their members and administrators see", async () => {
    const thread = (await world.rest().post(Routes.threads(generalChannelId), {
      body: { name: "Mia's instance", type: 12, invitable: false },
    })) as APIChannel;
    await world.rest().put(Routes.threadMembers(thread.id, mia.id));
    await post(thread.id, { content: "Here, as your direct messages are closed" });
    const seen = [mia, ada, max].map(({ id }) => world.discord().messagesFor(id, thread.id).length);
    expect(seen).toEqual([1, 1, 0]);
    const active = await world.rest().get(Routes.guildActiveThreads(world.discord().guildId));
    expect(active).toMatchObject({ threads: [{ id: thread.id, parent_id: generalChannelId }] });
    expect(await world.rest().get(Routes.channel(thread.id))).toMatchObject({ name: "Mia's instance" });
  });

  it("fails on demand: closed messages, rate limits, errors, an answer that is lost", async () => {
    const dm = await dmOf(mia.id);
    world.discord().setFaults({ dmsClosed: [mia.id] });
    expect(await failure(post(dm.id, { content: "x" }))).toMatchObject({ status: 403, code: 50007 });
    world.discord().setFaults({ serverErrors: { calls: 1, status: 503 } });
    expect(await failure(post(generalChannelId, { content: "x" }))).toMatchObject({ status: 503 });
    world.discord().setFaults({ serverErrors: { calls: 1, status: 401 } });
    expect(await failure(world.rest().get(Routes.user()))).toMatchObject({
      status: 401,
      rawError: { message: "401: Unauthorized", code: 0 },
    });
    world.discord().setFaults({ rateLimited: { calls: 1, retryAfter: 2 } });
    const limited = await failure(post(generalChannelId, { content: "x" }));
    expect(limited).toBeInstanceOf(RateLimitError);
    world.discord().setFaults({ lostAnswers: 1 });
    expect(await failure(post(generalChannelId, { content: "sent all the same" }))).toMatchObject({
      status: 502,
    });
    expect(world.discord().messagesFor(sam.id).at(-1)?.content).toBe("sent all the same");
  });
});

describe("people, who use the bot in their client", () => {
  it("type a command, and alone see the ephemeral answer", async () => {
    const outcome = await world.discord().interact(mia, {
      command: "openclaw open-access",
      options: { address: "203.0.113.7", hours: "12" },
    });
    expect(outcome).toMatchObject({ kind: "message", message: { content: "Hello", flags: 64 } });
    expect(world.bot.received[0]).toMatchObject({
      type: 2,
      context: 0,
      member: { user: { id: mia.id } },
      data: {
        name: "openclaw",
        options: [
          {
            type: 1,
            name: "open-access",
            options: [
              { name: "address", type: 3, value: "203.0.113.7" },
              { name: "hours", type: 4, value: 12 },
            ],
          },
        ],
      },
    });
    const mine = world.discord().messagesFor(mia.id).at(-1);
    expect(mine?.interaction?.name).toBe("openclaw open-access");
    expect(
      world
        .discord()
        .messagesFor(ada.id)
        .some(({ id }) => id === mine?.id),
    ).toBe(false);
    const path = Routes.channelMessage(generalChannelId, mine?.id ?? "");
    expect(await failure(world.rest().patch(path, { body: { content: "x" } }))).toMatchObject({
      code: 10008,
    });
  });

  it("name each other; the interaction brings who is meant", async () => {
    const command = "openclaw-admin roster add";
    await world.discord().interact(ada, { command, options: { user: "@Mia Member", role: "User" } });
    expect(world.bot.received[0]?.data).toMatchObject({
      options: [
        { type: 2, options: [{ type: 1, options: [{ type: 6, value: mia.id }, { value: "user" }] }] },
      ],
      resolved: { users: { [mia.id]: { username: mia.username } }, members: { [mia.id]: { roles: [] } } },
    });
  });

  it("attach a file to an option that takes one; whoever has its address gets it", async () => {
    const options = [
      { type: 11, name: "file", description: "A file" },
      { type: 3, name: "text", description: "A text" },
    ];
    const body = { name: "attach", description: "Takes a file", options };
    const made = (await world.rest().post(world.guildCommands, { body })) as APIApplicationCommand;
    const file = { name: "team list.json", text: '{"members":[]}' };
    const act = (about: object) => world.discord().interact(mia, { command: "attach", ...about });
    await act({ files: { file } });
    const data = world.bot.received[0]?.data as {
      options: { value: string }[];
      resolved: { attachments: Record<string, { url: string }> };
    };
    const id = data.options[0]?.value ?? "";
    expect(data).toMatchObject({
      options: [{ type: 11, name: "file" }],
      resolved: { attachments: { [id]: { id } } },
    });
    expect(data.resolved.attachments[id]).toMatchObject({
      filename: "team_list.json",
      size: 14,
      ephemeral: true,
    });
    const url = data.resolved.attachments[id]?.url ?? "";
    expect(await (await fetch(url)).text()).toBe(file.text);
    expect((await fetch(url.replace(/hm=.*/, "hm=0"))).status).toBe(404);
    expect(await act({ files: { text: file } })).toMatchObject({ kind: "refused" });
    expect(await act({ options: { file: "typed" } })).toMatchObject({ kind: "refused" });
    await world.rest().delete(`${world.guildCommands}/${made.id}`);
  });

  it.each([
    [{ command: "openclaw" }, "Choose one of: request, status, resize, open-access"],
    [{ command: "openclaw fly" }, "has no “fly”"],
    [{ command: "nonsense" }, "Available: openclaw."],
    [{ command: "openclaw open-access" }, "“address” is required"],
    [{ command: "openclaw open-access", options: { address: "1", hours: 99 } }, "“hours” must be a number"],
    [{ command: "openclaw status", options: { x: 1 } }, "no option “x”"],
    [{ command: "openclaw-admin roster add", options: {} }, "There is no command /openclaw-admin"],
    [{ command: "openclaw status", channelId: miaDm }, "not in direct messages"],
  ])("are refused by the client for %j", async (action, reason) => {
    const outcome = await world.discord().interact(mia, action);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
    expect(world.bot.received).toHaveLength(0);
  });

  it("click buttons in a direct message, and forge them", async () => {
    const dm = await dmOf(mia.id);
    const { id: messageId } = await post(dm.id, { content: "Ready", components: [row("v1:stop:g1")] });
    world.bot.answer = () => ({ type: 7, data: { content: "Stopping", components: [] } });
    expect((await world.discord().interact(max, { click: "v1:stop:g1", messageId })).kind).toBe("refused");
    expect((await world.discord().interact(mia, { click: "v1:stop:g1", messageId })).kind).toBe("updated");
    expect(world.bot.received[0]).toMatchObject({ type: 3, context: 1, user: { id: mia.id } });
    expect(world.bot.received[0]).not.toHaveProperty("guild_id");
    expect(world.discord().messagesFor(mia.id, dm.id).at(-1)).toMatchObject({
      content: "Stopping",
      components: [],
    });
    world.bot.answer = () => ({ type: 6 });
    await world.discord().interact(mia, { click: "v1:admin:g1", messageId }, { forge: true });
    expect(world.bot.received[1]?.data?.custom_id).toBe("v1:admin:g1");
    world.bot.answer = () => ({ type: 4, data: { content: "Not here", flags: 64 } });
    const elsewhere = { command: "openclaw status", channelId: privateChannelId };
    await world.discord().interact(mia, elsewhere, { forge: true });
    expect(world.bot.received[2]?.context).toBe(2);
  });

  it("fill in a modal", async () => {
    const input = { type: 4, custom_id: "name", style: 1, min_length: 3 };
    const modal = {
      custom_id: "v1:teardown:g1",
      title: "Tear down",
      components: [{ type: 18, label: "Name", component: input }],
    };
    const { id: messageId } = await post(generalChannelId, {
      content: "Card",
      components: [row("v1:teardown:g1")],
    });
    world.bot.answer = () => ({ type: 9, data: modal });
    const opened = await world.discord().interact(mia, { click: "v1:teardown:g1", messageId });
    if (opened.kind !== "modal") throw new Error(opened.kind);
    const short = await world.discord().interact(mia, { submit: opened.modalId, values: { name: "x" } });
    expect(short).toMatchObject({ kind: "refused", reason: expect.stringContaining("3 to 4000") });
    world.bot.answer = () => ({ type: 4, data: { content: "Torn down", flags: 64 } });
    const done = await world
      .discord()
      .interact(mia, { submit: opened.modalId, values: { name: "openclaw-mia" } });
    expect(done.kind).toBe("message");
    expect(world.bot.received[1]).toMatchObject({
      type: 5,
      data: { custom_id: "v1:teardown:g1", components: [{ component: { value: "openclaw-mia" } }] },
      message: { id: messageId },
    });
  });

  it("pick from a select in a modal", async () => {
    const select = {
      type: 3,
      custom_id: "size",
      options: [
        { label: "Small", value: "s" },
        { label: "Large", value: "l" },
      ],
    };
    const modal = {
      custom_id: "v1:resize:g1",
      title: "Size",
      components: [{ type: 18, label: "Size", component: select }],
    };
    const { id: messageId } = await post(generalChannelId, {
      content: "Card",
      components: [row("v1:resize:g1")],
    });
    world.bot.answer = () => ({ type: 9, data: modal });
    const opened = await world.discord().interact(mia, { click: "v1:resize:g1", messageId });
    if (opened.kind !== "modal") throw new Error(opened.kind);
    const submit = (size: string) =>
      world.discord().interact(mia, { submit: opened.modalId, values: { size } });
    expect(await submit("")).toMatchObject({ kind: "refused", reason: expect.stringContaining("required") });
    expect(await submit("m")).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("doesn't offer"),
    });
    world.bot.answer = () => ({ type: 4, data: { content: "Done", flags: 64 } });
    expect((await submit("l")).kind).toBe("message");
    expect(world.bot.received.at(-1)).toMatchObject({
      type: 5,
      data: { components: [{ type: 18, component: { type: 3, custom_id: "size", values: ["l"] } }] },
    });
  });

  it("type an option, and see what it can be", async () => {
    const choices = [{ name: "2 vCPU, 4 GB", value: "Standard_B2als_v2" }];
    world.bot.answer = () => ({ type: 8, data: { choices } });
    const typing = { typing: "openclaw resize", option: "size", text: "2 v", options: { force: true } };
    expect(await world.discord().interact(mia, typing)).toMatchObject({ kind: "choices", choices });
    expect(world.bot.received.at(-1)).toMatchObject({
      type: 4,
      data: {
        name: "openclaw",
        options: [
          {
            type: 1,
            name: "resize",
            options: [
              { type: 3, name: "size", value: "2 v", focused: true },
              { type: 5, name: "force", value: true },
            ],
          },
        ],
      },
    });
    const before = world.bot.received.length;
    const force = { typing: "openclaw resize", option: "force", text: "t" };
    expect(await world.discord().interact(mia, force)).toMatchObject({ kind: "refused" });
    const elsewhere = { ...typing, typing: "openclaw status" };
    expect(await world.discord().interact(mia, elsewhere)).toMatchObject({ kind: "refused" });
    expect(world.bot.received).toHaveLength(before);
  });

  it.each([
    ["a message", { type: 4, data: { content: "Hello" } }],
    ["a deferred message", { type: 5 }],
    ["no list", { type: 8, data: {} }],
    ["26 choices", { type: 8, data: { choices: Array(26).fill({ name: "One", value: "1" }) } }],
    ["a name too long", { type: 8, data: { choices: [{ name: "x".repeat(101), value: "1" }] } }],
    ["a name that is empty", { type: 8, data: { choices: [{ name: "", value: "1" }] } }],
    ["a value too long", { type: 8, data: { choices: [{ name: "One", value: "x".repeat(101) }] } }],
    ["a number for a text", { type: 8, data: { choices: [{ name: "One", value: 1 }] } }],
  ])("are shown nothing where the bot answers %s to what they type", async (_, answer) => {
    unrecordedTest("the bot's answer is one that Discord refuses");
    world.bot.answer = () => answer;
    const typing = { typing: "openclaw resize", option: "size", text: "" };
    expect(await world.discord().interact(mia, typing)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("does not accept"),
    });
  });

  it("are shown no choices as the answer to a command", async () => {
    unrecordedTest("the bot's answer is one that Discord refuses");
    world.bot.answer = () => ({ type: 8, data: { choices: [] } });
    const outcome = await world.discord().interact(mia, { command: "openclaw status" });
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("does not fit") });
  });

  it("wait for a deferred answer, which the token edits for 15 minutes", async () => {
    world.bot.answer = () => ({ type: 5, data: { flags: 64 } });
    await world.discord().interact(mia, { command: "openclaw request" });
    const token = world.bot.received[0]?.token ?? "";
    await world.rest().patch(original(token), { body: { content: "On its way" }, auth: false });
    expect(await world.rest().get(original(token), { auth: false })).toMatchObject({
      content: "On its way",
      flags: 64,
    });
    const followUp = Routes.webhook(world.discord().applicationId, token);
    await world.rest().post(followUp, { body: { content: "More", flags: 64 }, auth: false });
    expect(
      world
        .discord()
        .messagesFor(mia.id)
        .slice(-2)
        .map(({ content }) => content),
    ).toEqual(["On its way", "More"]);
    await world.rest().delete(original(token), { auth: false });
    world.pass(15 * 60_000 + 1);
    const late = failure(world.rest().patch(original(token), { body: { content: "Late" }, auth: false }));
    expect(await late).toMatchObject({ status: 401, code: 50027 });
  });

  it("hear when the bot is late, breaks, or answers what Discord refuses", async () => {
    unrecordedTest("answers that Discord refuses");
    const status = { command: "openclaw status" };
    world.bot.answer = () => new Promise((resolve) => setTimeout(resolve, 300, { type: 5 }));
    expect((await world.discord().interact(mia, status, { deadline: 50 })).kind).toBe("failed");
    world.bot.answer = () => new Response("oops", { status: 500 });
    expect(await world.discord().interact(mia, status)).toMatchObject({ kind: "failed", status: 500 });
    for (const bad of [
      { type: 7, data: { content: "x" } },
      { type: 4, data: {} },
      { type: 4, data: { content: "x".repeat(2001) } },
    ]) {
      world.bot.answer = () => bad;
      expect((await world.discord().interact(mia, status)).kind).toBe("failed");
    }
  });

  it("sign what they send: PING, a wrong signature, a replay", async () => {
    expect((await world.discord().interact(ada, { ping: true })).kind).toBe("pong");
    expect(await world.discord().deliver("{}", { badSignature: true })).toEqual({ status: 401, body: "" });
    const outcome = await world.discord().interact(mia, { command: "openclaw status" });
    if (!("sent" in outcome)) throw new Error(outcome.kind);
    await world.discord().deliver(JSON.stringify(outcome.sent));
    expect(world.bot.received.map(({ id }) => id)).toEqual([outcome.sent["id"], outcome.sent["id"]]);
  });
});

it("finds everything after a restart: key, commands, messages, tokens", async () => {
  await world.discord().interact(mia, { command: "openclaw status" });
  const token = world.bot.received[0]?.token ?? "";
  const before = [
    world.discord().publicKey,
    world.discord().messagesFor(mia.id),
    world.discord().commandsFor(ada.id),
  ];
  await world.restart();
  expect([
    world.discord().publicKey,
    world.discord().messagesFor(mia.id),
    world.discord().commandsFor(ada.id),
  ]).toEqual(before);
  await world.rest().patch(original(token), { body: { content: "Still known" }, auth: false });
  expect(world.discord().messagesFor(mia.id).at(-1)?.content).toBe("Still known");
});

it("shows a client only the commands that its person may use", () => {
  const names = (userId: string, all = false) =>
    world
      .discord()
      .commandsFor(userId, all)
      .map(({ name }) => name);
  expect(names(ada.id)).toEqual(["openclaw", "openclaw-admin"]);
  expect(names(mia.id)).toEqual(["openclaw"]);
  expect(names(mia.id, true)).toEqual(["openclaw", "openclaw-admin"]);
});
