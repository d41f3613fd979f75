import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/crash/**/*.test.ts"],
    globalSetup: ["test/scratch.ts", "test/azurite.ts"],
    maxWorkers: "100%",
    // The whole takes an hour, of which a single operation takes some minutes.
    testTimeout: process.env["CRASH_LONG"] === "1" ? 3_600_000 : 600_000,
    hookTimeout: 120_000,
  },
});
