import { defineConfig } from "@playwright/test";
import { setup } from "./test/scratch.ts";

// Each process that Playwright starts reads this file, and may have a folder of its own.
process.on("exit", setup());

// biome-ignore lint/style/noDefaultExport: Playwright asks for it.
export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results",
  // One machine, one stack, one story: the tests of a file go on where the one before ended.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: "list",
  use: {
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1360, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  },
});
