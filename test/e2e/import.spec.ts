import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../stack.ts";
import { personAt } from "./console.ts";

/** A whole team is put on the roster from a file, on Discord; then a second time on Teams, where nothing is left to do. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
let stack: Stack;
let page: Page;
let console: ReturnType<typeof personAt>;

test.beforeAll(async ({ browser }) => {
  stack = await startStack({ data: folder, entry: "dist/app/functions/index.js", env: { SPEED: "20" } });
  page = await browser.newPage();
  await page.goto(stack.console);
  console = personAt(page);
});
test.afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

const team = {
  members: [
    { email: "ada@contoso.com", role: "admin", discord: "1100000000000000101" },
    { email: "mia@contoso.com", discord: "1100000000000000102" },
    { email: "max@contoso.com", loginRole: "administrator" },
    { email: "nia@contoso.com" },
    { email: "eve@fabrikam.com" },
  ],
};
const file = { name: "team.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(team)) };

test("five people from a team.json, one of whom nobody knows: asked first, the others are added", async () => {
  await console.be("Ada Admin");
  await console.to(/general/);
  await page.getByRole("combobox", { name: "Message" }).fill("/openclaw-admin roster import");
  await page.getByLabel("Attach a file").setInputFiles(file);
  await expect(page.getByRole("button", { name: "Remove team.json" })).toBeVisible();
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(console.last).toContainText("Import 4 people?");
  await expect(console.last).toContainText("Entry 5, eve@fabrikam.com: isn't in your directory");
  await console.last.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(console.last).toContainText("Import: 4 added, 1 not possible");
  await expect(console.last).toContainText("Max Member (max@contoso.com): administrator on their VM");
  await console.type("/openclaw-admin roster list");
  await expect(console.last).toContainText("4 people on the roster");
});

test("who was imported is known at once: by their account on Discord, by their object id on Teams", async () => {
  await console.be("Mia Member");
  await console.to(/general/);
  await console.type("/openclaw status");
  await expect(console.last).toContainText("there is none");
  await console.be("Max Member");
  await console.platform("Teams");
  await console.type("status");
  await expect(console.last).toContainText("there is none");
});

test("on Teams the file goes with the message; what is so already is left as it is", async () => {
  await console.be("Ada Admin");
  await console.to(/^\s*OpenClaw(?! Admins)/);
  await page.getByRole("combobox", { name: "Message" }).fill("roster import");
  await page.getByLabel("Attach a file").setInputFiles(file);
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(console.last).toContainText("Import: 1 not possible");
  await expect(console.last).toContainText("Already up to date: 4 people");
});
