import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import { startWorld, type World } from "../../../world.ts";

/** A link with which a member finds the address that they come from. Whoever else has it can propose one, and open nothing. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  const { mia, max } = people();
  key = memberKey(
    world.azure.people.list().find(({ displayName }) => displayName === "Mia Member")?.id ?? "",
  );
  for (const person of [mia, max]) {
    await world.enroll(person);
    await world.client.types(person, "openclaw request");
    await world.settle();
  }
});
afterAll(() => world.close());
// Each test has its own ten minutes.
beforeEach(() => world.pass(11 * 60));

const people = () => world.discord.people;
const mia = () => people().mia;

async function link(): Promise<string> {
  const asked = await world.client.types(mia(), "openclaw open-access");
  expect(asked.buttons).toEqual(["Find my address", "Type an address"]);
  expect(asked.private).toBe(true);
  return asked.link ?? expect.fail("there is no link");
}
/** Somebody's browser; `from` is what the proxies say about it. */
const opens = async (url: string, method: "GET" | "POST" = "POST", from = "203.0.113.7:50123") => {
  const [, token = ""] = /^https:\/\/bot\.contoso\.com\/api\/access\/(.+)$/.exec(url) ?? [];
  return world.app.access({ method, token, forwardedFor: from });
};
const openAddresses = async () => (await world.parts.store.person(key)).instance?.value.access ?? [];
const questions = () => world.client.dms(mia()).filter(({ text }) => text.startsWith("Open SSH for"));
const asked = () => questions().at(-1) ?? expect.fail("nothing was asked");

test("a look changes nothing; the button makes the bot ask; the member's yes opens", async () => {
  const url = await link();
  for (let previews = 0; previews < 3; previews += 1) {
    const page = await opens(url, "GET");
    expect(page.status).toBe(200);
    expect(page.body).toContain("Propose 203.0.113.7?");
  }
  await world.settle();
  expect(questions()).toEqual([]);

  const page = await opens(url);
  expect(page.body).toContain("Nothing is open yet");
  await world.settle();
  expect(await openAddresses()).toEqual([]);
  expect(asked().text).toContain("Open SSH for 203.0.113.7?");
  expect(asked().text).toMatch(/until <t:\d+:f>/);
  expect(asked().text).toContain("VPN or a proxy");
  expect(asked().buttons).toEqual(["Yes, open it", "Type an address", "Keep it closed"]);

  expect((await world.client.clicks(mia(), "Yes, open it", asked())).text).toContain(
    "Opening SSH for 203.0.113.7",
  );
  await world.settle();
  world.azure.advance(900);
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", `openclaw-${key}`).allowed).toBe(true);
  // Again: the confirmation is used up.
  expect((await world.client.clicks(mia(), "Yes, open it", asked())).text).toContain("already answered");
  await world.client.types(mia(), "openclaw close-access");
  await world.settle();
});

test("the page has no script, nothing from elsewhere, sends no referrer, and names nobody", async () => {
  const url = await link();
  for (const method of ["GET", "POST"] as const) {
    const { body = "", headers } = await opens(url, method);
    expect(headers?.["content-security-policy"]).toContain("default-src 'none'");
    expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    expect(body).toContain('name="viewport"');
    expect(body).not.toMatch(/<script|https?:|src=|Mia|contoso/);
    expect(body).not.toContain(key);
  }
  await world.settle();
});

test("used twice, expired, unknown: nothing is asked, and one sentence says why", async () => {
  const url = await link();
  await opens(url);
  await world.settle();
  const before = questions().length;
  expect((await opens(url)).body).toContain("was already used");

  const late = await link();
  world.pass(10 * 60);
  expect((await opens(late)).body).toContain("older than 10 minutes");
  for (const wrong of [url.replace(/.{4}$/, "0000"), "https://bot.contoso.com/api/access/nonsense"])
    expect((await opens(wrong)).body).toContain("is not valid");
  await world.settle();
  expect(questions()).toHaveLength(before);
  expect(await openAddresses()).toEqual([]);
});

test("two who press at the same time ask one question", async () => {
  const url = await link();
  const before = questions().length;
  const pages = await Promise.all([opens(url), opens(url, "POST", "198.51.100.9")]);
  await world.settle();
  expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 410]);
  expect(questions()).toHaveLength(before + 1);
});

