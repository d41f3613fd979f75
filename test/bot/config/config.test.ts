import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Config, problemsOf, readConfig } from "../../../bot/config/config.ts";

const example: Record<string, string> = JSON.parse(
  readFileSync("local.settings.example.json", "utf8"),
).Values;
const without = (pattern: RegExp) =>
  Object.fromEntries(Object.entries(example).filter(([name]) => !pattern.test(name)));
const discord = /^DISCORD_/;
const teams = /^(Microsoft|TEAMS_|BOT_)/;

/** What is wrong with these settings, one fault a line. */
const faults = (env: Record<string, string>): readonly string[] => readConfig(env).faults;

function configOf(env: Record<string, string>): Config {
  const { config } = readConfig(env);
  if (!config) throw new Error("the bot can't work at all");
  return config;
}

describe("platforms", () => {
  it("may be Discord, Teams or both", () => {
    expect(configOf(example)).toMatchObject({ discord: {}, teams: {}, refusing: {} });
    for (const [env, name] of [
      [without(discord), "discord"],
      [without(teams), "teams"],
    ] as const) {
      expect(configOf(env)[name]).toBeUndefined();
      expect(configOf(env).refusing[name]).toBeUndefined();
    }
  });

  it("are one at least", () => {
    const nowhere = without(/^(DISCORD_|Microsoft|TEAMS_|BOT_)/);
    const why = [expect.stringContaining("the bot needs a platform")];
    expect(faults(nowhere)).toEqual(why);
    expect(configOf(nowhere).refusing).toEqual({ discord: why, teams: why });
  });

  it("are set up wholly or not at all", () => {
    expect(faults({ ...without(discord), DISCORD_GUILD_ID: "1100000000000000002" })).toEqual([
      "DISCORD_PUBLIC_KEY is missing",
      "DISCORD_APPLICATION_ID is missing",
      "DISCORD_ADMIN_CHANNEL_ID is missing",
    ]);
    const tenant = { MicrosoftAppTenantId: "00000000-0000-0000-0000-000000000003" };
    expect(faults({ ...without(teams), ...tenant })).toEqual(["MicrosoftAppId is missing"]);
  });

  it("take what has a default, or is empty, for not set", () => {
    const set = { DISCORD_API_URL: "http://localhost:1", DISCORD_GUILD_ID: "", DISCORD_PUBLIC_KEY: "" };
    expect(configOf({ ...without(discord), ...set }).discord).toBeUndefined();
    expect(faults({ ...without(discord), ...set })).toEqual([]);
  });

  it("need no admin channel in Teams", () => {
    const without = { ...example, TEAMS_ADMIN_CONVERSATION: "" };
    expect(configOf(without).teams).toMatchObject({ MicrosoftAppType: "UserAssignedMSI" });
    expect(configOf(without).teams?.TEAMS_ADMIN_CONVERSATION).toBeUndefined();
    expect(faults(without)).toEqual([]);
  });
});

describe("an empty app id, with which botbuilder lets everybody in, is refused", () => {
  it.each([example, without(teams)])("always", (env) => {
    expect(faults({ ...env, MicrosoftAppId: "" }).join()).toContain("MicrosoftAppId");
  });
});

it("takes no other identity than the bot's own", () => {
  expect(faults({ ...example, MicrosoftAppType: "MultiTenant" })).toHaveLength(1);
});

it("talks to Microsoft where nothing else is said", () => {
  const set = without(/^(TEAMS_SERVICE_URL|BOT_|MicrosoftAppType)/);
  const { BOT_OPENID_METADATA_URL, BOT_TOKEN_ISSUER, BOT_LOGIN_URL, TEAMS_SERVICE_URL } =
    configOf(set).teams ?? {};
  expect([BOT_OPENID_METADATA_URL, BOT_TOKEN_ISSUER, BOT_LOGIN_URL, TEAMS_SERVICE_URL]).toEqual([
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "https://api.botframework.com",
    "https://login.microsoftonline.com/botframework.com",
    "https://smba.trafficmanager.net/teams",
  ]);
});

it("takes a checksum in capitals, as PowerShell's Get-FileHash writes it", () => {
  const { config, faults: found } = readConfig({ ...example, ARCHIVE_SHA256: "0F".repeat(32) });
  expect(found).toEqual([]);
  expect(config?.azure.ARCHIVE_SHA256).toBe("0f".repeat(32));
});

