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

/**
 * `npm run test:slow`: proofs that take long, by compilers, browsers and many builds of many VMs. Of the whole bot's stories
 * (`test/bot/engine`) `npm test` runs the main one.
 */
export const slow = [
  "test/bot/cloud/azure.test.ts",
  "test/bot/engine/!(journey).test.ts",
  "test/bot/rights.test.ts",
  "test/docs/follow.test.ts",
  "test/functions/b*.test.ts",
  "test/functions/first-call.test.ts",
  "test/functions/warm.test.ts",
  "test/infra/golden.test.ts",
  "test/infra/keys.test.ts",
  "test/infra/logs.test.ts",
  "test/infra/templates.test.ts",
  "test/local/azure/conformance.test.ts",
  "test/local/azure/faults.test.ts",
  "test/local/azure/passing.test.ts",
  "test/local/azure/refusals.test.ts",
  "test/local/azure/template/referee.test.ts",
  "test/local/console/*page.test.ts",
  "test/local/functions/host.test.ts",
  "test/local/serve.test.ts",
  "test/local/start.test.ts",
];

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: slow,
    exclude: elsewhere,
    globalSetup: ["test/azurite.ts"],
    // Most of the time is spent in waiting for what else runs on this machine.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
