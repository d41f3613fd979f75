import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/kill/**/*.test.ts"],
    globalSetup: ["test/scratch.ts"],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // Trees of processes at a time: most of the time they wait, and two cores are kept busy.
    maxConcurrency: 3,
  },
});
