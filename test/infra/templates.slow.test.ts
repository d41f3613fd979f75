import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../local/azure/template/language.ts";
import type { Schema } from "../../local/azure/template/parameters.ts";
import type { Scope, Template } from "../../local/azure/template/plan.ts";
import { inGroup, instance, member } from "./parameters.ts";
import { bicep, groupScope, openReferee, type Referee, whySkipped } from "./referee.ts";

const infra = join(import.meta.dirname, "..", "..", "infra");
/** As committed, where that is what gets deployed. */
const compiled = async (name: string, referee: Referee): Promise<Template> => {
  const file = join(infra, `${name}.json`);
  return existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : referee.compile(join(infra, `${name}.bicep`));
};
const { resourceGroup: _, ...subscriptionScope } = groupScope;
const rights = {
  principalId: "44444444-4444-4444-4444-444444444444",
  instancesGroup: "openclaw-rg",
  scaleSetName: "openclaw-set",
  backupGroup: "openclaw-backup-rg",
  botGroup: "openclaw-bot-rg",
  vaultName: "openclaw-kv",
  storageAccountName: "openclawstore",
};

/** What each template needs, and where it is deployed. */
const templates: Record<string, { required: Record<string, Value>; scope: Scope }> = {
  member: { required: member, scope: groupScope },
  instance: { required: instance, scope: groupScope },
  "modules/bot-rights": { required: rights, scope: subscriptionScope },
  main: { required: {}, scope: subscriptionScope },
};

/** Each parameter away from its default or from what the others get, one at a time, and then all together. */
const changes: Record<string, Record<string, Value>> = {
  member: {
    key: "zyxwvuts98",
    location: "westeurope",
    environment: "prod",
    ownerName: "Max O'Member [x] {0} €",
    tags: { team: "a", PROJECT: "theirs" },
  },
  instance: {
    key: "zyxwvuts98",
    location: "westeurope",
    generation: "[not an expression]",
    gateName: "ready-another",
    ownerObjectId: "66666666-6666-6666-6666-666666666666",
    ownerName: "Max O'Member [x] {0} €",
    loginRole: "administrator",
    vmSize: "Standard_B4as_v2",
    adminUsername: "breakglass",
    sshPublicKey: "ssh-rsa AAAAB3Nza [a] {0} 'key'",
    imageVersion: "24.04.202605210",
    homeDisk: "existing",
    homeDiskSnapshotId: "/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/snapshots/c",
    homeDiskSizeGb: 64,
    homeDiskSku: "Standard_LRS",
    scaleSetId: inGroup("Microsoft.Compute/virtualMachineScaleSets/another"),
    attachToScaleSet: false,
    subnetId: inGroup("Microsoft.Network/virtualNetworks/another/subnets/a"),
    memberIdentityId: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/another"),
    memberIdentityClientId: "77777777-7777-7777-7777-777777777777",
    bootIdentityId: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/another-boot"),
    bootIdentityClientId: "88888888-8888-8888-8888-888888888888",
    keyVaultUri: "https://another.vault.azure.net/",
    sharedSecretName: "shared",
    memberSecretName: "own",
    openclawPort: 20000,
    environment: "prod",
    tags: { team: "a", PROJECT: "theirs" },
    networkPolicy: "open",
    archiveUrl: "https://account.blob.core.windows.net/archive/openclaw.tar.zst?x=1&y='2'",
    archiveSha256: "ab".repeat(32),
    extras: false,
  },
  "modules/bot-rights": {
    principalId: "55555555-5555-5555-5555-555555555555",
    environment: "prod",
    instancesGroup: "a-rg",
    scaleSetName: "another",
    backupGroup: "b-rg",
    botGroup: "c-rg",
    vaultName: "another",
    storageAccountName: "another",
  },
  main: {
    environment: "prod",
    location: "westeurope",
    resourceGroupName: "a-rg",
    botResourceGroupName: "b-rg",
    backupResourceGroupName: "c-rg",
    vmSize: "Standard_D4as_v5",
    adminUsername: "breakglass",
    breakGlassPublicKey: "ssh-ed25519 AAAAC3Nza key",
    openclawPort: 20000,
    homeDiskSizeGb: 64,
    homeDiskSku: "Standard_LRS",
    networkPolicy: "open",
    networkRange: "10.0.0.0/12",
    subnetRange: "10.0.240.0/24",
    bootstrapAdmins: "discord:1100000000000000101",
    recoveryAdmins: "discord:1100000000000000102",
    teamsAdminConversation: "19:abc@thread.tacv2",
    sharePointHost: "contoso.sharepoint.com",
    archiveSha256: "ab".repeat(32),
    extras: false,
    attachToScaleSet: false,
    deployerPrincipalId: "55555555-5555-5555-5555-555555555555",
    deployerPrincipalType: "Group",
    alwaysReadyHttp: 0,
    alwaysReadyWork: 0,
    trustedProxies: 2,
    softDeleteDays: 90,
    purgeProtection: false,
    alertEmail: "ada@contoso.com",
    logDays: 90,
  },
};

