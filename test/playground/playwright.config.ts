import { defineConfig } from "@playwright/test";
import { setup } from "../scratch.ts";

// Each process that Playwright starts reads this file, and may have a folder of its own.
process.on("exit", setup());

// biome-ignore lint/style/noDefaultExport: Playwright asks for it.
export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/playground",
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: "list",
  use: {
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1360, height: 900 },
  },
});
