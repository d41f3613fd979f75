import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../stack.ts";
import { azureAt, kept, personAt, whole } from "./console.ts";

/** The story of `discord.spec.ts` on Teams; then one that goes from platform to platform. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
let stack: Stack;
let page: Page;
let console: ReturnType<typeof personAt>;
let azure: ReturnType<typeof azureAt>;
let vm = "";

test.beforeAll(async ({ browser }) => {
  stack = await startStack({ data: folder, entry: "dist/app/functions/index.js", env: { SPEED: "20" } });
  page = await browser.newPage();
  await page.goto(stack.console);
  console = personAt(page);
  azure = azureAt(stack.console);
  await console.platform("Teams");
});
test.afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

const general = /General/;
const chat = /^\s*OpenClaw(?! Admins)/;
const toast = () => page.getByRole("status");

test("a stranger is refused, and only they see it", async () => {
  await console.be("Sam Stranger");
  await console.to(general);
  await console.type("@OpenClaw request");
  await expect(console.last).toContainText("You are not on this team's roster");
  await expect(console.last).toContainText("Only you can see this message");
});

test("the first admin puts a member on the roster with a mention, without an e-mail address", async () => {
  await console.be("Ada Admin");
  await console.to(general);
  await expect(console.log).not.toContainText("You are not on this team's roster");
  await console.type("@OpenClaw roster add @Mia Member login:administrator");
  await expect(console.last).toContainText(/Mia Member is on the roster. They can type .*request now./);
  await expect(console.last).toContainText("Only you can see this message");
  await console.to(chat);
  await console.type("/openclaw-admin roster list");
  await expect(console.last).toContainText("Mia Member");
});

test("a member requests an instance and follows it in one message, to the command that logs them in", async () => {
  await console.be("Mia Member");
  await console.to(general);
  await console.type("@OpenClaw request");
  await expect(console.last).toContainText(/about \$\d+\.\d\d a month/);
  await console.to(chat);
  await expect(console.messages).toHaveCount(1);
  await expect(console.last).toContainText("Building your OpenClaw");
  await expect(console.last).toContainText("Your OpenClaw is ready");
  await expect(console.messages).toHaveCount(1);
  const command = console.last
    .getByRole("group", { name: "Command" })
    .filter({ hasText: "--subscription" })
    .first();
  await command.getByRole("button", { name: "Copy" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  vm = /^az ssh vm --subscription .* --name (\S+)$/.exec(copied)?.[1] ?? "";
  expect(vm).toMatch(/^openclaw-[a-z2-7]{10}$/);
  expect(await azure.partsOf(vm)).toEqual(whole(vm));
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
});

test("open access, from the card's form, lets the owner in from that address, and nobody else from anywhere", async () => {
  await console.last.getByRole("button", { name: "Open access" }).click();
  await expect(console.messages).toHaveCount(2);
  await console.last.getByRole("button", { name: "Type an address" }).click();
  await expect(console.messages).toHaveCount(3);
  await console.last.getByRole("textbox").fill("203.0.113.7");
  await console.last.getByRole("button", { name: "Send" }).click();
  await expect(console.last).toContainText("SSH is open for 203.0.113.7");
  await expect.poll(() => azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(true);
  for (const person of ["ada", "max", "sam"])
    expect(await azure.canLogin(`${person}@contoso.com`, "203.0.113.7", vm)).toBe(false);
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.8", vm)).toBe(false);
});

test("stop and start work from the card's buttons", async () => {
  const card = console.messages.first();
  await card.getByRole("button", { name: "Stop" }).click();
  await expect(console.log).toContainText("Your OpenClaw is stopped");
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
  await console.log.getByRole("button", { name: "Start", exact: true }).last().click();
  await expect(console.log.getByText("Your OpenClaw is ready")).toHaveCount(2);
});

test("a teardown asks first, and leaves a snapshot of the home disk, the identity and the secret", async () => {
  await console.messages.first().getByRole("button", { name: "Tear down" }).click();
  await expect(console.last).toContainText("a snapshot of your home disk with all your data");
  expect(await azure.partsOf(vm)).toEqual(whole(vm));
  await console.last.getByRole("button", { name: "Yes, tear it down" }).click();
  await expect(console.log).toContainText("Your OpenClaw is deleted");
  await expect.poll(() => azure.partsOf(vm)).toEqual(kept(vm));
});

test("after removal nobody gets in, and an old card says so", async () => {
  await console.be("Ada Admin");
  await console.to(general);
  await console.type("@OpenClaw roster remove @Mia Member");
  await console.last.getByRole("button", { name: "Yes, remove" }).click();
  await expect(console.last).toContainText(/their roles (are )?revoked/i);
  await console.be("Mia Member");
  await console.to(chat);
  await console.messages.first().getByRole("button", { name: "Stop", exact: true }).click();
  await expect(toast()).toContainText("You are not on this team's roster");
});

test("an admin on one platform manages a member on the other", async () => {
  await console.be("Ada Admin");
  await console.platform("Discord");
  await console.to(/general/);
  await console.type("/openclaw-admin roster add person:@Max Member entra:max@contoso.com");
  await expect(console.last).toContainText("Max Member is on the roster. They can type");

  await console.be("Max Member");
  await console.platform("Teams");
  await console.to(general);
  await console.type("@OpenClaw request");
  await expect(console.last).toContainText(/about \$\d+\.\d\d a month/);
  await console.to(chat);
  await expect(console.last).toContainText("Your OpenClaw is ready");
  await console.last.getByRole("button", { name: "Open access" }).click();
  await expect(console.messages).toHaveCount(2);
  await console.last.getByRole("button", { name: "Type an address" }).click();
  await expect(console.messages).toHaveCount(3);
  await console.last.getByRole("textbox").fill("203.0.113.7");
  await console.last.getByRole("button", { name: "Send" }).click();
  const text = await console.messages.first().innerText();
  vm = /--name (openclaw-\S+)/.exec(text)?.[1] ?? "";
  const getsIn = () => azure.canLogin("max@contoso.com", "203.0.113.7", vm);
  await expect.poll(getsIn).toBe(true);

  await console.platform("Discord");
  await console.to(/OpenClaw/);
  await expect(console.log).toContainText("Nothing here yet");

  await console.be("Ada Admin");
  await console.platform("Teams");
  await console.to(general);
  await console.type("@OpenClaw roster remove @Max Member");
  await console.last.getByRole("button", { name: "Yes, remove" }).click();
  await expect(console.last).toContainText(/their roles (are )?revoked/i);
  expect(await getsIn()).toBe(false);
  await console.to(/OpenClaw Admins/);
  await expect(console.last).toContainText("Max Member is off the roster");
  await console.platform("Discord");
  await console.to(/openclaw-admins/);
  await expect(console.last).toContainText("Max Member is off the roster");

  await console.be("Max Member");
  await console.to(/general/);
  await console.type("/openclaw status");
  await expect(console.last).toContainText("You are not on this team's roster");
});
