import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../stack.ts";

/** The whole stack as `npm start` gives it, seen through the console in a real browser: one story, told in order. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
let stack: Stack;
let page: Page;

test.beforeAll(async ({ browser }) => {
  stack = await startStack({ data: folder, entry: "dist/functions/index.js", env: { SPEED: "20" } });
  page = await browser.newPage();
  await page.goto(stack.console);
});
test.afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

const be = (name: string) => page.getByLabel("You are:").selectOption({ label: name });
const log = () => page.getByRole("log");
const last = () => log().getByRole("article").last();
const toChannel = (name: RegExp) => page.getByRole("button", { name }).first().click();
async function type(text: string) {
  await page.getByRole("combobox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}
/** What Azure holds of the instance, by name; parts of a VM that have no name of their own are left out. */
async function inAzure(): Promise<Set<string>> {
  const view = (await (await fetch(`${stack.console}/api/azure`)).json()) as {
    groups: { resources: { name: string }[] }[];
    secrets: string[];
  };
  const names = view.groups.flatMap(({ resources }) => resources.map(({ name }) => name));
  const secrets = view.secrets.map((name) => `secret ${name}`);
  return new Set([...names, ...secrets].filter((name) => name.includes(vm) && !name.includes("/")));
}
async function canLogin(person: string, address: string, vm: string): Promise<boolean> {
  const answer = await fetch(`${stack.console}/api/azure/can-login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ person, address, vm }),
  });
  return ((await answer.json()) as { allowed: boolean }).allowed;
}
let vm = "";
/** What outlives an instance: the home disk, and the member's identity and secret. */
const kept = () => new Set([vm, `${vm}-home`, `secret ${vm}`]);

test("a stranger is refused, and only they see it", async () => {
  await be("Sam Stranger");
  await toChannel(/general/);
  await type("/openclaw request");
  await expect(last()).toContainText("You are not on this team's roster");
  await expect(last()).toContainText("Only you can see this");
});

test("the first admin puts a member on the roster", async () => {
  await be("Ada Admin");
  await toChannel(/general/);
  await type("/openclaw-admin roster add person:@Mia Member entra:mia@contoso.com login:administrator");
  await expect(last()).toContainText("Mia Member is on the roster. They can type /openclaw request now.");
  await type("/openclaw-admin roster list");
  await expect(last()).toContainText("mia@contoso.com");
});

test("a member requests an instance and follows it in one message, to the command that logs them in", async () => {
  await be("Mia Member");
  await toChannel(/general/);
  await type("/openclaw request");
  await expect(last()).toContainText(/about \$\d+\.\d\d a month/);
  await toChannel(/OpenClaw/);
  await expect(log().getByRole("article")).toHaveCount(1);
  await expect(last()).toContainText("Building your OpenClaw");
  await expect(last()).toContainText("Your OpenClaw is ready");
  await expect(log().getByRole("article")).toHaveCount(1);
  const command = last().locator("pre").filter({ hasText: "az ssh vm --subscription" });
  vm = /--name (\S+)/.exec(await command.innerText())?.[1] ?? "";
  expect(vm).toMatch(/^openclaw-[a-z2-7]{10}$/);
  expect(await inAzure()).toEqual(new Set([...kept(), vm, `${vm}-ip`, `${vm}-nic`, `${vm}-nsg`, `${vm}-os`]));
  expect(await canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
});

test("open access lets the owner in from that address, and nobody else from anywhere", async () => {
  await last().getByRole("button", { name: "Open access" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("203.0.113.7");
  await dialog.getByRole("button", { name: "Submit" }).click();
  await expect(last()).toContainText("SSH is open for 203.0.113.7");
  await expect.poll(() => canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(true);
  for (const person of ["ada", "max", "sam"])
    expect(await canLogin(`${person}@contoso.com`, "203.0.113.7", vm)).toBe(false);
  expect(await canLogin("mia@contoso.com", "203.0.113.8", vm)).toBe(false);
});

test("stop and start work from the card's buttons", async () => {
  await log().getByRole("article").first().getByRole("button", { name: "Stop" }).click();
  await expect(log()).toContainText("Your OpenClaw is stopped");
  expect(await canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
  await log().getByRole("article").first().getByRole("button", { name: "Start", exact: true }).click();
  await expect(log().getByText("Your OpenClaw is ready")).toHaveCount(2);
});

test("a teardown asks first, and leaves the home disk, the identity and the secret alone", async () => {
  await log().getByRole("article").first().getByRole("button", { name: "Tear down" }).click();
  await expect(last()).toContainText("your home disk with all your data");
  await last().getByRole("button", { name: "Yes, tear it down" }).click();
  await expect(log()).toContainText("Your OpenClaw is gone");
  await expect.poll(inAzure).toEqual(kept());
});

test("after removal nobody gets in, and an old card says so", async () => {
  await be("Ada Admin");
  await toChannel(/general/);
  await type("/openclaw-admin roster remove person:@Mia Member");
  await expect(last()).toContainText("stopped, closed, and their roles revoked");
  expect(await canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
  await be("Mia Member");
  await toChannel(/OpenClaw/);
  await log().getByRole("article").first().getByRole("button", { name: "Start", exact: true }).click();
  await expect(last()).toContainText("You are not on this team's roster");
});
