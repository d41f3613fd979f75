import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { expect, it } from "vitest";
import { commands } from "../../bot/features/commands.ts";

const root = join(import.meta.dirname, "../..");
const checker = join(root, "../shared/conformance/run");
const botId = "11111111-2222-4333-8444-555555555555";
const make = (...args: string[]) => {
  const out = join(mkdtempSync(join(tmpdir(), "teams-package-")), "app.zip");
  const env = { PATH: process.env["PATH"] };
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/teams-package.ts", "--out", out, ...args],
    {
      cwd: root,
      env,
      encoding: "utf8",
    },
  );
  return { out, status, stderr };
};
const address = ["--public-url", "https://openclaw-bot.contoso.com"];

it("is a package that Microsoft's manifest schema and the rules of Teams take", (context) => {
  if (!existsSync(checker)) context.skip(`${checker} is not there`);
  const { out } = make("--bot-id", botId, ...address);
  expect(execFileSync(checker, ["manifest.mjs", out], { encoding: "utf8" }).trim()).toMatch(/OK$/);
});

it("offers what can be typed: to members privately, to admins where all read it", () => {
  const { out } = make("--bot-id", botId, ...address);
  const files = unzipSync(readFileSync(out));
  expect(Object.keys(files).sort()).toEqual(["color.png", "manifest.json", "outline.png"]);
  const manifest = JSON.parse(strFromU8(files["manifest.json"] ?? new Uint8Array()));
  expect(manifest).toMatchObject({ id: botId, validDomains: ["openclaw-bot.contoso.com"] });
  const [bot] = manifest.bots;
  expect(bot).toMatchObject({ botId, supportsTargetedMessages: true, supportsFiles: true });
  const titles = (list: { commands: { title: string }[] }) => list.commands.map(({ title }) => title);
  const [personal, slash, mention] = bot.commandLists.map(titles);
  const typed = (audience: string) =>
    commands.filter((one) => !one.hidden && one.audience === audience).map(({ name }) => name);
  expect(personal).toEqual([...typed("member").slice(0, 11), "help"]);
  expect(slash).toEqual(personal);
  expect(mention).toEqual([
    ...typed("admin")
      .slice(0, 11)
      .map((name) => `openclaw-admin ${name}`),
    "help",
  ]);
});

it("names every missing value at once", () => {
  const { status, stderr } = make();
  expect(status).toBe(1);
  expect(stderr).toContain("MicrosoftAppId");
  expect(stderr).toContain("PUBLIC_URL");
});
