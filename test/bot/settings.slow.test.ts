import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { appIn } from "../../bot/app.ts";
import { storageAccount } from "../azurite.ts";

/** Whatever a setting holds, the bot is there, answers, and gives nothing of it away. */
const example: Record<string, string> = JSON.parse(
  readFileSync("local.settings.example.json", "utf8"),
).Values;
// The Functions host reads this one.
const names = Object.keys(example).filter((name) => name !== "FUNCTIONS_WORKER_RUNTIME");
const canary = "canary7f3a";
const storage = storageAccount();
const nobody = { headers: {}, body: new Uint8Array() };

const value = fc.oneof(
  fc.constantFrom(
    "",
    " \r\n",
    "not-set",
    `@Microsoft.KeyVault(SecretUri=https://${canary}/secrets/x)`,
    canary,
    `https://${canary}`,
    `19:${canary}`,
    `/subscriptions/${canary}/x`,
    `UseDevelopmentStorage=true;${canary}`,
    `DefaultEndpointsProtocol=https;AccountName=${canary};AccountKey=x;TableEndpoint=//${canary}`,
    `DefaultEndpointsProtocol=https;AccountName=${canary};AccountKey=eA==`,
    `TableEndpoint=x;QueueEndpoint=x;SharedAccessSignature=${canary}`,
    `entra:${canary}`,
    `30,${canary}`,
    `https://*.${canary} https://${canary}/path`,
    "9".repeat(400),
  ),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => `${canary}${text}`),
);

// Each of these bots logs whom it refuses.
vi.spyOn(console, "log").mockImplementation(() => {});

test("with any one setting wrong", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), value, async (name, wrong) => {
      const app = appIn({ ...example, AzureWebJobsStorage: storage, [name]: wrong });
      const health = await app.health();
      expect([200, 503]).toContain(health.status);
      expect(health.body).not.toContain(canary);
      if (health.status === 503) expect(health.body).toContain(name);
      const { status, body = "" } = await app.interactions(nobody);
      expect([401, 503]).toContain(status);
      expect(body).not.toContain(canary);
    }),
    { numRuns: 600 },
  );
});

test("with all of them wrong, and with none at all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: names.length, maxLength: names.length }),
      async (values) => {
        const app = appIn(Object.fromEntries(names.map((name, i) => [name, values[i]])));
        expect((await app.health()).status).toBe(503);
        expect((await app.health()).body).not.toContain(canary);
        expect((await app.messages(nobody)).status).toBe(503);
        expect((await app.access({ method: "GET", token: "", forwardedFor: undefined })).status).toBe(503);
        await expect(app.work({})).rejects.toThrow("can't work with these settings");
        await expect(app.sweep()).rejects.toThrow("can't work with these settings");
      },
    ),
    { numRuns: 50 },
  );
  expect((await appIn({}).health()).status).toBe(503);
});
