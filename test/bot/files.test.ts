import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileFetcher, isBelow } from "../../bot/files.ts";
import { type Server, serve } from "../../local/serve.ts";

describe("where a file may be fetched from", () => {
  const discord = ["https://cdn.discordapp.com", "https://media.discordapp.net"];
  const teams = ["https://*.sharepoint.com"];
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
    fetchText = fileFetcher({ discord: [server.url] });
  });
  afterAll(() => server.close());

  it("is a text", async () => {
    const file = { platform: "discord", name: "team.json", url: `${server.url}/team.json` };
    expect(await fetchText(file)).toBe('{"members":[]}');
  });

  it.each([
    ["discord", "/large", "larger than one megabyte"],
    ["discord", "/picture", "is not a text in UTF-8"],
    ["discord", "/elsewhere", "could not be fetched"],
    ["discord", "/none", "could not be fetched"],
    ["teams", "/team.json", "is not where teams keeps files"],
  ])("on %s, %s is refused: %s", async (platform, path, why) => {
    const refused = fetchText({ platform, name: "team.json", url: `${server.url}${path}` });
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.not.toThrow("http");
  });
});
