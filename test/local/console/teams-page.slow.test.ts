// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import type { Page } from "@playwright/test";
import type { Activity } from "botbuilder";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { people } from "../../../local/teams/people.ts";
import { cardMessage, cardOf } from "../teams/world.ts";
import { isTooWide, lacking, openSite } from "./site.ts";

let site: Awaited<ReturnType<typeof openSite>>;
let world: (typeof site)["teams"];
let page: Page;

beforeAll(async () => {
  site = await openSite();
  world = site.teams;
  if (lacking) return;
  page = await site.open();
  await page.getByRole("tab", { name: "Teams" }).click();
}, 60_000);

beforeEach(async (context) => {
  if (lacking) return context.skip(lacking);
  world.bot.received.length = 0;
  world.bot.turn = async () => undefined;
  await page.setViewportSize({ width: 1280, height: 800 });
  await be("Mia Member");
  await to("OpenClaw");
});

afterAll(async () => {
  await site.close();
  expect(site.wrongs).toEqual([]);
});

const be = (name: string) => page.getByLabel("You are:").selectOption({ label: name });
const to = (name: string) =>
  page
    .getByRole("navigation")
    .getByRole("button", { name: new RegExp(`^\\W*${name}`) })
    .click();
const line = () => page.getByRole("combobox", { name: "Message" });
const log = () => page.getByRole("log");
const last = () => log().getByRole("article").last();
async function type(text: string) {
  await line().fill(text);
  await line().press("Enter");
}
/** The bot answers every message with this. */
const saying = (answer: Partial<Activity>) => {
  world.bot.turn = async (context) => {
    if (context.activity.type === "message") await context.sendActivity(answer);
    return undefined;
  };
};
/** The bot answers every press with this. */
const answering = (type: string, value: unknown) => {
  world.bot.turn = async () => ({
    status: 200,
    body: { statusCode: 200, type: `application/vnd.microsoft.${type}`, value },
  });
};
const dm = (message: Partial<Activity>) => world.bot.dm(world.teams(), people.mia.id, message);
/** The bot says something in a group. */
async function say(place: string, message: object, query = ""): Promise<void> {
  const { serviceUrl, appId } = world.teams();
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({})}.${part({ aud: "https://api.botframework.com", appid: appId })}.x`;
  const url = `${serviceUrl}v3/conversations/${encodeURIComponent(place)}/activities${query}`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ type: "message", ...message });
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(201);
}
const received = () => world.bot.received.at(-1);

it("sends what a member writes, and shows the bot's card and its Markdown, but no HTML", async () => {
  saying(
    cardMessage("**Ready** for <b>Mia</b>, see [the page](https://contoso.com/) or [this](javascript:x)"),
  );
  await type("request");
  await last().getByText("Ready for <b>Mia</b>, see the page or [this](javascript:x)").waitFor();
  expect(received()).toMatchObject({ text: "request", from: { aadObjectId: people.mia.objectId } });
  expect(await last().getByRole("link").getAttribute("href")).toBe("https://contoso.com/");
  expect(await last().locator("strong").textContent()).toBe("Ready");
  expect(await line().inputValue()).toBe("");
  await be("Max Member");
  await log().getByText("Nothing here yet").waitFor();
});

it("suggests whom to mention, and in a channel the bot hears only what mentions it", async () => {
  await to("General");
  await type("Good morning");
  await page.getByRole("status").getByText("only sees messages here that mention it").waitFor();
  expect(world.bot.received).toHaveLength(0);
  await line().fill("@op");
  await page.getByRole("option", { name: "@OpenClaw" }).click();
  await line().pressSequentially("roster add @ma");
  await line().press("Tab");
  expect(await line().inputValue()).toBe("@OpenClaw roster add @Max Member ");
  await line().press("Enter");
  await expect.poll(() => received()?.text).toBe("<at>OpenClaw</at> roster add <at>Max Member</at>");
  expect(received()?.entities?.slice(0, 2)).toMatchObject([
    { type: "mention", mentioned: { name: "OpenClaw" } },
    { type: "mention", mentioned: { id: people.max.id } },
  ]);
});

it("shows replies below their post, and a targeted one to whom it is for", async () => {
  await to("General");
  world.bot.turn = async ({ activity: { conversation, from } }) => {
    await say(
      conversation.id,
      { text: "Not for others", recipient: { id: from.id } },
      "?isTargetedActivity=true",
    );
    return undefined;
  };
  await type("@OpenClaw status");
  const thread = page.getByRole("region", { name: "Post by Mia Member" }).last();
  await thread.getByText("Not for others").waitFor();
  expect(await thread.getByText("Only you can see this message").isVisible()).toBe(true);
  await thread.getByRole("button", { name: "Reply" }).click();
  await type("Just between us");
  await thread.getByText("Just between us").waitFor();
  await be("Max Member");
  await to("General");
  await thread.getByText("Just between us").waitFor();
  expect(await log().getByText("Not for others").count()).toBe(0);
});

it("copies the lines of a command from a card", async () => {
  const mono = (text: string) => ({ type: "TextBlock", fontType: "Monospace", wrap: true, text });
  const items = [mono("az ssh vm --name openclaw\\_mia"), mono("exit")];
  await dm(cardMessage("", { body: [mono("first"), { type: "Container", style: "emphasis", items }] }));
  await expect.poll(() => last().getByRole("group", { name: "Command" }).count()).toBe(2);
  await last().getByRole("button", { name: "Copy" }).last().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe("az ssh vm --name openclaw_mia\nexit");
});

it("presses buttons: what the bot says in passing, a card in place of the card, an edit for all", async () => {
  const id = await dm(cardMessage("It runs"));
  answering("activity.message", "Stopping it now");
  await last().getByRole("button", { name: "Stop" }).click();
  await page.getByRole("status").getByText("Stopping it now").waitFor();
  expect(received()).toMatchObject({
    name: "adaptiveCard/action",
    value: { action: { type: "Action.Execute", data: { line: "v1:stop:g1" } } },
  });
  answering("card.adaptive", cardOf("It stops", { actions: [] }));
  await last().getByRole("button", { name: "Stop" }).click();
  await last().getByText("It stops").waitFor();
  expect(await last().getByRole("button", { name: "Stop" }).count()).toBe(0);
  const chat = world.teams().places.personal(people.mia);
  await world.bot.in(world.teams(), chat, async (context) => {
    await context.updateActivity({ ...cardMessage("It is stopped"), id: `${id}` });
    return true;
  });
  await last().getByText("It is stopped").waitFor();
  expect(await last().getByText("Edited").isVisible()).toBe(true);
});

it("sends what is filled in on a card, and says what goes wrong", async () => {
  const input = {
    type: "Input.Text",
    id: "address",
    label: "Your address",
    isRequired: true,
    errorMessage: "This is required.",
  };
  await dm(cardMessage("", { body: [input] }));
  await last().getByLabel("Your address").waitFor();
  answering("activity.message", "Opened");
  await last().getByRole("button", { name: "Stop" }).click();
  await last().getByText("This is required.").waitFor();
  expect(world.bot.received).toHaveLength(0);
  await last().getByLabel("Your address").fill("203.0.113.7");
  await last().getByRole("button", { name: "Stop" }).click();
  await page.getByRole("status").getByText("Opened").waitFor();
  expect(received()?.value).toMatchObject({ action: { data: { address: "203.0.113.7" } } });
  world.bot.turn = async () => ({ status: 500 });
  await last().getByRole("button", { name: "Stop" }).click();
  await page.getByRole("alert").getByText("Something went wrong").waitFor();
});

it("has a card's secondary buttons in a menu", async () => {
  const second = { type: "Action.Execute", title: "Seven", verb: "line", mode: "secondary" };
  await dm(cardMessage("Choose", { actions: [{ ...second, title: "One", mode: "primary" }, second] }));
  await last().getByText("Choose").waitFor();
  await last().getByRole("button", { name: "More options" }).click();
  const seventh = page.getByRole("menuitem", { name: "Seven" });
  const [from, to] = [
    await last().getByRole("button", { name: "More options" }).boundingBox(),
    await seventh.boundingBox(),
  ];
  expect(Math.abs((from?.y ?? 0) - (to?.y ?? 1000))).toBeLessThan(100);
  answering("activity.message", "Seven it is");
  await seventh.click();
  await page.getByRole("status").getByText("Seven it is").waitFor();
  expect(await last().getByText("Choose").isVisible()).toBe(true);
});

it("shows the admins' channel to admins only, and counts what is new elsewhere", async () => {
  const { admins, general } = world.teams().places;
  for (const place of [admins, general]) await say(place, { text: "For **whom** it concerns" });
  await page.getByRole("button", { name: /General 1 unread/ }).waitFor();
  expect(await page.getByRole("button", { name: /OpenClaw Admins/ }).count()).toBe(0);
  await be("Ada Admin");
  await to("OpenClaw Admins");
  await log().getByText("For whom it concerns").waitFor();
});

it("switches what goes wrong in Teams", async () => {
  await page.getByText("Make Teams fail").click();
  const blocked = page.getByRole("switch", { name: "Mia Member has blocked the bot" });
  await blocked.check();
  const reasons = () => world.teams().faults.refused;
  await expect.poll(reasons).toEqual({ [people.mia.id]: "ConversationBlockedByUser" });
  await blocked.uncheck();
  await expect.poll(reasons).toEqual({});
});

it("fits a phone, and follows the reader's dark", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await dm(cardMessage(`It runs ${"as-long-as-you-like-".repeat(10)}`));
  await last().getByRole("button", { name: "Stop" }).waitFor();
  expect(await isTooWide(page)).toBe(false);
  const colour = () =>
    last()
      .locator(".card")
      .evaluate((card) => getComputedStyle(card).backgroundColor);
  const light = await colour();
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await colour()).not.toBe(light);
  await page.emulateMedia({ colorScheme: null });
  await page.getByRole("tab", { name: "In Azure" }).click();
  await page.getByRole("heading", { name: "openclaw-rg" }).waitFor();
  expect(await line().isVisible()).toBe(false);
  await page.getByRole("tab", { name: "Teams" }).click();
  await last().getByText("It runs").waitFor();
});