test("while the storage is away the page says so, and its button works once that is back", async () => {
  const url = await link();
  const [, token = ""] = /access\/(.+)$/.exec(url) ?? [];
  const { store } = world.parts;
  const commit = () => Promise.reject(new Error("the storage is away"));
  const app = appFrom({ ...world.parts, store: { ...store, commit } });
  const page = await app.access({ method: "POST", token, forwardedFor: "203.0.113.7" });
  expect(page.status).toBe(503);
  expect(page.body).toMatch(/Nothing was opened[\s\S]*<form method="post">/);
  expect(world.errors.splice(0)).toEqual([expect.stringContaining("the storage is away")]);
  expect((await opens(url)).status).toBe(200);
  await world.settle();
});

test("whoever finds the link can propose their own address, and nothing opens without the member", async () => {
  const url = await link();
  await opens(url, "POST", "203.0.113.7, 198.51.100.66:4711");
  await world.settle();
  expect(asked().text).toContain("Open SSH for 198.51.100.66?");
  expect(await openAddresses()).toEqual([]);
  // Somebody else who gets at the button, here by its command line.
  const button = world.discord.messagesFor(mia().id).find(({ id }) => id === asked().id);
  const line = /address=198\.51\.100\.66&confirmed=([a-z2-7]{12})/.exec(JSON.stringify(button?.components));
  const confirmation = { address: "198.51.100.66", confirmed: line?.[1] ?? "" };
  const { receive } = await import("../../../../bot/front/receive.ts");
  const { max } = people();
  const generation = (await world.parts.store.person(key)).instance?.value.generation;
  const call = (id: string, found: string | undefined) =>
    receive(
      {
        id,
        account: { platform: "discord", id: max.id, name: max.name },
        place: "team",
        replyTo: { platform: "discord", account: max.id, data: {} },
        read: async () => ({
          line: { command: "open-access", options: confirmation, generation: found },
          people: {},
        }),
      },
      world.parts,
    );
  expect(JSON.stringify(await call("other-1", generation))).toContain("belongs to an earlier instance");
  expect(JSON.stringify(await call("other-2", undefined))).toContain("That confirmation isn't yours");
  await world.settle();
  expect(await openAddresses()).toEqual([]);
});

test.for([
  ["[2001:db8::1]:50123", "2001:db8::1"],
  ["10.0.0.4:8080", "10.0.0.4"],
  ["unknown", "unknown"],
])("from %s nothing is proposed, and the link stays good", async ([from]) => {
  const url = await link();
  for (const method of ["GET", "POST"] as const)
    expect((await opens(url, method, from)).body).toContain("one public IPv4 address only");
  expect((await opens(url)).status).toBe(200);
  await world.settle();
});

test("a question that is answered too late, or after a teardown, opens nothing", async () => {
  const url = await link();
  await opens(url);
  await world.settle();
  world.pass(11 * 60);
  const late = await world.client.clicks(mia(), "Yes, open it", asked());
  expect(late.text).toContain("older than ten minutes");
  expect((await world.client.clicks(mia(), "Ask again", late)).link).toContain("/api/access/");
  expect(await openAddresses()).toEqual([]);
});

test("there are at most five links at a time; an address can be typed all the same", async () => {
  for (let i = 0; i < 5; i += 1) await link();
  const sixth = await world.client.types(mia(), "openclaw open-access");
  expect(sixth.text).toContain("5 links in the last 10 minutes");
  const form = await world.client.clicks(mia(), "Type an address", sixth);
  expect(form.fields).toEqual(["address"]);
});

test("the link itself is written down nowhere, and a repeat of the call does not show it again", async () => {
  const url = await link();
  const id = url.split(".").at(-1) ?? "";
  const { TableClient } = await import("@azure/data-tables");
  for (const table of ["state", "due", "cache"]) {
    const rows = TableClient.fromConnectionString(world.storage, table, { allowInsecureConnection: true });
    for await (const row of rows.listEntities()) expect(JSON.stringify(row)).not.toContain(id);
  }
});

test("the link of somebody who has left proposes nothing", async () => {
  const url = await link();
  await world.client.removes(people().ada, { person: mia().id });
  await world.settle();
  expect((await opens(url)).body).toContain("instance that no longer exists");
});
