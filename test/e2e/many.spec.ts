import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { expect, type Page, test } from "@playwright/test";
import { type Stack, startStack } from "../stack.ts";
import { azureAt, haveNewest, kept, personAt, runningIn, vmOf, whole } from "./console.ts";

/** What admins do for everybody who has an instance, and what that does to those who have one: one story, told in order. */
test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "e2e-"));
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

/** Ada says it in #general. */
async function admin(command: string): Promise<void> {
  await console.be("Ada Admin");
  await console.to(/general/);
  await console.type(`/openclaw-admin ${command}`);
}

async function requests(name: string): Promise<void> {
  await console.be(name);
  await console.to(/general/);
  await console.type("/openclaw request");
  await expect(console.last).toContainText("Building your OpenClaw");
}

test("two members have an instance", async () => {
  for (const [name, entra] of [
    ["Mia Member", "mia@contoso.com"],
    ["Max Member", "max@contoso.com"],
  ] as const) {
    await admin(`roster add person:@${name} entra:${entra}`);
    await expect(console.last).toContainText(`${name} is on the roster. They can type`);
    await requests(name);
  }
  for (const name of ["Mia Member", "Max Member"]) {
    await console.be(name);
    await console.to(/OpenClaw/);
    await expect(console.last).toContainText("Your OpenClaw is ready");
  }
});

test("an old button does nothing to the new instance", async () => {
  await console.be("Mia Member");
  await console.to(/general/);
  await console.type("/openclaw rebuild");
  await expect(console.last).toContainText("your home disk with all your data");
  await console.last.getByRole("button", { name: "Yes, rebuild it" }).click();
  await console.to(/OpenClaw/);
  await expect(console.messages).toHaveCount(2);
  await expect(console.last).toContainText("Your OpenClaw is ready");
  await console.messages.first().getByRole("button", { name: "Stop", exact: true }).click();
  await expect(console.last).toContainText("That button belongs to an earlier instance");
  const text = await console.messages.first().innerText();
  await console.messages.first().getByRole("button", { name: "Tear down", exact: true }).click();
  await expect(console.last).toContainText("That button belongs to an earlier instance");
  const vm = /openclaw-[a-z2-7]{10}/.exec(text)?.[0] ?? "";
  expect(await azure.partsOf(vm)).toEqual(whole(vm));
});

test("a configuration that one instance refuses stops there; once it is right it reaches all", async () => {
  await admin('config push person:@Mia Member patch:{"agents":{"defaults":{"heartbeat":{"every":"1h"}}}}');
  await expect(console.last).toContainText("Mia Member’s OpenClaw has the team configuration");
  await azure.fails("script");
  await admin("config push all:true");
  await console.last.getByRole("button", { name: "Yes, push" }).click();
  await console.to(/OpenClaw/);
  await expect(console.log).toContainText("Push the configuration: 0 of 2");
  await admin("config push all:true");
  await console.last.getByRole("button", { name: "Yes, push" }).click();
  await console.to(/OpenClaw/);
  await expect(console.log).toContainText("Push the configuration: 2 of 2");
});

/** Somebody sets a secret with the Azure CLI: a token that the simulator has not signed is the operator's. */
async function setsSecret(name: string, value: string): Promise<number | undefined> {
  const [head, body] = [{ alg: "none" }, { aud: "https://vault.azure.net" }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return new Promise((resolve, reject) => {
    const call = request(`${stack.azure}/secrets/${name}?api-version=7.5`, {
      method: "PUT",
      ca: readFileSync(join(folder, "localhost.pem")),
      headers: { authorization: `Bearer ${head}.${body}.c2ln`, "content-type": "application/json" },
    });
    call.on("response", (answer) => resolve(answer.resume().statusCode));
    call.on("error", reject);
    call.end(JSON.stringify({ value }));
  });
}

test("a key that is renewed in the vault reaches all that run, and its value nobody's chat", async () => {
  const pushes = async () => {
    await admin("secrets push all:true");
    await console.last.getByRole("button", { name: "Yes, push" }).click();
    await console.to(/OpenClaw/);
    await expect(console.last).toContainText("Push the keys: 2 of 2");
  };
  const newest = () => haveNewest(join(folder, "azure.json"), "openclaw-shared");
  expect(await setsSecret("openclaw-shared", '{"OPENAI_API_KEY":"sk-first-value"}')).toBe(200);
  await pushes();
  await expect.poll(newest).toEqual([true, true]);
  expect(await setsSecret("openclaw-shared", '{"OPENAI_API_KEY":"sk-renewed-value"}')).toBe(200);
  await expect.poll(newest).toEqual([false, false]);
  await pushes();
  await expect.poll(newest).toEqual([true, true]);
  await expect(console.log).not.toContainText("sk-renewed-value");
  await admin("secrets status");
  await expect(console.last).toContainText("OPENAI_API_KEY since");
});

test("who is removed while their instance is built gets none", async () => {
  await admin("roster add person:@Sam Stranger entra:sam@contoso.com");
  await expect(console.last).toContainText("They can type /openclaw request now");
  await requests("Sam Stranger");
  await console.to(/OpenClaw/);
  await expect(console.last).toContainText("Azure is building the VM");
  await admin("roster remove person:@Sam Stranger");
  await console.last.getByRole("button", { name: "Yes, remove" }).click();
  await expect(console.last).toContainText("Sam Stranger is off the roster. Closing their access now.");
  await console.be("Sam Stranger");
  await console.to(/OpenClaw/);
  await expect(console.last).toContainText("The build was stopped");
  await console.to(/general/);
  await console.type("/openclaw status");
  await expect(console.last).toContainText("You are not on this team's roster");
  // Nor is anything left in Azure that they could reach, or that would run.
  const vm = vmOf(join(folder, "azure.json"), "sam@contoso.com");
  await expect.poll(() => runningIn(join(folder, "azure.json"), vm)).toBe(false);
  expect(await azure.canLogin("sam@contoso.com", "203.0.113.7", vm)).toBe(false);
});

test("everyone's instance is torn down at once, after a phrase; the snapshots stay", async () => {
  await admin("teardown-all");
  await expect(console.last).toContainText("Tear down everything");
  await console.last.getByRole("button", { name: "Go on" }).click();
  const dialog = page.getByRole("dialog");
  const label = (await dialog.innerText()).match(/tear down \d+ instances?/)?.[0] ?? "";
  await dialog.getByRole("textbox").fill(label);
  await dialog.getByRole("button", { name: "Submit" }).click();
  await console.to(/OpenClaw/);
  await expect(console.log).toContainText(/Tear down: \d of \d/);
  await console.be("Max Member");
  await console.to(/OpenClaw/);
  await expect(console.log).toContainText("Your OpenClaw is deleted");
  const vm = /openclaw-[a-z2-7]{10}/.exec(await console.messages.first().innerText())?.[0] ?? "";
  await expect.poll(() => azure.partsOf(vm)).toEqual(kept(vm));
});
