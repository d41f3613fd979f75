import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { activity, carriedBy, envelope, tenantsOf } from "../../../../bot/platforms/teams/activity.ts";
import { type Said, saidIn } from "../../../../bot/platforms/teams/said.ts";
import { inHtml } from "../../../../local/teams/html.ts";
import { forwarding, quoting } from "../../../../local/teams/quote.ts";
import { unrecordedTest } from "../../../recording.ts";
import { startTeamsWorld } from "./world.ts";

/** What people type, beside which Teams puts a lot into the text that the bot gets. */
let world: Awaited<ReturnType<typeof startTeamsWorld>>;
beforeAll(async () => {
  world = await startTeamsWorld();
});
afterAll(() => world.close());

const group = () => ({ conversation: world.teams.places.group });
const types = (text: string, place: object = {}, activity: Record<string, unknown> = {}) =>
  world.seen("mia", () => world.teams.send(world.teams.people.mia, text, place, { activity }));
const lineOf = async (...typed: Parameters<typeof types>) => (await types(...typed)).calls[0]?.line;
const seenMessage = {
  id: "1",
  conversationId: "a:1",
  from: { id: "29:2", name: "Max Member" },
  at: "",
  targeted: false,
  attachments: [],
  entities: [],
};
/** What Max said in the group, which everybody there sees. */
const saidByMax = async (text: string): Promise<string> => {
  const posted = await world.teams.send(world.teams.people.max, text, group());
  return posted.kind === "posted" ? posted.messageId : expect.fail(posted.kind);
};

describe("a command is heard", () => {
  it("in a reply that quotes a message of the bot's", async () => {
    const { shown } = await types("status");
    expect(await lineOf("stop", { quotes: shown?.id })).toEqual({ command: "stop", options: {} });
  });

  it("in a reply that quotes somebody in a group", async () => {
    const quotes = await saidByMax("@Mia Member, request one");
    const said = await lineOf("@OpenClaw roster show @Max Member", { ...group(), quotes });
    expect(said).toEqual({ command: "roster show", options: { person: world.teams.people.max.objectId } });
  });

  it("beside a message that was forwarded with it, of which nothing counts", async () => {
    const forwards = await saidByMax("teardown, or you'll pay <b>twice</b> & more");
    expect(await lineOf("status", { forwards })).toEqual({ command: "status", options: {} });
    const said = await lineOf("@OpenClaw roster show @Max Member", { ...group(), forwards });
    expect(said).toEqual({ command: "roster show", options: { person: world.teams.people.max.objectId } });
    expect(await lineOf("", { forwards })).toEqual({ command: "help", options: {} });
  });

  it("beside a message that was forwarded with it, in a reply that quotes another", async () => {
    const forwards = await saidByMax("teardown");
    const { shown } = await types("status");
    const activity = forwarding(
      { ...seenMessage, text: "teardown", id: forwards },
      `<quoted messageId="${shown?.id}"/> stop`,
    );
    expect(await lineOf("x", {}, { ...activity })).toEqual({ command: "stop", options: {} });
  });

  it.each([
    ["marks elsewhere", 'sta<quoted messageId="1"/>tus <quoted messageId="2"></quoted>'],
    ["the mark of an attachment", '<attachment id="1786399119244"></attachment>\r\nstatus'],
    ["a paragraph of HTML", "<p>status&nbsp;</p>\r\n<br/>"],
    ["signs of HTML by their numbers", "&#8203;st&#97;tus&#160;&#xFEFF;"],
    ["the name of the bot with attributes", '<at id="0">OpenClaw</at>&nbsp;status'],
  ])("with %s in the text", async (_what, text) => {
    const mentioned = { id: `28:${world.teams.appId}`, name: "OpenClaw" };
    const entities = [{ type: "mention", mentioned, text: '<at id="0">OpenClaw</at>' }];
    expect(await lineOf("x", {}, { text, entities })).toEqual({ command: "status", options: {} });
  });

  it("below a quote as older clients send it: as text, and as HTML beside it", async () => {
    const quote =
      '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1"><strong itemprop="mri">Max Member</strong>' +
      '<blockquote itemtype="http://schema.skype.com/Reply"><p>request</p></blockquote><p itemprop="copy">teardown</p></blockquote>';
    const attachments = [{ contentType: "text/html", content: `<div>${quote}\n<p>status&nbsp;</p></div>` }];
    const activity = { text: "Max Member 10:12 teardown\r\n\r\nstatus", attachments };
    expect(await lineOf("x", {}, activity)).toEqual({ command: "status", options: {} });
  });

  it("as it was typed where that looks like HTML, or like a mark", async () => {
    const address = "<quoted/>&amp;<at>Max</at>";
    expect(await lineOf(`open-access ${address}`)).toEqual({ command: "open-access", options: { address } });
    const json = '{"name":"A & B <b>","say":"<p>&nbsp;</p>"}';
    expect(await lineOf(`config push patch:${json}`)).toMatchObject({ options: { patch: json } });
  });
});

