import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**", "test/kill/**"],
    globalSetup: ["test/azurite.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
