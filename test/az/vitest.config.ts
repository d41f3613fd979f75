import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/az/**/*.test.ts"],
    globalSetup: ["test/azurite.ts", "test/az/install.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
