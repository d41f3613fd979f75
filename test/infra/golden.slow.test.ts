import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plan } from "../../local/azure/template/evaluate.ts";
import type { Parameters } from "../../local/azure/template/plan.ts";
import { type BicepSession, openBicep, run } from "../../scripts/bicep-compiler.ts";
import { instance, member } from "./parameters.ts";
import { bicep, groupScope, literal, whySkipped } from "./referee.ts";

/*
 * What each template makes, as Microsoft's own engine foresees it, in files that a review can read as a diff.
 * After a change that is meant: npm run test:slow -- test/infra/golden.slow.test.ts -u
 */

const { resourceGroup: _, deployment: deploymentName, ...subscriptionScope } = groupScope;
const discord = {
  discordApplicationId: "1100000000000000001",
  discordPublicKey: "ab".repeat(32),
  discordGuildId: "1100000000000000002",
  discordAdminChannelId: "1100000000000000003",
};
const snapshot = `/subscriptions/${groupScope.subscriptionId}/resourceGroups/openclaw-backup-rg/providers/Microsoft.Compute/snapshots/openclaw-abcdefgh12-1`;
const cases: Record<string, { template: string; values: Record<string, unknown> }> = {
  "main-default": { template: "main", values: {} },
  "main-open": { template: "main", values: { networkPolicy: "open" } },
  "main-prod": {
    template: "main",
    values: {
      ...discord,
      environment: "prod",
      deployerPrincipalId: "55555555-5555-5555-5555-555555555555",
      alertEmail: "ada@contoso.com",
      archiveSha256: "ab".repeat(32),
      alwaysReadyHttp: 2,
      alwaysReadyWork: 0,
    },
  },
  "member-default": { template: "member", values: member },
  "instance-locked": { template: "instance", values: instance },
  "instance-open": { template: "instance", values: { ...instance, networkPolicy: "open" } },
  "instance-restored": {
    template: "instance",
    values: { ...instance, homeDisk: "restore", homeDiskSnapshotId: snapshot },
  },
  "instance-existing-disk": { template: "instance", values: { ...instance, homeDisk: "existing" } },
};

const compiled = JSON.parse(readFileSync(new URL("../../infra/main.json", import.meta.url), "utf8"));
/** Our evaluator agrees with the engine (templates.test.ts), and refuses as Resource Manager does. */
const planned = (parameters: Parameters) =>
  plan(compiled, parameters, { ...subscriptionScope, deployment: deploymentName });

/** What is code of its own, with tests of its own, would hide every other difference. */
const shortened = (text: string) =>
  text.replaceAll(/"(customData|script)": "(?:[^"\\]|\\.)*"/g, '"$1": "(from cloud-init)"');

if (bicep === undefined) console.log(`skipped: ${whySkipped}`);

describe.skipIf(bicep === undefined)("what the templates make", { timeout: 60_000 }, () => {
  let session: BicepSession;
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  beforeAll(() => {
    session = openBicep(bicep ?? "");
  });
  afterAll(() => {
    session.close();
    rmSync(folder, { recursive: true });
  });

  test.each(Object.entries(cases))("%s", async (name, { template, values }) => {
    const file = join(folder, `${name}.bicepparam`);
    const source = join(import.meta.dirname, "..", "..", "infra", `${template}.bicep`);
    const lines = Object.entries(values).map(([key, value]) => `param ${key} = ${literal(value)}`);
    writeFileSync(file, [`using '${relative(folder, source)}'`, ...lines].join("\n"));
    const scope =
      template === "main" ? { ...subscriptionScope, deploymentName } : { ...groupScope, deploymentName };
    const foreseen = await session.snapshot(file, scope);
    // The engine gives outputs in no order.
    const outputs = Object.fromEntries(
      Object.entries(foreseen.outputs).sort(([a], [b]) => a.localeCompare(b)),
    );
    const text = shortened(`${JSON.stringify({ ...foreseen, outputs }, undefined, 2)}\n`);
    await expect(text).toMatchFileSnapshot(join("golden", `${name}.json`));
  });

  test("the compiler reads the rule on old types as it is written", async () => {
    copyFileSync("infra/bicepconfig.json", join(folder, "bicepconfig.json"));
    const typed = (version: string) => {
      const file = join(folder, `disk-${version}.bicep`);
      const disk = `resource disk 'Microsoft.Compute/disks@${version}' existing = {\n  name: 'a'\n}`;
      writeFileSync(file, `${disk}\n\n@description('Its id.')\noutput id string = disk.id\n`);
      return run(bicep ?? "", ["lint", file]);
    };
    // 977 days old on the day from which ages are measured, and 671.
    const [old, recent] = [await typed("2024-03-02"), await typed("2025-01-02")];
    expect(old.stdout + old.stderr).toContain("'2024-03-02' is 977 days old, should be no more than 730");
    expect(recent.stdout + recent.stderr).not.toContain("use-recent-api-versions");
  });

  test.each([
    ["the agent's own account", { adminUsername: "openclaw" }, "adminUsername must not be openclaw"],
    ["a break-glass key that is none", { breakGlassPublicKey: "secret" }, "must be an OpenSSH public key"],
    ["half of Discord", { discordApplicationId: "1100000000000000001" }, "Discord needs all of"],
    ["a size with a temporary disk", { vmSize: "Standard_B2s" }, "vmSize"],
    ["a port below 1024", { openclawPort: 80 }, "openclawPort"],
    ["a home disk of nothing", { homeDiskSizeGb: 1 }, "homeDiskSizeGb"],
    ["a policy that does not exist", { networkPolicy: "closed" }, "networkPolicy"],
    ["a name that is too long", { environment: "a-very-long-environment" }, "environment"],
    ["a name with capitals", { environment: "Dev" }, "environment must be lower-case letters"],
    ["a checksum that is cut off", { archiveSha256: "abc" }, "archiveSha256 must be 64 hexadecimal digits"],
    [
      "a checksum of other letters",
      { archiveSha256: "g".repeat(64) },
      "archiveSha256 must be 64 hexadecimal",
    ],
    ["an admin of no platform", { bootstrapAdmins: "ada@contoso.com" }, "bootstrapAdmins must be entra:"],
    ["a way back for no platform", { recoveryAdmins: "ada@contoso.com" }, "So must recoveryAdmins"],
  ])("%s is refused before anything is made, with the reason", (_title, values, reason) => {
    const parameters = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
    expect(() => planned(parameters)).toThrow(reason);
  });
});
