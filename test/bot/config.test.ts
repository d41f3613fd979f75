import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { problemsOf, readConfig } from "../../bot/config.ts";

const example: Record<string, string> = JSON.parse(
  readFileSync("local.settings.example.json", "utf8"),
).Values;
const without = (pattern: RegExp) =>
  Object.fromEntries(Object.entries(example).filter(([name]) => !pattern.test(name)));
const discord = /^DISCORD_/;
const teams = /^(Microsoft|TEAMS_|BOT_)/;

/** What is wrong with these settings, one fault a line. */
function faults(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return String(error)
      .split("\n")
      .slice(1, -1)
      .map((line) => line.trim());
  }
}

describe("platforms", () => {
  it("may be Discord, Teams or both", () => {
    expect(readConfig(example)).toMatchObject({ discord: {}, teams: {} });
    expect(readConfig(without(discord)).discord).toBeUndefined();
    expect(readConfig(without(teams)).teams).toBeUndefined();
  });

  it("are one at least", () => {
    expect(faults(without(/^(DISCORD_|Microsoft|TEAMS_|BOT_)/))).toEqual([
      expect.stringContaining("the bot needs a platform"),
    ]);
  });

  it("are set up wholly or not at all", () => {
    expect(faults({ ...without(discord), DISCORD_GUILD_ID: "1100000000000000002" })).toHaveLength(4);
    const tenant = { MicrosoftAppTenantId: "00000000-0000-0000-0000-000000000003" };
    expect(faults({ ...without(teams), ...tenant })).toEqual(["MicrosoftAppId is missing"]);
  });

  it("take what has a default, or is empty, for not set", () => {
    const set = { DISCORD_API_URL: "http://localhost:1", DISCORD_GUILD_ID: "", DISCORD_BOT_TOKEN: "" };
    expect(readConfig({ ...without(discord), ...set }).discord).toBeUndefined();
  });

  it("need no admin channel in Teams", () => {
    expect(readConfig({ ...example, TEAMS_ADMIN_CONVERSATION: "" }).teams).toMatchObject({
      MicrosoftAppType: "UserAssignedMSI",
      TEAMS_ADMIN_CONVERSATION: undefined,
    });
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
    readConfig(set).teams ?? {};
  expect([BOT_OPENID_METADATA_URL, BOT_TOKEN_ISSUER, BOT_LOGIN_URL, TEAMS_SERVICE_URL]).toEqual([
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "https://api.botframework.com",
    "https://login.microsoftonline.com/botframework.com",
    "https://smba.trafficmanager.net/teams",
  ]);
});

it("names what keeps nothing from running, and is seldom meant", () => {
  const archive = { ARCHIVE_URL: "https://contoso.blob.core.windows.net/a", ARCHIVE_SHA256: "0f".repeat(32) };
  const whole = { ...example, ...archive };
  expect(problemsOf(readConfig(whole))).toEqual([]);
  const problems = (env: Record<string, string>) => problemsOf(readConfig({ ...whole, ...env })).join();
  expect(problems({ PUBLIC_URL: "http://localhost:7071" })).toContain("PUBLIC_URL is not https");
  expect(problems({ TEAMS_ADMIN_CONVERSATION: "" })).toContain("reaches Discord alone");
  expect(problems({ ARCHIVE_SHA256: "" })).toContain("from npm");
});
