import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { tenantId } from "../../local/azure/seed/directory.ts";
import { people } from "../../local/teams/people.ts";
import { buildFunctions } from "../../scripts/build.ts";
import { type Stack, startStack } from "../stack.ts";
import { type Playground, startPlayground } from "./playground.ts";

/** Microsoft's own client without an account, in front of `npm start -- --playground`: one story, told in order. */
test.describe.configure({ mode: "serial" });

const root = resolve(import.meta.dirname, "../..");
let stack: Stack;
let playground: Playground;
const endings: (() => Promise<unknown>)[] = [];
let page: Page;

test.beforeAll(async ({ browser }) => {
  mkdirSync(join(root, "dist"), { recursive: true });
  // Here, since Playwright loads this file more than once.
  const folder = mkdtempSync(join(tmpdir(), "playground-"));
  const built = mkdtempSync(join(root, "dist", "playground-"));
  endings.push(async () => {
    for (const made of [folder, built]) rmSync(made, { recursive: true });
  });
  await buildFunctions({ entry: "functions/index.ts", folder: relative(root, built) });
  stack = await startStack({
    data: join(folder, "data"),
    entry: join(built, "index.js"),
    args: ["--playground"],
    env: { SPEED: "20" },
  });
  endings.push(stack.stop);
  playground = await startPlayground(join(folder, "client"), {
    endpoint: `${stack.functions}/messages`,
    tenantId,
    user: people.mia,
  });
  endings.push(playground.stop);
  page = await browser.newPage();
});
test.afterAll(async () => {
  for (const end of endings.toReversed()) await end();
});

const cards = () => page.locator(".ac-adaptiveCard");
const card = (text: string | RegExp) => cards().filter({ hasText: text }).last();
/** What is not among the first six buttons is behind three dots. */
async function press(on: string | RegExp, name: string) {
  const button = card(on).getByRole("button", { name, exact: true });
  const dots = card(on).getByRole("button", { name: "More options" });
  await expect(button.or(dots).first()).toBeVisible();
  if (await button.isVisible()) return button.click();
  await dots.click();
  return page.getByRole("menuitem", { name, exact: true }).click();
}
async function type(text: string) {
  await page.locator('div[role="textbox"]').fill(text);
  await page.getByRole("button", { name: "Send Message" }).click();
}

test("an admin puts a member on the roster, elsewhere in Teams", async () => {
  const answer = await fetch(`${stack.console}/api/teams/send`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      user: "Ada Admin",
      conversation: "19:contoso-pilots@thread.v2",
      text: "@OpenClaw roster add @Mia Member",
    }),
  });
  expect(await answer.json()).toMatchObject({ kind: "sent" });
  const seen = async () =>
    JSON.stringify(await (await fetch(`${stack.console}/api/teams?user=Ada%20Admin`)).json());
  await expect.poll(seen, { timeout: 60_000 }).toContain("Mia Member is on the roster");
});

test("request: one message says what is going on", async () => {
  await page.goto(playground.url);
  await page.getByRole("treeitem", { name: "Personal Chat" }).click();
  await type("request");
  // The answer says what it costs; the message after it says how it goes.
  await expect(card("It costs about")).toBeVisible();
  await expect(cards()).toHaveCount(2);
  await expect(card("Your OpenClaw is ready")).toBeVisible();
  await expect(cards()).toHaveCount(2);
});

test("Stop, Start", async () => {
  await press("Your OpenClaw is ready", "Stop");
  await expect(card("Your OpenClaw is stopped")).toBeVisible();
  await press("Your OpenClaw is stopped", "Start");
  await expect(cards().filter({ hasText: "Your OpenClaw is ready" })).toHaveCount(2);
});

test("Tear down, once it is confirmed", async () => {
  await press("Your OpenClaw is ready", "Tear down");
  await press(/Tear down openclaw-\w+\?/, "Yes, tear it down");
  await expect(card("Your OpenClaw is deleted")).toBeVisible();
});
