import { readFileSync } from "node:fs";
import { importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../../../bot/core/errors.ts";
import { mostText } from "../../../../bot/core/sizes.ts";
import { guidOf } from "../../../../local/azure/world.ts";
import { forgeries } from "../../../../local/teams/issuer.ts";
import { unrecordedTest } from "../../../recording.ts";
import { startTeamsWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startTeamsWorld>>;
/** What reaches the console; there before anything is loaded that speaks to it. */
const heard = vi.hoisted(() => {
  const lines: unknown[] = [];
  console.error = (...what: unknown[]) => void lines.push(what);
  return lines;
});
beforeAll(async () => {
  world = await startTeamsWorld();
});
afterAll(() => world.close());

const send = (how: Parameters<typeof world.teams.send>[3]) =>
  world.teams.send(world.teams.people.mia, "request", {}, how);
const receive = (authorization: string, body: unknown) =>
  world.platform.receive({
    headers: { authorization },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });
const refused = { kind: "answer", answer: { status: 401 } };
/** A message of Mia's as it was sent, to be changed. */
const sent = async () => {
  const outcome = await send({});
  return outcome.kind === "sent" ? outcome.sent : {};
};

describe("is refused with 401, an empty body, and nothing written", () => {
  const written = () => [world.calls().length, world.cached.size];

  it.each(forgeries)("%s", async (forge) => {
    const before = written();
    const said = world.refusals.length;
    expect(await send({ forge })).toMatchObject({ kind: "failed", status: 401 });
    expect(written()).toEqual(before);
    // Once, and by nobody else.
    expect(world.refusals.slice(said)).toEqual(["its token is not the Bot Framework's, or not for this bot"]);
    expect(heard).toEqual([]);
  });

  it("while the console still hears everything else", () => {
    console.error("something else");
    expect(heard.splice(0)).toEqual([["something else"]]);
  });

  const elsewhere = guidOf("another tenant");
  it.each([
    ["another tenant", { channelData: { tenant: { id: elsewhere } } }],
    ["no tenant", { channelData: {}, conversation: { id: "a:1" } }],
    ["a tenant that is ours in one place only", { conversation: { id: "a:1", tenantId: elsewhere } }],
    ["another channel of the Bot Framework", { channelId: "webchat" }],
    // For these two botbuilder has ways in of their own.
    ["a channel with keys of its own", { channelId: "AseChannel" }],
    ["the Emulator", { channelId: "emulator" }],
    ["no service address", { serviceUrl: "" }],
  ])("%s", async (_what, activity) => {
    const before = written();
    expect(await send({ activity })).toMatchObject({ kind: "failed", status: 401 });
    expect(written()).toEqual(before);
  });

  it.each(["not json", "null", "[]", "{}"])("the body %j", async (body) => {
    const token = await world.teams.tokenFor(world.teams.serviceUrl);
    expect(await receive(`Bearer ${token}`, body)).toEqual(refused);
  });

  const three = "a.b.c";
  it.each([
    "",
    "Bearer",
    "Bearer ",
    "Bearer a.b",
    "Bearer a.b.c.d",
    "Bearer ..",
    `Basic ${three}`,
    `bearer ${three}`,
    three,
    `Bearer ${three} x`,
  ])("the header %j, whose body is not even parsed", async (authorization) => {
    const said = world.refusals.length;
    expect(await receive(authorization, "not json")).toEqual(refused);
    expect(world.refusals.slice(said)).toEqual(["its token is not the Bot Framework's, or not for this bot"]);
  });

  it("an address of somebody's own choice for our answers", async () => {
    const token = await world.teams.tokenFor(world.teams.serviceUrl);
    const activity = { ...(await sent()), serviceUrl: "https://example.com/teams/" };
    expect(await receive(`Bearer ${token}`, activity)).toEqual(refused);
  });

  it("a token of another issuer that botbuilder knows, for which it would not look at the address", async () => {
    const key = JSON.parse(readFileSync(world.stateFile, "utf8")).keys.teams;
    const token = await new SignJWT({ appid: world.teams.appId, ver: "1.0" })
      .setProtectedHeader({ alg: "RS256", kid: key.kid })
      .setIssuer("https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/")
      .setAudience(world.teams.appId)
      .setExpirationTime("1h")
      .sign(await importJWK(key, "RS256"));
    expect(await receive(`Bearer ${token}`, await sent())).toEqual(refused);
  });
});

it("says that it can't tell, with 503, while the Bot Framework's keys can't be had", async () => {
  unrecordedTest("the bot is cut off, and fails");
  const deaf = await startTeamsWorld({ openIdMetadataUrl: "http://127.0.0.1:9/openidconfiguration" });
  expect(await deaf.teams.send(deaf.teams.people.mia, "request")).toMatchObject({ status: 503 });
  await deaf.close();
});

it("hears nobody with an empty app id, with which botbuilder lets everybody in", async () => {
  const empty = await startTeamsWorld({ appId: " " });
  await expect(empty.platform.receive({ headers: {}, body: new Uint8Array() })).rejects.toThrow("app id");
  await empty.close();
});

describe("what is too large to be read is refused unread", () => {
  const readOf = async (about: object) => {
    const token = await world.teams.tokenFor(world.teams.serviceUrl);
    const inbound = await receive(`Bearer ${token}`, { ...(await sent()), ...about });
    return inbound.kind === "call" ? inbound.call.read() : expect.fail("it is no call");
  };
  const button = (length: number) => ({ text: "", value: { openclaw: "v1:stop:".padEnd(length, "x") } });
  const html = (length: number) => ({
    attachments: [{ contentType: "text/html", content: "x".repeat(length) }],
  });

  it.each([
    ["a button", button],
    ["a message as HTML", html],
  ])("%s", async (_what, about) => {
    await readOf(about(mostText));
    await expect(readOf(about(mostText + 1))).rejects.toThrow(Refusal);
  });
});
