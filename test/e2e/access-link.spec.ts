import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { type Browser, expect, type Page, test } from "@playwright/test";
import { startAzurite } from "../../local/azurite.ts";
import { type Stack, startStack } from "../stack.ts";
import { azureAt, personAt } from "./console.ts";

/** The link that finds a member's address, opened in real browsers: by the member, twice, too late, and by somebody else. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
/** Two proxies, so that a test may say as the outer one where a browser is. */
const env = { SPEED: "20", TRUSTED_PROXIES: "2", CLIENT_ADDRESS: "10.0.0.4" };
let azurite: Awaited<ReturnType<typeof startAzurite>>;
let storage: string;
let stack: Stack;
let page: Page;
let console: ReturnType<typeof personAt>;
let vm = "";
let earlier = "";

test.beforeAll(async ({ browser }) => {
  azurite = await startAzurite({ folder: join(folder, "azurite"), accounts: ["links"] });
  storage = azurite.connectionString("links");
  stack = await startStack({ data: folder, entry: "dist/app/functions/index.js", storage, env });
  page = await browser.newPage();
  await page.goto(stack.console);
  console = personAt(page);
  await console.be("Ada Admin");
  await console.to(/general/);
  await console.type("/openclaw-admin roster add person:@Mia Member entra:mia@contoso.com");
  await expect(console.last).toContainText("Mia Member is on the roster. They can type");
  await console.be("Mia Member");
  await console.type("/openclaw request");
  await console.to(/OpenClaw/);
  await expect(console.last).toContainText("Your OpenClaw is ready");
  vm = /--name (openclaw-\S+)/.exec(await console.last.innerText())?.[1] ?? "";
});
test.afterAll(async () => {
  await stack.stop();
  await azurite.stop();
  rmSync(folder, { recursive: true });
});

const getsIn = (address: string) => azureAt(stack.console).canLogin("mia@contoso.com", address, vm);

/** As if time had passed: no browser waits that long. */
async function tenMinutesLater(): Promise<void> {
  const table = TableClient.fromConnectionString(storage, "state", { allowInsecureConnection: true });
  for await (const { partitionKey = "", rowKey = "", json } of table.listEntities<{ json: string }>()) {
    if (rowKey !== "accessLinks") continue;
    const { given } = JSON.parse(json);
    const older = given.map((link: { expiresAt: string }) => ({
      ...link,
      expiresAt: new Date(Date.parse(link.expiresAt) - 10 * 60_000).toISOString(),
    }));
    await table.updateEntity({ partitionKey, rowKey, json: JSON.stringify({ given: older }) }, "Replace");
  }
}

/** Asks for a link where commands are typed, and goes on reading direct messages. */
async function askForLink(): Promise<string> {
  await console.to(/general/);
  await console.type("/openclaw open-access");
  const link = console.last.getByRole("link", { name: "Find my address" });
  // The card of the link before looks the same.
  await expect(link).not.toHaveAttribute("href", earlier);
  const url = (await link.getAttribute("href")) ?? "";
  earlier = url;
  expect(url).toMatch(/\/api\/access\/[a-z2-7]{10}\.[0-9a-f]{32}$/);
  await console.to(/OpenClaw/);
  return url;
}

/** A browser at an address, on a phone, that has opened the link. */
async function browserAt(browser: Browser, address: string, url: string): Promise<Page> {
  const context = await browser.newContext({
    extraHTTPHeaders: { "x-forwarded-for": address },
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  });
  const phone = await context.newPage();
  await phone.goto(url);
  return phone;
}

test("the member opens it, presses its button, and says yes in chat", async ({ browser }) => {
  const before = await console.messages.count();
  const phone = await browserAt(browser, "203.0.113.7", await askForLink());
  await expect(phone.getByRole("heading")).toHaveText("Propose 203.0.113.7?");
  await expect(console.messages).toHaveCount(before);
  await phone.getByRole("button", { name: "Propose 203.0.113.7" }).click();
  await expect(phone.getByRole("heading")).toHaveText("Go back to chat");
  await expect(console.last).toContainText("Open SSH for 203.0.113.7?");
  expect(await getsIn("203.0.113.7")).toBe(false);
  await console.last.getByRole("button", { name: "Yes, open it" }).click();
  await expect.poll(() => getsIn("203.0.113.7")).toBe(true);
});

test("used twice: nothing is asked, nothing opens", async ({ browser }) => {
  const url = await askForLink();
  const first = await browserAt(browser, "198.51.100.1", url);
  const second = await browserAt(browser, "198.51.100.2", url);
  await first.getByRole("button").click();
  await expect(console.log).toContainText("Open SSH for 198.51.100.1?");
  await second.getByRole("button").click();
  await expect(second.getByRole("heading")).toHaveText("Nothing was opened");
  await expect(second.getByText("was already used")).toBeVisible();
  await expect(console.log).not.toContainText("198.51.100.2");
  for (const address of ["198.51.100.1", "198.51.100.2"]) expect(await getsIn(address)).toBe(false);
});

test("opened by another person: the member is asked about that address, and opens nothing by doing nothing", async ({
  browser,
}) => {
  const stranger = await browserAt(browser, "198.51.100.66", await askForLink());
  expect(await stranger.content()).not.toMatch(/Mia|openclaw-/);
  await stranger.getByRole("button").click();
  await expect(stranger.getByRole("heading")).toHaveText("Go back to chat");
  await expect(console.log).toContainText("Open SSH for 198.51.100.66?");
  await console.be("Max Member");
  await console.to(/OpenClaw/);
  await expect(console.log).not.toContainText("198.51.100.66");
  await console.be("Mia Member");
  await console.to(/OpenClaw/);
  expect(await getsIn("198.51.100.66")).toBe(false);
});

test("from an address that can't be opened: the page says so, and has no button", async ({ browser }) => {
  const phone = await browserAt(browser, "2001:db8::1", await askForLink());
  await expect(phone.getByText("one public IPv4 address only")).toBeVisible();
  await expect(phone.getByRole("button")).toHaveCount(0);
});

test("expired: nothing is asked, nothing opens", async ({ browser }) => {
  const url = await askForLink();
  await tenMinutesLater();
  const phone = await browserAt(browser, "198.51.100.4", url);
  await phone.getByRole("button").click();
  await expect(phone.getByText("older than 10 minutes")).toBeVisible();
  await expect(console.log).not.toContainText("198.51.100.4");
  expect(await getsIn("198.51.100.4")).toBe(false);
});

test("unknown: nothing opens", async ({ browser }) => {
  const url = (await askForLink()).replace(/.{8}$/, "00000000");
  const phone = await browserAt(browser, "198.51.100.3", url);
  await phone.getByRole("button").click();
  await expect(phone.getByText("This link is not valid.")).toBeVisible();
  expect(await getsIn("198.51.100.3")).toBe(false);
});