it("names what keeps nothing from running, and is seldom meant", () => {
  const archive = { ARCHIVE_URL: "https://contoso.blob.core.windows.net/a", ARCHIVE_SHA256: "0f".repeat(32) };
  const whole = { ...example, ...archive };
  expect(problemsOf(configOf(whole))).toEqual([]);
  const problems = (env: Record<string, string>) => problemsOf(configOf({ ...whole, ...env })).join();
  expect(problems({ PUBLIC_URL: "http://localhost:7071" })).toContain("PUBLIC_URL isn't https");
  expect(problems({ TEAMS_ADMIN_CONVERSATION: "" })).toContain("go only to Discord");
  expect(problems({ ARCHIVE_SHA256: "" })).toContain("from npm");
  expect(problems({ TEAMS_SHAREPOINT_HOST: "" })).toContain("attached in Teams can't be read; pasting works");
});

describe("what is wrong takes nothing else down", () => {
  const needed: [keyof Config["refusing"], string][] = [
    ["discord", "DISCORD_PUBLIC_KEY"],
    ["discord", "DISCORD_APPLICATION_ID"],
    ["discord", "DISCORD_GUILD_ID"],
    ["teams", "MicrosoftAppId"],
    ["teams", "MicrosoftAppTenantId"],
  ];
  it.each(
    needed.flatMap(([platform, name]) => ["", "wrong"].map((value) => [platform, name, value] as const)),
  )("%s alone refuses where %s is '%s'", (platform, name, value) => {
    const { config, faults: found } = readConfig({ ...example, [name]: value });
    const why = [expect.stringMatching(`^${name} `)];
    expect(found).toEqual(why);
    expect(config?.refusing[platform]).toEqual(why);
    const other = platform === "discord" ? "teams" : "discord";
    expect([config?.[platform], config?.refusing[other]]).toEqual([undefined, undefined]);
    expect(config?.[other]).toEqual(configOf(example)[other]);
  });

  const others = Object.keys(example).filter(
    (name) => (discord.test(name) || teams.test(name)) && !needed.some(([, one]) => one === name),
  );
  it.each(others)("both platforms work where %s is wrong, and it is named", (name) => {
    const { config, faults: found } = readConfig({ ...example, [name]: "%" });
    expect(found).toEqual([expect.stringMatching(`^${name} `)]);
    expect(config).toMatchObject({ discord: {}, teams: {}, refusing: {} });
    expect(config?.refusing).toEqual({});
  });

  it("a platform's admins hear once it works again", () => {
    expect(configOf({ ...example, DISCORD_PUBLIC_KEY: "" }).adminPlatforms).toEqual(["discord", "teams"]);
    expect(configOf({ ...example, DISCORD_ADMIN_CHANNEL_ID: "x" }).adminPlatforms).toEqual(["teams"]);
  });

  const givingWay: [string, string][] = [
    ...["TRUSTED_PROXIES", "ACCESS_HOURS", "BACKUP_HOUR", "OPENCLAW_PORT", "MOST_ADDRESSES", "MOST_BACKUPS"],
    ...["AZURE_RESOURCE_MANAGER_URL", "GRAPH_URL", "PRICES_URL"],
    ...["VM_SIZE", "ENVIRONMENT", "ADMIN_USERNAME", "BREAK_GLASS_PUBLIC_KEY"],
    ...["NETWORK_POLICY", "ATTACH_TO_SCALE_SET", "EXTRAS", "BOOTSTRAP_ADMINS", "RECOVERY_ADMINS"],
  ].map((name) => [name, "%"]);
  it.each([...givingWay, ["ADMIN_USERNAME", "openclaw"], ["BACKUP_HOUR", "24"]])(
    "everything works where %s is '%s': its default holds, and it is named",
    (name, value) => {
      const { config, faults: found } = readConfig({ ...example, [name]: value });
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((fault) => !fault.startsWith(`${name} `))).toEqual([]);
      expect(config).toEqual(configOf({ ...example, [name]: "" }));
    },
  );

  it("nobody is let in, and no network opened, by what is wrong", () => {
    const wrong = {
      NETWORK_POLICY: "opened",
      BOOTSTRAP_ADMINS: "discord:*",
      BREAK_GLASS_PUBLIC_KEY: "no key",
    };
    const { azure } = configOf({ ...example, ...wrong });
    expect(azure).toMatchObject({ NETWORK_POLICY: "locked", BOOTSTRAP_ADMINS: [] });
    expect(azure.BREAK_GLASS_PUBLIC_KEY).toBeUndefined();
  });

  it.each(["KEEP_DAYS", "BACKUP_DAYS", "NIGHTLY_KEEP", "AUDIT_DAYS"])(
    "a default does not stand in for %s: it could delete what somebody meant to keep",
    (name) => {
      const { config, faults: found } = readConfig({ ...example, [name]: "a year", EXTRAS: "yes" });
      expect(config).toBeUndefined();
      expect(found.map((fault) => fault.split(" ")[0]).toSorted()).toEqual(["EXTRAS", name].toSorted());
    },
  );

  it.each([
    ["HOME_DISK", "100"],
    ["HOME_DISK", "100,SSD"],
    ["ARCHIVE_URL", "contoso.blob.core.windows.net/a"],
    ["ARCHIVE_SHA256", "0f"],
  ])("a default does not stand in for %s: VMs would be built otherwise than was meant", (name, value) => {
    const { config, faults: found } = readConfig({ ...example, [name]: value });
    expect(config).toBeUndefined();
    expect([...new Set(found.map((fault) => fault.split(" ")[0]))]).toEqual([name]);
  });

  it.each(["BOOTSTRAP_ADMINS", "RECOVERY_ADMINS"] as const)(
    "of %s the entries that are right count, and the others are named",
    (name) => {
      const right = ["entra:0F1B6B1E-0000-4000-8000-00000000000A", "discord:1100000000000000101"];
      const list = `${right[0]}, mia@contoso.com;${right[1]} discord:1`;
      const { config, faults: found } = readConfig({ ...example, [name]: list });
      expect(config?.azure[name]).toEqual(right.map((entry) => entry.toLowerCase()));
      expect(found).toEqual(
        [2, 4].map((entry) => `${name} must be entra:<object id> or discord:<id> (entry ${entry})`),
      );
    },
  );

  it("of the addresses of files too", () => {
    const { config, faults: found } = readConfig({
      ...example,
      TEAMS_FILE_ORIGINS: "http://localhost:1 localhost",
    });
    expect(config?.teams?.TEAMS_FILE_ORIGINS).toEqual(["http://localhost:1"]);
    expect(found).toHaveLength(1);
  });

  it.each([
    ["TEAMS_ADMIN_CONVERSATION", {}],
    ["TEAMS_SHAREPOINT_HOST", { TEAMS_FILE_ORIGINS: "" }],
  ])("%s is not said not to be set where it is wrong", (name, env) => {
    const told = (value: string) => {
      const { config, faults: found } = readConfig({ ...example, ...env, [name]: value });
      const problems = config ? problemsOf(config, found) : [];
      return [found, problems.filter((problem) => problem.startsWith(name))].map(({ length }) => length);
    };
    expect(told("")).toEqual([0, 1]);
    expect(told("wrong")).toEqual([1, 0]);
  });

  it("the bot does not work at all where something is wrong that has no default, and says all of it at once", () => {
    const broken = {
      ...example,
      KEY_VAULT_URL: "",
      HOME_DISK: "big",
      AzureWebJobsStorage: "nonsense",
      DISCORD_GUILD_ID: "1",
    };
    const { config, faults: found } = readConfig(broken);
    expect(config).toBeUndefined();
    expect([...new Set(found.map((line) => line.split(" ")[0]))]).toEqual([
      "KEY_VAULT_URL",
      "HOME_DISK",
      "AzureWebJobsStorage",
      "DISCORD_GUILD_ID",
    ]);
  });
});

describe("a setting has clean ends", () => {
  const around = ["%s ", " %s\n", "%s\r\n", "\uFEFF%s", "\u200B%s\t", "\u00A0%s\0"];
  it.each(around.map((form) => [JSON.stringify(form), form]))("in %s", (_shown, form) => {
    const pasted = Object.entries(example).map(([name, value]) => [name, form.replace("%s", value)]);
    expect(readConfig(Object.fromEntries(pasted))).toEqual(readConfig(example));
  });

  const nothing = [
    "",
    " ",
    "\r\n",
    "\uFEFF",
    "\u200B",
    "not-set",
    " not-set\n",
    "@Microsoft.KeyVault(SecretUri=https://a/b)",
  ];
  it.each(nothing.map((value) => [JSON.stringify(value), value]))("%s counts as missing", (_shown, value) => {
    expect(faults({ ...example, SUBNET_ID: value, DISCORD_GUILD_ID: value })).toEqual([
      "SUBNET_ID is missing",
      "DISCORD_GUILD_ID is missing",
    ]);
    expect(configOf({ ...example, VM_SIZE: value, BREAK_GLASS_PUBLIC_KEY: value }).azure).toEqual(
      configOf(example).azure,
    );
  });
});
