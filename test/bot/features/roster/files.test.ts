import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig, teamsFileOrigins } from "../../../../bot/config/config.ts";
import { fileFetcher, isBelow } from "../../../../bot/features/roster/files.ts";
import { type Server, serve } from "../../../../local/serve.ts";

const example: Record<string, string> = JSON.parse(
  readFileSync("local.settings.example.json", "utf8"),
).Values;
function teamsOf(env: Record<string, string>) {
  const { config } = readConfig({ ...example, ...env });
  if (!config?.teams) throw new Error("there is no Teams");
  return config.teams;
}

describe("where a file may be fetched from", () => {
  const discord = ["https://cdn.discordapp.com", "https://media.discordapp.net"];
  const teams = teamsFileOrigins(
    teamsOf({ TEAMS_SHAREPOINT_HOST: "Contoso.SharePoint.com", TEAMS_FILE_ORIGINS: "" }),
  );
  const unset = teamsFileOrigins(teamsOf({ TEAMS_SHAREPOINT_HOST: "", TEAMS_FILE_ORIGINS: "" }));
  const wrong = teamsFileOrigins(
    teamsOf({ TEAMS_SHAREPOINT_HOST: "evil.example/.sharepoint.com", TEAMS_FILE_ORIGINS: "" }),
  );
  it.each([
    ["https://cdn.discordapp.com/ephemeral-attachments/1/2/team.json?ex=1", discord, true],
    ["https://media.discordapp.net/attachments/1/2/team.json", discord, true],
    ["http://cdn.discordapp.com/team.json", discord, false],
    ["https://cdn.discordapp.com.evil.example/team.json", discord, false],
    ["https://cdn.discordapp.com@evil.example/team.json", discord, false],
    ["https://cdn.discordapp.com:8443/team.json", discord, false],
    ["https://evil.example/?https://cdn.discordapp.com", discord, false],
    ["https://169.254.169.254/metadata", discord, false],
    ["file:///etc/passwd", discord, false],
    ["https://contoso-my.sharepoint.com/personal/team.json", teams, true],
    ["https://CONTOSO.SharePoint.com/team.json", teams, true],
    ["https://contoso.sharepoint.com:8443/team.json", teams, false],
    ["http://contoso.sharepoint.com/team.json", teams, false],
    ["https://fabrikam.sharepoint.com/team.json", teams, false],
    ["https://fabrikam-my.sharepoint.com/personal/team.json", teams, false],
    ["https://contoso-my-my.sharepoint.com/team.json", teams, false],
    ["https://contoso.sharepoint.com.evil.example/team.json", teams, false],
    ["https://contoso.sharepoint.com/team.json", unset, false],
    ["https://evil.example/team.json", wrong, false],
    ["https://sharepoint.com/team.json", teams, false],
    ["https://evilsharepoint.com/team.json", teams, false],
    ["https://me@contoso.sharepoint.com/team.json", teams, false],
    ["no address", teams, false],
    ["https://contoso.sharepoint.com/team.json", [], false],
  ])("%s of %j: %s", (address, origins, expected) => expect(isBelow(address, origins)).toBe(expected));
});

describe("what is fetched", () => {
  let server: Server;
  let fetchText: ReturnType<typeof fileFetcher>;
  const answers: Readonly<Record<string, () => Response>> = {
    "/team.json": () => new Response('{"members":[]}'),
    "/large": () => new Response("x".repeat(1_000_001)),
    "/picture": () => new Response(new Uint8Array([0x89, 0x50, 0xff, 0xfe])),
    "/elsewhere": () => Response.redirect("http://localhost:1/secret"),
  };
  beforeAll(async () => {
    server = await serve(
      ({ url }) => answers[new URL(url).pathname]?.() ?? new Response("", { status: 404 }),
      { port: 0 },
    );
    fetchText = fileFetcher({
      discord: { origins: [server.url] },
      teams: { origins: ["https://contoso.sharepoint.com"], setBy: "sharePointHost" },
      nowhere: { origins: [], setBy: "sharePointHost" },
    });
  });
  afterAll(() => server.close());

  it("is a text", async () => {
    const file = { platform: "discord", name: "team.json", url: `${server.url}/team.json` };
    expect(await fetchText(file)).toBe('{"members":[]}');
  });

  it.each([
    ["discord", "/large", "larger than one megabyte"],
    ["discord", "/picture", "isn't UTF-8 text"],
    ["discord", "/elsewhere", "I couldn't fetch"],
    ["discord", "/none", "I couldn't fetch"],
    ["teams", "/team.json", "isn't stored where teams keeps files"],
    ["another", "/team.json", "isn't stored where another keeps files"],
    ["nowhere", "/team.json", /Paste its text instead, or ask whoever runs the bot to set sharePointHost/],
  ])("on %s, %s is refused: %s", async (platform, path, why) => {
    const refused = fetchText({ platform, name: "team.json", url: `${server.url}${path}` });
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.not.toThrow("http");
  });
});
