// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import type { Page } from "@playwright/test";
import { Routes } from "discord.js";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { adminChannelId, generalChannelId, people } from "../../../local/discord/people.ts";
import { unrecordedTest } from "../../recording.ts";
import { isTooWide, lacking, openSite } from "./site.ts";

let site: Awaited<ReturnType<typeof openSite>>;
let world: (typeof site)["discord"];
let azure: (typeof site)["azure"];
let page: Page;

beforeAll(async () => {
  site = await openSite();
  world = site.discord;
  azure = site.azure;
  if (!lacking) page = await site.open();
}, 60_000);

beforeEach(async (context) => {
  if (lacking) return context.skip(lacking);
  world.bot.received.length = 0;
  world.bot.answer = () => ({ type: 4, data: { content: "Only for **you**", flags: 64 } });
  await page.setViewportSize({ width: 1280, height: 800 });
  await be("Mia Member");
  await page.getByRole("button", { name: /general/ }).click();
});

afterAll(async () => {
  await site.close();
  expect(site.wrongs).toEqual([]);
});

const be = (name: string) => page.getByLabel("You are:").selectOption({ label: name });
const line = () => page.getByRole("combobox", { name: "Message" });
const log = () => page.getByRole("log");
const post = (channelId: string, body: object) =>
  world.rest().post(Routes.channelMessages(channelId), { body });
const card = (label: string, customId: string) => ({
  content: "Connect with\n```\naz ssh vm --name openclaw-mia\n```",
  components: [{ type: 1, components: [{ type: 2, style: 1, label, custom_id: customId }] }],
});
const dmOf = async (userId: string) => {
  const dm = await world.rest().post(Routes.userChannels(), { body: { recipient_id: userId } });
  return (dm as { id: string }).id;
};

it("lets a member type a command; the ephemeral answer is for them alone", async () => {
  await line().fill("/openclaw open-access 203.0.113.7");
  await page.getByRole("button", { name: "Send" }).click();
  const answer = log().getByRole("article").last();
  await answer.getByText("Only you can see this").waitFor();
  expect(await answer.getByText("/openclaw open-access").isVisible()).toBe(true);
  expect(world.bot.received[0]?.member?.user.id).toBe(people.mia.id);
  expect(await line().inputValue()).toBe("");
  await be("Max Member");
  await log().getByText("Nothing here yet").waitFor();
  await be("Mia Member");
  await log().getByText("Dismiss message").last().click();
  await log().getByText("Nothing here yet").waitFor();
});

it("suggests commands, options and people while typing, by keyboard too", async () => {
  await be("Ada Admin");
  await line().fill("/openclaw-a");
  await page.getByRole("option", { name: /roster add/ }).waitFor();
  await line().press("Tab");
  await line().pressSequentially("@mi");
  await page.getByRole("option", { name: /@Mia Member/ }).click();
  await line().pressSequentially("role:u");
  await line().press("ArrowDown");
  await line().press("Enter");
  expect(await line().inputValue()).toBe("/openclaw-admin roster add user:@Mia Member role:user ");
  await line().press("Enter");
  await expect
    .poll(() => world.bot.received[0]?.data?.resolved)
    .toMatchObject({ users: { [people.mia.id]: {} } });
});

it("suggests what the bot offers for an option that is being typed", async () => {
  world.bot.answer = ({ type }) =>
    type === 4
      ? { type: 8, data: { choices: [{ name: "2 vCPU, 4 GB · about $37", value: "Standard_B2als_v2" }] } }
      : { type: 4, data: { content: "Resized", flags: 64 } };
  await line().fill("/openclaw resize 2 v");
  await line().fill("/openclaw resize 2");
  await page.getByRole("option", { name: /2 vCPU, 4 GB/ }).click();
  expect(await line().inputValue()).toBe("/openclaw resize size:Standard_B2als_v2 ");
  await line().press("Enter");
  await expect
    .poll(() => world.bot.received.at(-1))
    .toMatchObject({ type: 2, data: { options: [{ options: [{ value: "Standard_B2als_v2" }] }] } });
});

it("says so where the bot offers what Discord refuses", async () => {
  unrecordedTest("the bot's answer is one that Discord refuses");
  world.bot.answer = () => ({ type: 8, data: { choices: [{ name: "", value: "x" }] } });
  await line().fill("/openclaw resize x");
  await page.getByRole("alert").getByText("Loading options failed").waitFor();
});