const { parameters: ofMain } = JSON.parse(readFileSync(join(infra, "main.json"), "utf8")) as {
  readonly parameters: Readonly<Record<string, Schema>>;
};
/** What nobody needs to say: all become settings by the same expression. */
const optional = Object.fromEntries(
  Object.entries(ofMain).flatMap(([name, { nullable, maxValue, allowedValues }]) =>
    nullable === true ? [[name, maxValue ?? allowedValues?.at(-1) ?? null]] : [],
  ),
);

/** What is refused without the others: Discord's four. And what would do the same one by one. */
const together: Record<string, Record<string, Value>> = {
  main: {
    discordApplicationId: "1100000000000000001",
    discordPublicKey: "ab".repeat(32),
    discordGuildId: "1100000000000000002",
    discordAdminChannelId: "1100000000000000003",
    ...optional,
  },
};

const restored = {
  homeDisk: "restore",
  homeDiskSnapshotId: "/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/snapshots/c",
};

const cases = Object.entries(changes).flatMap(([name, parameters]) => {
  const required = templates[name]?.required ?? {};
  return [
    { title: `${name}: defaults`, name, values: required },
    ...Object.entries(parameters).map(([key, value]) => ({
      title: `${name}: ${key} = ${JSON.stringify(value)}`,
      name,
      values: { ...required, [key]: value },
    })),
    ...(together[name]
      ? [{ title: `${name}: what goes together`, name, values: { ...required, ...together[name] } }]
      : []),
    ...(name === "instance"
      ? [{ title: "instance: restored", name, values: { ...required, ...restored } }]
      : []),
    { title: `${name}: everything changed`, name, values: { ...required, ...parameters, ...together[name] } },
  ];
});

if (bicep === undefined) console.log(`skipped: ${whySkipped}`);

describe.skipIf(bicep === undefined)(
  "the evaluator agrees with Microsoft's engine on the templates",
  { timeout: 60_000 },
  () => {
    let referee: Referee;
    const total = { cases: 0, resources: 0, properties: 0, differences: 0 };
    beforeAll(async () => {
      referee = await openReferee(bicep ?? "");
    });
    afterAll(async () => {
      await referee.close();
      console.log(
        `referee: ${total.cases} cases, ${total.resources} resources, ${total.properties} properties, ${total.differences} differences`,
      );
    });

    test.each(Object.keys(templates))("%s: no parameter is left out", async (name) => {
      const { parameters } = await compiled(name, referee);
      const changed = Object.keys({ ...changes[name], ...together[name] });
      expect(new Set(changed)).toEqual(new Set(Object.keys(parameters ?? {})));
    });

    test.each(cases)("$title", async ({ name, values }) => {
      const result = await referee.compare(
        join(infra, `${name}.bicep`),
        await compiled(name, referee),
        values,
        templates[name]?.scope ?? groupScope,
      );
      total.cases++;
      total.resources += result.resources;
      total.properties += result.properties;
      total.differences += result.differences.length;
      expect(result.resources).toBeGreaterThan(0);
      expect(result.differences).toEqual([]);
    });
  },
);
