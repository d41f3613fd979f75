import { MessageFactory, TeamsInfo } from "botbuilder";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { firstPeople } from "../../../local/azure/seed/directory.ts";
import { people as onDiscord } from "../../../local/discord/people.ts";
import { forgeries } from "../../../local/teams/issuer.ts";
import { people } from "../../../local/teams/people.ts";
import { unrecordedTest } from "../../recording.ts";
import { cardMessage, cardOf, startWorld } from "./world.ts";

const { ada, mia, max, sam, gus } = people;
const teams = () => world.teams();
const texts = (person: { id: string }, place?: string) =>
  teams()
    .messagesFor(person.id, place)
    .map(({ text }) => text);

let world: Awaited<ReturnType<typeof startWorld>>;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.bot.received.length = 0;
  world.bot.turn = async () => undefined;
  teams().setFaults(undefined);
});

const conversationOf = () => world.bot.received[0]?.conversation;

it("has the people of the directory, under the names that they have on Discord", () => {
  expect(Object.values(people).map(({ name }) => name)).toEqual(
    Object.values(onDiscord).map(({ name }) => name),
  );
  for (const { objectId, name } of Object.values(people))
    expect(firstPeople.find(({ id }) => id === objectId)?.displayName).toBe(name);
});

describe("What a person writes", () => {
  it("is plain text in a 1:1 chat, also with a slash", async () => {
    expect((await teams().send(mia, "/openclaw request")).kind).toBe("sent");
    expect(world.bot.received[0]).toMatchObject({
      text: "/openclaw request",
      from: { id: mia.id, name: "Mia Member", aadObjectId: mia.objectId },
      conversation: { id: teams().places.personal(mia), conversationType: "personal" },
      channelData: { tenant: { id: teams().tenantId } },
    });
    expect(world.bot.received[0]?.recipient).not.toHaveProperty("isTargeted");
  });

  it("reaches the bot from a channel or a group chat only when it is mentioned", async () => {
    const { general, group } = teams().places;
    expect((await teams().send(mia, "hello all", { conversation: general })).kind).toBe("posted");
    expect(world.bot.received).toEqual([]);
    await teams().send(ada, "@OpenClaw roster add @Max Member", { conversation: group });
    expect(world.bot.received[0]).toMatchObject({
      text: "<at>OpenClaw</at> roster add <at>Max Member</at>",
      conversation: { id: group, conversationType: "groupChat", isGroup: true },
      entities: [
        { type: "mention", mentioned: { id: `28:${teams().appId}` }, text: "<at>OpenClaw</at>" },
        { mentioned: { id: max.id, name: max.name }, text: "<at>Max Member</at>" },
        { type: "clientInfo" },
      ],
    });
  });

  it("can quote a message, and can be sent on with one", async () => {
    const { group } = teams().places;
    const said = await teams().send(max, "a < b & c", { conversation: group });
    const id = said.kind === "posted" ? said.messageId : "";
    await teams().send(mia, "@OpenClaw stop", { conversation: group, quotes: id });
    expect(world.bot.received[0]).toMatchObject({
      text: `<quoted messageId="${id}"/> <at>OpenClaw</at> stop`,
      entities: [
        { type: "mention", text: "<at>OpenClaw</at>" },
        { type: "quotedReply", quotedReply: { messageId: id, senderId: max.id, preview: "a < b & c" } },
        { type: "clientInfo" },
      ],
    });
    await teams().send(mia, "see this", { forwards: id });
    expect(world.bot.received[1]).toMatchObject({
      text: "see this\r\n\r\na &lt; b &amp; c",
      attachments: [
        { contentType: "text/html", content: expect.stringContaining("schema.skype.com/Forward") },
      ],
    });
    expect((await teams().send(sam, "x", { quotes: id })).kind).toBe("refused");
  });

  it("has & as in HTML, and leaves the text of a mention out where it is in the name", async () => {
    await teams().send(mia, `@OpenClaw roster add @${gus.name}`, { conversation: teams().places.group });
    expect(world.bot.received[0]?.text).toBe("<at>OpenClaw</at> roster add <at>Gus Guest (R&amp;D)</at>");
    const mention = { type: "mention", mentioned: { id: gus.id, name: gus.name } };
    expect(world.bot.received[0]?.entities?.[1]).toEqual(mention);
  });

  it("can have a file with it in a 1:1 chat, which the bot gets without a token", async () => {
    const file = { name: "team.json", text: '{"members":[]}' };
    await teams().send(mia, "import", { file });
    const [sent] = (world.bot.received[0]?.attachments ?? []) as { content: { downloadUrl: string } }[];
    expect(sent).toMatchObject({
      contentType: "application/vnd.microsoft.teams.file.download.info",
      name: "team.json",
      content: { fileType: "json", uniqueId: expect.any(String) },
    });
    const url = sent?.content.downloadUrl ?? "";
    expect(await (await fetch(url)).text()).toBe(file.text);
    expect((await fetch(url.replace(/tempauth=.*/, ""))).status).toBe(401);
    const inGroup = await teams().send(mia, "@OpenClaw import", { file, conversation: teams().places.group });
    expect(inGroup).toMatchObject({ kind: "refused", reason: expect.stringContaining("only in a 1:1 chat") });
  });

  it("is a thread of its own in a channel, where answers go", async () => {
    const { general } = teams().places;
    world.bot.turn = async (context) => {
      await context.sendActivity("Here");
      return undefined;
    };
    const sent = await teams().send(mia, "@OpenClaw status", { conversation: general });
    const root = sent.kind === "sent" ? sent.messageId : "";
    expect(conversationOf()?.id).toBe(`${general};messageid=${root}`);
    expect(teams().messagesFor(max.id, general).at(-1)).toMatchObject({ text: "Here", rootId: root });
  });

  it("is targeted at the bot when it starts with a slash in a group", async () => {
    const { group } = teams().places;
    await teams().send(mia, "/openclaw status", { conversation: group });
    expect(world.bot.received[0]).toMatchObject({ text: "status", recipient: { isTargeted: true } });
    expect(texts(mia, group)).toContain("/openclaw status");
    expect(texts(max, group)).not.toContain("/openclaw status");
    teams().setFaults({ noTargeting: true });
    expect((await teams().send(mia, "/openclaw status", { conversation: group })).kind).toBe("refused");
  });

  it("is refused by a client that does not see the conversation", async () => {
    expect((await teams().send(mia, "@OpenClaw x", { conversation: teams().places.admins })).kind).toBe(
      "refused",
    );
  });
});

