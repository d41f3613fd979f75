import { defineConfig } from "vitest/config";

/** Tests with a command of their own. */
export const elsewhere = [
  "test/e2e/**",
  "test/kill/**",
  "test/az/**",
  "test/boot/**",
  "test/playground/**",
  "test/attack/**",
  "test/crash/**",
];

/** `npm run test:slow`: proofs that take long, by compilers, browsers, and many builds of many VMs. Their names say so. */
export const slow = "test/**/*.slow.test.ts";

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: [slow],
    exclude: elsewhere,
    globalSetup: ["test/scratch.ts", "test/azurite.ts"],
    // Most of the time is spent in waiting for what else runs on this machine.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
