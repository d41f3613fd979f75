import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/attack/**/*.test.ts"],
    globalSetup: ["test/scratch.ts", "test/azurite.ts"],
    maxWorkers: "100%",
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
