import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../bot/config/config.ts";
import { variables } from "../../bot/config/variables.ts";
import { tokenIn } from "../../bot/platforms/discord/api.ts";
import { startWorld, type World } from "../local/azure/world.ts";
import { unrecordedTest } from "../recording.ts";

const { x = "" } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
const publicKey = Buffer.from(x, "base64url").toString("hex");

const discord = {
  discordApplicationId: "1100000000000000001",
  discordPublicKey: publicKey,
  discordGuildId: "1100000000000000002",
  discordAdminChannelId: "1100000000000000003",
};

/** The role Key Vault Secrets User. */
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const root = join(import.meta.dirname, "..", "..");
const source = (file: string) => readFileSync(join(root, file), "utf8");
const template = JSON.parse(source("infra/main.json")) as Record<string, unknown>;
/** Such as a portal would send. */
const parameters = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

describe("main.bicep, deployed into the simulator by its owner", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const properties = (type: string, name?: RegExp) =>
    world.azure
      .resources()
      .filter((resource) => resource.type.endsWith(type) && (name?.test(resource.name) ?? true))
      .map((resource) => resource.properties);
  const deploy = async (values: Record<string, unknown>) => {
    const path = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/providers/Microsoft.Resources/deployments/again`;
    const body = {
      location: "eastus2",
      properties: { mode: "Incremental", template, parameters: parameters(values) },
    };
    const { status, body: answer } = await world.raw("PUT", path, body, world.operator.credential);
    world.pass(600);
    const after = await world.raw("GET", path, undefined, world.operator.credential);
    return { status, error: JSON.stringify(answer.error), after: after.body["properties"] };
  };

  test("reaches the bot and its storage by HTTPS only, with TLS 1.2 at least", () => {
    expect(properties("Microsoft.Web/sites")).toMatchObject([
      { httpsOnly: true, siteConfig: { minTlsVersion: "1.2" } },
    ]);
    const accounts = properties("storageAccounts");
    expect(accounts.length).toBeGreaterThan(0);
    for (const account of accounts)
      expect(account).toMatchObject({ minimumTlsVersion: "TLS1_2", supportsHttpsTrafficOnly: true });
  });

  test("sets all that the bot needs, and nothing that it does not know", () => {
    const [settings] = properties("sites/config") as [Record<string, string>];
    expect(readConfig(settings).config).toMatchObject({
      azure: { INSTANCES_GROUP: "openclaw-rg", HOME_DISK: { sizeGb: 30, sku: "StandardSSD_LRS" } },
      teams: { MicrosoftAppType: "UserAssignedMSI" },
      storage: { clientId: settings["AZURE_CLIENT_ID"] },
    });
    const ofTheHost = ["AzureWebJobsStorage__credential", "PUBLIC_URL"];
    const unknown = Object.keys(settings).filter(
      (name) => !name.startsWith("APPLICATIONINSIGHTS_") && !ofTheHost.includes(name),
    );
    expect(unknown.filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
    expect(world.azure.outputs()["settings"]).toMatchObject({ VM_SIZE: "Standard_B2als_v2", EXTRAS: "on" });
  });

  test("alerts look every 15 minutes, but for work in the poison queue; the guide names what they cost", () => {
    const rules = world.azure
      .resources()
      .filter(({ type }) => type.endsWith("scheduledQueryRules"))
      .map(({ name, properties: { evaluationFrequency: every, windowSize: back } }) => ({
        name,
        every,
        back,
      }));
    const quick = rules.filter(({ every }) => every === "PT5M");
    expect(quick).toEqual([{ name: expect.stringMatching(/-poison-queue$/), every: "PT5M", back: "PT15M" }]);
    const rest = rules.filter(({ every }) => every !== "PT5M");
    // Twice as far as the next look, since entries arrive late.
    for (const { every, back } of rest) expect([every, back]).toEqual(["PT15M", "PT30M"]);
    expect(rest).toHaveLength(6);
    const dollars = (rest.length * 0.5 + quick.length * 1.5).toFixed(2);
    expect(source("docs/deploy.md")).toContain(`$${dollars} for the seven alert rules`);
  });

  test("tags everything that can be tagged with project and environment", () => {
    const untagged = world.azure
      .resources()
      .filter(({ type, tags }) => {
        const top = type.split("/").length === 2 || /resourceGroups$|channels$/.test(type);
        const right = tags?.["project"] === "openclaw" && tags["environment"] === "dev";
        return top && !type.startsWith("Microsoft.Authorization/") && !right;
      })
      .map(({ id }) => id);
    expect(untagged).toEqual([]);
  });

  test("a second deployment leaves the secrets alone, and gives nobody a role twice", async () => {
    await world.operator.secrets.setSecret("openclaw-shared", '{"ANTHROPIC_API_KEY":"ours"}');
    await world.operator.secrets.setSecret("discord-bot-token", "the real one");
    const roles = properties("roleAssignments").length;
    const again = await deploy({
      deployerPrincipalId: world.azure.identity("operator").principalId,
      deployerPrincipalType: "ServicePrincipal",
    });
    expect(again.after).toMatchObject({ provisioningState: "Succeeded" });
    expect((await world.operator.secrets.getSecret("openclaw-shared")).value).toContain("ours");
    expect((await world.operator.secrets.getSecret("discord-bot-token")).value).toBe("the real one");
    expect(properties("roleAssignments").length).toBe(roles);
  });

  test("Discord's token stays in the vault, where the bot reads it: no setting holds or names its value", async () => {
    await deploy(discord);
    const [settings] = properties("sites/config") as [Record<string, string>];
    expect(JSON.stringify(settings)).not.toMatch(/DISCORD_BOT_TOKEN|@Microsoft\.KeyVault/);
    const { config, faults } = readConfig(settings);
    expect(faults).toEqual([]);
    expect(config?.discord?.DISCORD_TOKEN_SECRET).toBe("discord-bot-token");
    // The bot may read that one and no other.
    const bot = world.azure.identity("bot").principalId;
    const reads = properties("roleAssignments").filter(
      (role) => role["principalId"] === bot && String(role["roleDefinitionId"]).endsWith(secretsUser),
    );
    expect(reads.map(({ scope }) => String(scope).split("/").at(-1))).toEqual(["discord-bot-token"]);
  });

  test("what the vault holds at first as Discord's token counts as none", async () => {
    const fresh = await startWorld();
    const { value } = await fresh.bot.secrets.getSecret("discord-bot-token");
    expect(tokenIn(value ?? "")).toBeUndefined();
    await fresh.close();
  });

  test("takes what was pasted with white space around it", async () => {
    const pasted = Object.entries(discord).map(([name, value]) => [name, `\t${value} \r\n`]);
    const conversation = "19:admins@thread.tacv2";
    await deploy({
      ...Object.fromEntries(pasted),
      teamsAdminConversation: ` ${conversation}\n`,
      sharePointHost: "Contoso.sharepoint.com\n",
    });
    const [settings] = properties("sites/config") as [Record<string, string>];
    expect(settings).toMatchObject({
      DISCORD_APPLICATION_ID: discord.discordApplicationId,
      DISCORD_PUBLIC_KEY: publicKey,
      DISCORD_GUILD_ID: discord.discordGuildId,
      DISCORD_ADMIN_CHANNEL_ID: discord.discordAdminChannelId,
      TEAMS_ADMIN_CONVERSATION: conversation,
      TEAMS_SHAREPOINT_HOST: "contoso.sharepoint.com",
    });
  });

  test.each([
    ["the agent's own account as break-glass account", { adminUsername: "openclaw" }, "must not be openclaw"],
    ["an account of the system as break-glass account", { adminUsername: "root" }, "adminUsername must be"],
    ["an account that no system takes", { adminUsername: "Open Claw;" }, "adminUsername must be"],
    ["a key that is none", { breakGlassPublicKey: "ssh-garbage" }, "breakGlassPublicKey must be"],
    ["one group for two things", { backupResourceGroupName: "OpenClaw-RG" }, "three different groups"],
    ["an account that Azure refuses", { adminUsername: "user1" }, "adminUsername must be"],
    ["an admin whose id is none", { bootstrapAdmins: `entra:${"z".repeat(36)}` }, "bootstrapAdmins must be"],
    [
      "an admin of Discord by name",
      { bootstrapAdmins: "discord:ada-the-admin-of-it" },
      "bootstrapAdmins must",
    ],
    [
      "an id that is too long for Discord",
      { bootstrapAdmins: `discord:${"1".repeat(30)}` },
      "bootstrapAdmins",
    ],
    [
      "a conversation that is none of Teams",
      { teamsAdminConversation: "general" },
      "teamsAdminConversation must",
    ],
    [
      "a SharePoint with its path",
      { sharePointHost: "https://contoso.sharepoint.com/" },
      "sharePointHost must",
    ],
    ["a deployer whose id is none", { deployerPrincipalId: "z".repeat(36) }, "deployerPrincipalId must be"],
    [
      "a Discord application by name",
      { ...discord, discordApplicationId: "my-app" },
      "must be 15 to 21 digits",
    ],
    ...Object.keys(discord).map((name): [string, Record<string, string>, string] => [
      `Discord without its ${name}`,
      { ...discord, [name]: " " },
      "Discord needs all of",
    ]),
    ["a Discord server that is none", { ...discord, discordGuildId: "12" }, "must be 15 to 21 digits"],
    ["a key of 64 letters", { ...discord, discordPublicKey: "z".repeat(64) }, "discordPublicKey must be"],
    ["an admin without an id", { bootstrapAdmins: "entra:" }, "bootstrapAdmins must be"],
    ["a deployer who is no object id", { deployerPrincipalId: "nobody" }, "deployerPrincipalId must be"],
    ["a subnet outside the network", { subnetRange: "10.1.0.0/20" }, "the second within the first"],
    ["a subnet larger than the network", { subnetRange: "10.0.0.0/8" }, "the second within the first"],
    ["a range that names one address", { networkRange: "10.0.0.5/16" }, "must look like 10.0.0.0/16"],
    ["a range that is none", { networkRange: "10.0.0.0/160" }, "'10.0.0.0/160' is not valid"],
    ["an environment that is no name", { environment: "-" }, "environment must be"],
    [
      "a public key of Discord's that is none",
      {
        discordApplicationId: "1",
        discordPublicKey: "zz",
        discordGuildId: "2",
        discordAdminChannelId: "3",
      },
      "discordPublicKey must be",
    ],
    ["a size that is not on the list", { vmSize: "Standard_B2s" }, "vmSize"],
    ["a port below 1024", { openclawPort: 80 }, "openclawPort"],
  ])("%s: refused, with the reason, and nothing started", async (_title, values, reason) => {
    unrecordedTest("parameters that the template does not take");
    const { status, error } = await deploy(values);
    expect(status).toBe(400);
    expect(error).toContain(reason);
    const path = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/providers/Microsoft.Resources/deployments/again/validate`;
    const body = {
      location: "eastus2",
      properties: { mode: "Incremental", template, parameters: parameters(values) },
    };
    const validated = await world.raw("POST", path, body, world.operator.credential);
    expect(validated.status).toBe(400);
    expect(JSON.stringify(validated.body)).toContain(reason);
  });
});