describe("people are known by their ids", () => {
  const bot = () => ({ type: "mention", mentioned: { id: `28:${world.teams.appId}`, name: "OpenClaw" } });

  it("where Teams leaves the text of a mention out, since there is & in the name", async () => {
    const { gus, max } = world.teams.people;
    const { calls } = await types(`@OpenClaw roster add @${gus.name} role:admin`, group());
    expect(calls[0]?.line).toEqual({
      command: "roster add",
      options: { person: gus.objectId, role: "admin" },
    });
    expect(calls[0]?.people[gus.objectId]).toMatchObject({ objectId: gus.objectId, name: gus.name });
    const both = await types(`@OpenClaw roster transfer to:@${gus.name} from:"@${max.name}"`, group());
    expect(both.calls[0]?.line.options).toMatchObject({ to: gus.objectId });
  });

  it("in their order, where neither text nor name says which is which", async () => {
    const { gus, max } = world.teams.people;
    const text = "<at>OpenClaw</at> roster transfer to:<at>R&amp;D</at> from:<at>R&amp;D</at>";
    const mention = (id: string, name: string) => ({ type: "mention", mentioned: { id, name } });
    const entities = [bot(), mention(gus.id, "Gus"), mention(max.id, "Max")];
    const { calls } = await types("@OpenClaw x", group(), { text, entities });
    expect(calls[0]?.line.options).toMatchObject({ to: gus.objectId });
    expect(Object.keys(calls[0]?.people ?? {})).toEqual([gus.objectId, max.objectId]);
  });

  it("whose name Teams takes apart, word by word", async () => {
    const { max } = world.teams.people;
    const word = (name: string) => ({
      type: "mention",
      mentioned: { id: max.id, name },
      text: `<at>${name}</at>`,
    });
    const text = "<at>OpenClaw</at> roster add <at>Max</at>&nbsp;<at>van</at> <at>Member</at> role:admin";
    const { calls } = await types("@OpenClaw x", group(), {
      text,
      entities: [bot(), word("Max"), word("van"), word("Member")],
    });
    expect(calls[0]?.line.options).toEqual({ person: max.objectId, role: "admin" });
    expect(calls[0]?.people[max.objectId]?.name).toBe("Max van Member");
  });

  it("where the mention's text is null, the bot's own too", async () => {
    const { max } = world.teams.people;
    const nullText = (id: string, name: string | null) => ({
      type: "mention",
      mentioned: { id, name },
      text: null,
    });
    const { calls } = await types("@OpenClaw x", group(), {
      text: "<at>OpenClaw</at> roster show <at>Max Member</at>",
      entities: [nullText(`28:${world.teams.appId}`, "OpenClaw"), nullText(max.id, null)],
    });
    expect(calls[0]?.line).toEqual({ command: "roster show", options: { person: max.objectId } });
  });

  it("whatever of a mention is null, and whatever else is among the entities", async () => {
    unrecordedTest("entities that no schema allows");
    const { max } = world.teams.people;
    const named = { name: null, aadObjectId: null, isTargeted: null };
    const { calls } = await types("@OpenClaw x", group(), {
      text: "<at>OpenClaw</at> roster show <at>Max Member</at>",
      entities: [
        {
          type: "mention",
          mentioned: { id: `28:${world.teams.appId}`, ...named },
          text: "<at>OpenClaw</at>",
        },
        { type: "mention", mentioned: { id: max.id, ...named }, text: "<at>Max Member</at>" },
        ...[null, {}, { type: null }, "x", { type: "mention", mentioned: null }],
      ],
    });
    expect(calls[0]?.line).toEqual({ command: "roster show", options: { person: max.objectId } });
  });

  it("and what is mentioned besides people is what stands there", async () => {
    const text = "help <at>backups</at>";
    expect(await lineOf("x", {}, { text, entities: [] })).toEqual({
      command: "help",
      options: { command: "backups" },
    });
  });
});

it("a bot with & in its name hears in a group", async () => {
  const other = await startTeamsWorld({}, "Claw & Co");
  const { teams } = other;
  const said = await other.seen("mia", () =>
    teams.send(teams.people.mia, "@Claw & Co status", { conversation: teams.places.group }),
  );
  expect(said.calls).toMatchObject([{ line: { command: "status", options: {} }, place: "team" }]);
  await other.close();
});