describe("The bot's endpoint", () => {
  it.each(forgeries)("is shown a false token: %s", async (forge) => {
    const outcome = await teams().send(mia, "status", {}, { forge });
    expect(outcome).toMatchObject({ kind: "failed", status: 401 });
    expect(world.bot.received).toEqual([]);
  });

  it("is shown activities that were changed, and ones that were sent before", async () => {
    const foreign = { channelData: { tenant: { id: "22222222-2222-4222-8222-222222222222" } } };
    await teams().send(mia, "status", {}, { activity: foreign });
    expect(world.bot.received[0]).toMatchObject(foreign);
    const first = await teams().send(mia, "status");
    if (!("sent" in first)) throw new Error(first.kind);
    await teams().deliver(first.sent);
    expect(world.bot.received[2]?.id).toBe(world.bot.received[1]?.id);
  });

  it("hears when it is late or breaks", async () => {
    world.bot.turn = () => new Promise((resolve) => setTimeout(resolve, 300, undefined));
    expect(await teams().send(mia, "status", {}, { deadline: 50 })).toMatchObject({ kind: "failed" });
  });

  it("hears of being added and removed, and may then no longer write", async () => {
    await teams().install(sam, "remove");
    expect(world.bot.received).toMatchObject([{ type: "installationUpdate", action: "remove" }]);
    const place = teams().places.personal(sam);
    expect(await failure(world.bot.in(teams(), place, (c) => c.sendActivity("x")))).toEqual([
      403,
      "BotNotInConversationRoster",
    ]);
    await teams().install(sam, "add");
    expect(world.bot.received.slice(1)).toMatchObject([
      { type: "conversationUpdate", membersAdded: [{ id: `28:${teams().appId}` }] },
      { type: "installationUpdate", action: "add" },
    ]);
  });
});