test("alerts look for what the bot says", () => {
  const files = readdirSync(join(root, "bot"), { recursive: true, encoding: "utf8" });
  const bot = files.filter((file) => file.endsWith(".ts")).map((file) => source(join("bot", file)));
  const phrases = [...source("infra/modules/monitoring.bicep").matchAll(/Message has "([^"]+)"/g)].map(
    ([, phrase = ""]) => phrase.replaceAll("\\'", "'"),
  );
  expect(phrases.length).toBe(6);
  const unsaid = phrases.filter((phrase) => !bot.some((text) => text.includes(`"${phrase}"`)));
  expect(unsaid).toEqual([]);
  // What an alert looks for must not be among what is left out to save space.
  const { logging } = JSON.parse(source("host.json")) as {
    logging: { applicationInsights: { samplingSettings: { excludedTypes: string } } };
  };
  expect(logging.applicationInsights.samplingSettings.excludedTypes.split(";")).toEqual(
    expect.arrayContaining(["Request", "Trace"]),
  );
});

describe("what surrounds the template names what it has", () => {
  const { parameters: known, outputs } = template as Record<"parameters" | "outputs", Record<string, object>>;
  const document = source("docs/deploy.md");

  test("azd's parameters are parameters of the template", () => {
    const { parameters: given } = JSON.parse(source("infra/main.parameters.json")) as { parameters: object };
    expect(Object.keys(given).filter((name) => !(name in known))).toEqual([]);
  });

  test("azd puts the program into the bot's group, though three groups carry the environment's tag", () => {
    expect(outputs).toMatchObject({
      AZURE_RESOURCE_GROUP: { value: "[parameters('botResourceGroupName')]" },
    });
    expect(source("infra/modules/app.bicep")).toContain("'azd-service-name': 'bot'");
  });

  test("azd's hooks are scripts of this project", () => {
    const { scripts } = JSON.parse(source("package.json")) as { scripts: Record<string, string> };
    const hooks = [...source("azure.yaml").matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(hooks.length).toBeGreaterThan(0);
    expect(hooks.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("the deployment guide names parameters, outputs and secrets that exist", () => {
    const table = [...document.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    const line = /az deployment sub create .*/.exec(document)?.[0] ?? "";
    const typed = [...line.matchAll(/(\w+)=/g)].map(([, name = ""]) => name);
    const switched = [...document.matchAll(/`(\w+)=0`/g)].map(([, name = ""]) => name);
    expect([...table, ...typed, ...switched].filter((name) => !(name in known))).toEqual([]);
    const set = [...document.matchAll(/azd env set (\w+)/g)].map(([, name = ""]) => name);
    const taken = [...source("infra/main.parameters.json").matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(set.filter((name) => !taken.includes(name))).toEqual([]);
    const named = ["ARCHIVE_CONTAINER_URL", "FUNCTION_APP_NAME", "BOT_PRINCIPAL_ID", "KEY_VAULT_NAME"];
    expect([...named, "DISCORD_INTERACTIONS_URL"].filter((name) => !(name in outputs))).toEqual([]);
    expect(named.every((name) => document.includes(name))).toBe(true);
    const secrets = [...document.matchAll(/secret set .* --name (\S+)/g)].map(([, name = ""]) => name);
    expect(secrets.filter((name) => !source("infra/modules/vault.bicep").includes(`'${name}'`))).toEqual([]);
  });
});
