import { defineConfig } from "vitest/config";

/** Tests with a command of their own. */
export const elsewhere = ["test/e2e/**", "test/kill/**", "test/az/**", "test/boot/**", "test/playground/**"];

/** `npm run test:slow`: proofs that take long, by compilers, browsers and many builds of many VMs. */
export const slow = [
  "test/bot/engine/bad-input.test.ts",
  "test/bot/engine/bulk.test.ts",
  "test/bot/engine/failures.test.ts",
  "test/bot/engine/lost-and-doubled.test.ts",
  "test/bot/engine/ssh-command.test.ts",
  "test/bot/rights.test.ts",
  "test/functions/botbuilder.test.ts",
  "test/infra/golden.test.ts",
  "test/infra/templates.test.ts",
  "test/local/azure/conformance.test.ts",
  "test/local/azure/faults.test.ts",
  "test/local/azure/template/referee.test.ts",
  "test/local/console/*page.test.ts",
  "test/local/start.test.ts",
];

// biome-ignore lint/style/noDefaultExport: vitest asks for it.
export default defineConfig({
  test: {
    include: slow,
    exclude: elsewhere,
    globalSetup: ["test/azurite.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