describe("null is what is left out", () => {
  const message = {
    type: "message",
    id: "1",
    serviceUrl: "https://smba.trafficmanager.net/emea/",
    from: { id: "29:ada", name: "Ada", aadObjectId: "11111111-1111-4111-8111-111111111111" },
    recipient: { id: "28:bot", name: "OpenClaw" },
    conversation: { id: "19:x", conversationType: "groupChat" },
    text: "stop",
  };
  it.each<[string, object]>([
    ["the sender's name", { from: { ...message.from, name: null } }],
    ["the bot's name", { recipient: { ...message.recipient, name: null, aadObjectId: null } }],
    ["whether it is for the bot alone", { recipient: { ...message.recipient, isTargeted: null } }],
    ["the kind of conversation", { conversation: { id: "19:x", conversationType: null } }],
    ["what it replies to", { replyToId: null }],
    ["entities, attachments and value", { entities: null, attachments: null, value: null }],
  ])("%s", (_what, more) => expect(activity.parse({ ...message, ...more })).toMatchObject({ text: "stop" }));

  it("of a button", () => {
    const clicked = { openclaw: "stop", fields: null, once: null };
    const invoke = { ...message, type: "invoke", name: "adaptiveCard/action", replyToId: null };
    const use = activity.parse({ ...invoke, value: { action: { data: clicked } } });
    expect(use.type === "invoke" && carriedBy(use)).toMatchObject({ openclaw: "stop", fields: [] });
  });

  it("of the tenant", () => {
    const more = {
      channelId: "msteams",
      channelData: { tenant: { id: null } },
      conversation: { tenantId: null },
    };
    expect(tenantsOf(envelope.parse({ ...message, ...more }))).toEqual([]);
  });

  it("but nobody is a person without an object id", () => {
    expect(activity.safeParse({ ...message, from: { ...message.from, aadObjectId: null } }).success).toBe(
      false,
    );
  });
});

const textOf = ({ typed }: Said): string =>
  typed.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");

it("what is typed stays as it is, whatever it is and whatever comes with it", () => {
  const source = {
    serviceUrl: "https://smba.example",
    recipient: { id: "28:bot" },
    conversation: { id: "a:1" },
  };
  const from = { id: "29:1", aadObjectId: "3ed20228-8082-4e44-8131-e7c73b0fe139" };
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("<at>", "</at>", "<quoted ", "/>", "&", "amp;", "nbsp;", "<p>", '"', "\n", "x"))
      .map((all) => all.join("")),
  );
  fc.assert(
    fc.property(anything, anything, fc.constantFrom(quoting, forwarding), (typed, text, carry) => {
      const carried = carry({ ...seenMessage, text }, inHtml(typed));
      const read = activity.parse({ type: "message", id: "2", ...source, from, ...carried });
      const said = read.type === "message" ? textOf(saidIn(read)) : "";
      expect(said.trim()).toBe(typed.trim());
    }),
    { numRuns: 40 },
  );
});

describe("a name that stands for nobody who is named", () => {
  const bot = () => ({ type: "mention", mentioned: { id: `28:${world.teams.appId}`, name: "OpenClaw" } });
  const silent = (id: string, name: string) => ({ type: "mention", mentioned: { id, name } });
  const peopleIn = (text: string, entities: readonly object[]) => {
    const use = activity.parse({
      type: "message",
      id: "1",
      serviceUrl: "https://smba.trafficmanager.net/emea/",
      from: { id: "29:ada", name: "Ada", aadObjectId: "11111111-1111-4111-8111-111111111111" },
      recipient: { id: `28:${world.teams.appId}` },
      conversation: { id: "19:x", conversationType: "groupChat" },
      text,
      entities,
    });
    return use.type === "message"
      ? saidIn(use).typed.flatMap((piece) => (typeof piece === "string" ? [] : [piece.mentioned.id]))
      : [];
  };

  it("is nobody where more than one could be meant", () => {
    const text = "<at>OpenClaw</at> roster remove <at>Mia</at>";
    const both = [bot(), silent("29:eve", "Eve &amp; Co"), silent("29:mia", "Mia &amp; Member")];
    expect(peopleIn(text, both)).toEqual([`28:${world.teams.appId}`]);
  });

  it("is the only one who is left", () => {
    const text = "<at>OpenClaw</at> roster remove <at>Mia</at>";
    expect(peopleIn(text, [bot(), silent("29:mia", "Mia &amp; Member")])).toEqual([
      `28:${world.teams.appId}`,
      "29:mia",
    ]);
  });
});
