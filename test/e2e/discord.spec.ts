import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../stack.ts";
import { azureAt, kept, lineageOf, personAt, whole } from "./console.ts";

/** The whole stack as `npm start` gives it, seen through the console in a real browser: one story, told in order. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
const state = join(folder, "azure.json");
let stack: Stack;
let page: Page;
let console: ReturnType<typeof personAt>;
let azure: ReturnType<typeof azureAt>;

test.beforeAll(async ({ browser }) => {
  stack = await startStack({ data: folder, entry: "dist/app/functions/index.js", env: { SPEED: "20" } });
  page = await browser.newPage();
  await page.goto(stack.console);
  console = personAt(page);
  azure = azureAt(stack.console);
});
test.afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

let vm = "";

test("a stranger is refused, and only they see it", async () => {
  await console.be("Sam Stranger");
  await console.to(/general/);
  await console.type("/openclaw request");
  await expect(console.last).toContainText("You are not on this team's roster");
  await expect(console.last).toContainText("Only you can see this");
});

test("the first admin puts a member on the roster", async () => {
  await console.be("Ada Admin");
  await console.to(/general/);
  await console.type(
    "/openclaw-admin roster add person:@Mia Member entra:mia@contoso.com login:administrator",
  );
  await expect(console.last).toContainText(
    "Mia Member is on the roster. They can type /openclaw request now.",
  );
  await console.type("/openclaw-admin roster list");
  await expect(console.last).toContainText("mia@contoso.com");
});

test("a member requests an instance and follows it in one message, to the command that logs them in", async () => {
  await console.be("Mia Member");
  await console.to(/general/);
  await console.type("/openclaw request");
  await expect(console.last).toContainText(/about \$\d+\.\d\d a month/);
  await console.to(/OpenClaw/);
  await expect(console.messages).toHaveCount(1);
  await expect(console.last).toContainText("Building your OpenClaw");
  await expect(console.last).toContainText("Your OpenClaw is ready");
  await expect(console.messages).toHaveCount(1);
  // `SCREENSHOT=docs/console.png npm run test:e2e` makes the README's picture.
  const picture = process.env["SCREENSHOT"];
  if (picture) {
    // The whole card on one picture.
    await page.setViewportSize({ width: 1360, height: 1120 });
    await page.screenshot({ path: picture });
  }
  const command = console.last.locator("pre").filter({ hasText: "az ssh vm --subscription" }).first();
  vm = /--name (\S+)/.exec(await command.innerText())?.[1] ?? "";
  expect(vm).toMatch(/^openclaw-[a-z2-7]{10}$/);
  expect(await azure.partsOf(vm)).toEqual(whole(vm));
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
});

test("open access lets the owner in from that address, and nobody else from anywhere", async () => {
  await console.last.getByRole("button", { name: "Open access" }).click();
  await console.last.getByRole("button", { name: "Type an address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("203.0.113.7");
  await dialog.getByRole("button", { name: "Submit" }).click();
  await expect(console.last).toContainText("SSH is open for 203.0.113.7");
  await expect.poll(() => azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(true);
  for (const person of ["ada", "max", "sam"])
    expect(await azure.canLogin(`${person}@contoso.com`, "203.0.113.7", vm)).toBe(false);
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.8", vm)).toBe(false);
});

test("stop and start work from the card's buttons", async () => {
  await console.messages.first().getByRole("button", { name: "Stop" }).click();
  await expect(console.log).toContainText("Your OpenClaw is stopped");
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
  await console.log.getByRole("button", { name: "Start", exact: true }).last().click();
  await expect(console.log.getByText("Your OpenClaw is ready")).toHaveCount(2);
});

test("a teardown asks first, and deletes nothing when the snapshot of the home disk fails", async () => {
  await console.messages.first().getByRole("button", { name: "Tear down" }).click();
  await expect(console.last).toContainText("a snapshot of your home disk with all your data");
  await azure.fails("snapshot");
  await console.last.getByRole("button", { name: "Yes, tear it down" }).click();
  await expect(console.log).toContainText(
    "The snapshot of the home disk could not be made, so nothing was deleted",
  );
  const parts = await azure.partsOf(vm);
  expect([...whole(vm)].filter((part) => !parts.has(part))).toEqual([]);
});

let disk = "";

test("tried again, it asks once more, and leaves the snapshot, the identity and the secret", async () => {
  [disk = ""] = lineageOf(state, `${vm}-home`);
  await console.log.getByRole("button", { name: "Try the teardown again" }).last().click();
  await console.last.getByRole("button", { name: "Yes, tear it down" }).click();
  await expect(console.log).toContainText("Your OpenClaw is deleted");
  await expect(console.log).toContainText("is in the snapshot");
  await expect.poll(() => azure.partsOf(vm)).toEqual(kept(vm));
});

test("a restore brings the same home disk back, from the snapshot that was made of it", async () => {
  await console.log.getByRole("button", { name: "Backups" }).last().click();
  await expect(console.last).toContainText("Before a teardown");
  await console.last.getByRole("button", { name: "Restore 1" }).click();
  await expect(console.log.getByText("Your OpenClaw is ready")).toHaveCount(3);
  const [restored, snapshot, before] = lineageOf(state, `${vm}-home`);
  expect(before).toBe(disk);
  expect(new Set([restored, snapshot, before]).size).toBe(3);
});

test("after removal nobody gets in, and an old card says so", async () => {
  await console.be("Ada Admin");
  await console.to(/general/);
  await console.type("/openclaw-admin roster remove person:@Mia Member");
  await console.last.getByRole("button", { name: "Yes, remove" }).click();
  await expect(console.last).toContainText(/their roles (are )?revoked/i);
  expect(await azure.canLogin("mia@contoso.com", "203.0.113.7", vm)).toBe(false);
  await console.be("Mia Member");
  await console.to(/OpenClaw/);
  await console.messages.first().getByRole("button", { name: "Stop", exact: true }).click();
  await expect(console.last).toContainText("You are not on this team's roster");
});

test("who was removed by mistake is put back, and finds their VM as the removal left it", async () => {
  await console.be("Ada Admin");
  await console.to(/general/);
  await console.last.getByRole("button", { name: "Put back" }).click();
  await expect(console.last).toContainText("Mia Member is on the roster");
  await console.be("Mia Member");
  await console.to(/general/);
  await console.type("/openclaw status");
  await expect(console.last).toContainText(/State\s*stopped/);
});
