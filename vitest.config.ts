import { defineConfig } from "vitest/config";
import { elsewhere, slow } from "./vitest.slow.config.ts";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...elsewhere, slow],
    globalSetup: ["test/scratch.ts", "test/azurite.ts"],
    // They start faster than processes, of which each file would want one.
    pool: "threads",
    // Most of the time is spent in waiting for what else runs on this machine.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
