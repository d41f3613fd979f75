import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/kill/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // Two trees of processes at a time: a machine with two cores is kept busy, and each still has one.
    maxConcurrency: 2,
  },
});