it("answers nonsense with a friendly sentence, and sends nothing", async () => {
  for (const [text, sentence] of [
    ["hello", "The bot only reads commands"],
    ["/openclaw-admin roster add", "There is no command /openclaw-admin"],
  ] as const) {
    await line().fill(text);
    await line().press("Enter");
    await page.getByRole("alert").getByText(sentence).waitFor();
  }
  expect(world.bot.received).toHaveLength(0);
});

it("shows direct messages, their buttons and code to copy, and changes as they happen", async () => {
  const dm = await dmOf(people.mia.id);
  const { id } = (await post(dm, card("Stop", "v1:stop:g"))) as { id: string };
  await page.getByRole("button", { name: /OpenClaw 1 unread/ }).click();
  await log().getByRole("button", { name: "Copy" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("az ssh vm --name openclaw-mia");
  world.bot.answer = () => ({ type: 6 });
  await log().getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => world.bot.received[0]?.data?.custom_id).toBe("v1:stop:g");
  expect(world.bot.received[0]?.context).toBe(1);
  await world.rest().patch(Routes.channelMessage(dm, id), { body: { content: "Stopped", components: [] } });
  await log().getByText("Stopped").waitFor();
  expect(await log().getByRole("button", { name: "Stop" }).count()).toBe(0);
});

it("opens the bot's modal as a dialog", async () => {
  await post(generalChannelId, card("Tear down", "v1:teardown:g"));
  const input = { type: 4, custom_id: "name", style: 1, min_length: 3 };
  const modal = {
    custom_id: "v1:teardown:g",
    title: "Sure?",
    components: [{ type: 18, label: "Name", component: input }],
  };
  world.bot.answer = () => ({ type: 9, data: modal });
  await log().getByRole("button", { name: "Tear down" }).last().click();
  const dialog = page.getByRole("dialog", { name: "Sure?" });
  await dialog.getByLabel("Name").fill("x");
  await dialog.getByRole("button", { name: "Submit" }).click();
  await dialog.getByRole("alert").getByText("must have 3 to 4000 characters").waitFor();
  world.bot.answer = () => ({ type: 4, data: { content: "Torn down", flags: 64 } });
  await dialog.getByLabel("Name").fill("openclaw-mia");
  await dialog.getByRole("button", { name: "Submit" }).click();
  await log().getByText("Torn down").waitFor();
  expect(await dialog.count()).toBe(0);
});

it("shows the admin channel to admins only", async () => {
  await post(adminChannelId, { content: "For admins" });
  const channel = page.getByRole("button", { name: "openclaw-admins" });
  expect(await channel.count()).toBe(0);
  await be("Ada Admin");
  await channel.click();
  await log().getByText("For admins").waitFor();
});

it("shows what is in Azure, tries a login, and switches faults", async () => {
  const side = page.getByRole("region", { name: "In Azure" });
  const texts = ["Standard_D2as_v5", "64 GB", "port 22 from 203.0.113.7/32", "1 of 3 resources"];
  for (const text of texts) await side.getByText(text).waitFor();
  await side.getByText("Who has which role").click();
  await side.getByText("Virtual Machine User Login on openclaw-mia").waitFor();
  await side.getByText("Can they sign in now?").click();
  await side.getByLabel("Person").selectOption("Max Member");
  await side.getByRole("button", { name: "Try" }).click();
  await side.getByRole("status").getByText("✗ No").waitFor();
  await side.getByLabel("Person").selectOption("Mia Member");
  await side.getByRole("button", { name: "Try" }).click();
  await side.getByRole("status").getByText("✓ Yes").waitFor();
  await side.getByText("Make Azure fail").click();
  const quota = side.getByRole("switch", { name: "No cores left in the quota" });
  await quota.check();
  await expect.poll(() => azure.state.faults.map(({ kind }) => kind)).toEqual(["quota"]);
  await quota.uncheck();
  await expect.poll(() => azure.state.faults).toEqual([]);
  await side.getByText("Make Discord fail").click();
  await side.getByRole("switch", { name: "Mia Member accepts no direct messages" }).check();
  await expect.poll(() => world.discord().faults.dmsClosed).toEqual([people.mia.id]);
  world.discord().setFaults(undefined);
});

it("fits a phone: one side at a time, nothing wider than the screen", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await post(generalChannelId, card("Status", "v1:status:g"));
  await log().getByRole("button", { name: "Status" }).waitFor();
  expect(await isTooWide(page)).toBe(false);
  await page.getByRole("tab", { name: "In Azure" }).click();
  await page.getByRole("heading", { name: "openclaw-rg" }).waitFor();
  expect(await isTooWide(page)).toBe(false);
  expect(await line().isVisible()).toBe(false);
});