describe("The bot", () => {
  it("writes to a person out of the blue, by either id, in one and the same chat", async () => {
    for (const id of [mia.id, mia.objectId])
      await world.bot.dm(teams(), id, { type: "message", text: `To ${id}` });
    const chat = teams().places.personal(mia);
    expect(texts(mia, chat).slice(-2)).toEqual([`To ${mia.id}`, `To ${mia.objectId}`]);
    expect(texts(max)).not.toContain(`To ${mia.id}`);
  });

  it("edits and deletes what it said, but nothing else", async () => {
    const chat = teams().places.personal(mia);
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("Queued"))) ?? "";
    await world.bot.in(teams(), chat, (c) => c.updateActivity({ ...cardMessage("Ready"), id }));
    expect(teams().messagesFor(mia.id, chat).at(-1)).toMatchObject({
      id,
      attachments: [{ content: { body: [{ text: "Ready" }] } }],
      editedAt: expect.any(String),
    });
    const remove = (message: string) =>
      world.bot.in(teams(), chat, async (c) => {
        await c.deleteActivity(message);
        return true;
      });
    await remove(id);
    expect(await failure(remove(id))).toEqual([404, "ActivityNotFoundInConversation"]);
    const written = await teams().send(mia, "mine");
    expect(await failure(remove(written.kind === "sent" ? (written.messageId ?? "") : ""))).toEqual([
      403,
      "NotEnoughPermissions",
    ]);
  });

  it("reads who is in a conversation", async () => {
    const { group } = teams().places;
    const members = await world.bot.in(teams(), group, (c) => TeamsInfo.getPagedMembers(c));
    expect(members.members.map(({ name }) => name)).toEqual([
      ...["Ada Admin", "Mia Member", "Max Member", "Gus Guest (R&D)"],
    ]);
    const one = await world.bot.in(teams(), group, (c) => TeamsInfo.getMember(c, max.id));
    expect(one).toMatchObject({ aadObjectId: max.objectId, userPrincipalName: "max@contoso.com" });
    const guest = await world.bot.in(teams(), group, (c) => TeamsInfo.getMember(c, gus.id));
    expect(guest).toMatchObject({
      aadObjectId: gus.objectId,
      email: "gus@partner.example",
      userPrincipalName: "gus_partner.example#EXT#@contoso.onmicrosoft.com",
    });
    const missing = world.bot.in(teams(), group, (c) => TeamsInfo.getMember(c, sam.id));
    expect(await failure(missing)).toEqual([404, "MemberNotFoundInConversation"]);
  });

  it("is refused in every way that Teams knows", async () => {
    const say = (person = mia, text = "x") =>
      failure(world.bot.in(teams(), teams().places.personal(person), (c) => c.sendActivity(text)));
    for (const code of ["ConversationBlockedByUser", "BotDisabledByAdmin", "MessageWritesBlocked"] as const) {
      teams().setFaults({ refused: { [mia.id]: code } });
      expect(await say()).toEqual([403, code]);
    }
    teams().setFaults(undefined);
    expect(await failure(world.bot.in(teams(), "a:nobody", (c) => c.sendActivity("x")))).toEqual([
      404,
      "ConversationNotFound",
    ]);
    const direct = await fetch(`${teams().serviceUrl}v3/conversations/x/members`);
    expect(direct.status).toBe(401);
  });

  it("is refused what is too big", async () => {
    unrecordedTest("a message that is too big");
    const saying = world.bot.in(teams(), teams().places.personal(mia), (c) =>
      c.sendActivity("x".repeat(29_000)),
    );
    expect(await failure(saying)).toEqual([413, "MessageSizeTooBig"]);
  });

  it("is throttled, finds the service down, or loses the answer to what took effect", async () => {
    const url = `${teams().serviceUrl}v3/conversations/${encodeURIComponent(teams().places.group)}/activities`;
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({})}.${part({ aud: "https://api.botframework.com", appid: teams().appId })}.x`;
    const post = () =>
      fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ type: "message", text: "Perhaps" }),
      });
    teams().setFaults({ throttled: { calls: 1, retryAfter: 7 } });
    const throttled = await post();
    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "7"]);
    teams().setFaults({ serverErrors: { calls: 1, status: 503 } });
    expect((await post()).status).toBe(503);
    expect(texts(mia)).not.toContain("Perhaps");
    teams().setFaults({ lostAnswers: 1 });
    expect((await post()).status).toBe(502);
    expect(texts(mia)).toContain("Perhaps");
  });

  it("says something to one person in a group, for 24 hours", async () => {
    const { group, personal } = teams().places;
    const say = (place: string, to: string) => {
      const url = `${teams().serviceUrl}v3/conversations/${encodeURIComponent(place)}/activities?isTargetedActivity=true`;
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const token = `${part({})}.${part({ aud: "https://api.botframework.com", appid: teams().appId })}.x`;
      return fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ type: "message", text: "Only you", recipient: { id: to } }),
      });
    };
    expect((await say(group, mia.id)).status).toBe(201);
    expect(teams().messagesFor(mia.id, group).at(-1)).toMatchObject({ text: "Only you", targeted: true });
    expect(texts(max, group)).not.toContain("Only you");
    expect((await say(group, sam.id)).status).toBe(400);
    expect((await say(personal(mia), mia.id)).status).toBe(400);
    world.pass(24 * 3_600_000);
    expect(texts(mia, group)).not.toContain("Only you");
  });
});

describe("A button", () => {
  const answer = (body: unknown) => async () => ({ status: 200, body });

  it("asks the bot, whose card takes the place of the old one for who pressed", async () => {
    const { group } = teams().places;
    const id = await world.bot.in(
      teams(),
      group,
      async (c) => (await c.sendActivity(cardMessage("Runs")))?.id ?? "",
    );
    const type = "application/vnd.microsoft.card.adaptive";
    world.bot.turn = answer({ statusCode: 200, type, value: cardOf("Stopped") });
    expect((await teams().press(mia, id, "Stop")).kind).toBe("card");
    expect(world.bot.received[0]).toMatchObject({
      type: "invoke",
      name: "adaptiveCard/action",
      replyToId: id,
      value: {
        action: { type: "Action.Execute", verb: "line", data: { line: "v1:stop:g1" } },
        trigger: "manual",
      },
    });
    const shown = (person: { id: string }) => JSON.stringify(teams().messagesFor(person.id, group).at(-1));
    expect(shown(mia)).toContain("Stopped");
    expect(shown(max)).toContain("Runs");
    await world.bot.in(teams(), group, (c) => c.updateActivity({ ...cardMessage("All see this"), id }));
    expect(shown(mia)).toContain("All see this");
  });

  it("is a message with a value in a client that knows no Action.Execute", async () => {
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("Runs"))) ?? "";
    expect((await teams().press(mia, id, "Stop", { submit: true })).kind).toBe("sent");
    expect(world.bot.received[0]).toMatchObject({
      type: "message",
      value: { line: "v1:stop:g1" },
      replyToId: id,
    });
    expect(world.bot.received[0]).not.toHaveProperty("text");
  });

  it("sends the inputs of its card once they are filled in", async () => {
    const input = {
      type: "Input.Text",
      id: "name",
      label: "Name",
      isRequired: true,
      errorMessage: "Name it",
    };
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("", { body: [input] }))) ?? "";
    expect(await teams().press(mia, id, "Stop")).toMatchObject({ kind: "refused" });
    world.bot.turn = answer({
      statusCode: 200,
      type: "application/vnd.microsoft.activity.message",
      value: "Done",
    });
    const outcome = await teams().press(mia, id, "Stop", { inputs: { name: "x" } });
    expect(outcome).toMatchObject({ kind: "notice", text: "Done" });
    expect(world.bot.received[0]?.value).toMatchObject({
      action: { data: { line: "v1:stop:g1", name: "x" } },
    });
  });

  it("can carry data that its card never had", async () => {
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("Runs"))) ?? "";
    await teams().press(mia, id, "Stop", { data: { line: "v1:teardown:other" } });
    expect(world.bot.received[0]?.value).toMatchObject({ action: { data: { line: "v1:teardown:other" } } });
  });

  it("fails visibly when the answer is an error, or none that Teams takes", async () => {
    unrecordedTest("answers that Teams does not take");
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("Runs"))) ?? "";
    const value = { code: "BadRequest", message: "That instance is gone." };
    world.bot.turn = answer({ statusCode: 400, type: "application/vnd.microsoft.error", value });
    expect(await teams().press(mia, id, "Stop")).toMatchObject({ kind: "failed", reason: value.message });
    world.bot.turn = answer({ statusCode: 403, type: "application/vnd.microsoft.error", value });
    expect(await teams().press(mia, id, "Stop")).toMatchObject({ kind: "failed", status: 200 });
    world.bot.turn = async () => ({ status: 400, body: value });
    expect(await teams().press(mia, id, "Stop")).toMatchObject({ kind: "failed", status: 400 });
  });

  it("is not there for who does not see its message", async () => {
    const id = (await world.bot.dm(teams(), mia.id, cardMessage("Runs"))) ?? "";
    expect((await teams().press(max, id, "Stop")).kind).toBe("refused");
    expect((await teams().press(mia, id, "Explode")).kind).toBe("refused");
  });
});

it("finds everything after a restart: messages, chats, keys", async () => {
  await world.bot.dm(teams(), mia.id, MessageFactory.text("Before"));
  const before = teams().messagesFor(mia.id);
  await world.restart();
  expect(teams().messagesFor(mia.id)).toEqual(before);
  // botbuilder still holds the keys of before.
  expect((await teams().send(mia, "status")).kind).toBe("sent");
});

/** Status and code of the connector's refusal, as botbuilder tells it. */
async function failure(promise: Promise<unknown>): Promise<[number | undefined, string | undefined]> {
  const error = await promise.then(
    () => undefined,
    (reason: { statusCode?: number; code?: string }) => reason,
  );
  return [error?.statusCode, error?.code];
}
