import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/crash/**/*.test.ts"],
    globalSetup: ["test/azurite.ts"],
    maxWorkers: "100%",
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
