import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";
import { z } from "zod";
import type { Command } from "../bot/core/command.ts";
import { commands } from "../bot/features/commands.ts";

const root = resolve(import.meta.dirname, "..");

const details = z.object({
  /** The bot's app id: the client id of its identity. */
  botId: z.guid("--bot-id or MicrosoftAppId: the bot's app id, a GUID"),
  /** The app's own id in Teams; by default the bot's. */
  appId: z.guid("--app-id or TEAMS_APP_ID: a GUID").optional(),
  publicUrl: z.url({ protocol: /^https$/, error: "--public-url or PUBLIC_URL: the bot's https address" }),
  /** Where people read about it, its privacy and its terms; by default the bot's address. */
  websiteUrl: z.url({ protocol: /^https$/, error: "--website or WEBSITE_URL: an https address" }).optional(),
});
type Details = z.infer<typeof details>;

/** The most commands that a list shows (manifest 1.29, `bots[].commandLists[].commands`). */
const listed = 12;

/** What Teams suggests when someone starts to write. People can still type everything else. */
function commandLists() {
  const offered = commands.filter(({ hidden }) => !hidden);
  const help = offered.filter(({ name }) => name === "help");
  const of = (audience: Command["audience"]) => offered.filter((one) => one.audience === audience);
  const list = (first: readonly Command[], titleOf: (name: string) => string) =>
    [...first.slice(0, listed - help.length), ...help].map((one) => ({
      title: one.audience === "admin" ? titleOf(one.name) : one.name,
      description: one.about,
    }));
  const members = list(of("member"), (name) => name);
  return [
    { scopes: ["personal"], triggers: ["mention"], commands: members },
    // Others see neither the command nor the answer.
    { scopes: ["team", "groupChat"], triggers: ["slash"], commands: members },
    // Everyone reads a mention: that is what the admins' channel wants.
    {
      scopes: ["team", "groupChat"],
      triggers: ["mention"],
      commands: list(of("admin"), (name) => `openclaw-admin ${name}`),
    },
  ];
}

/** The app package: the completed manifest and its icons, as a zip. */
export function teamsPackage({
  botId,
  appId = botId,
  publicUrl,
  websiteUrl = publicUrl,
}: Details): Uint8Array {
  const file = (name: string) => readFileSync(join(root, "teams", name));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const values: Record<string, string> = {
    VERSION: version,
    APP_ID: appId,
    BOT_ID: botId,
    WEBSITE_URL: websiteUrl,
    DOMAIN: new URL(publicUrl).hostname,
  };
  const filled = file("manifest.json")
    .toString("utf8")
    .replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name] ?? "");
  const manifest = JSON.parse(filled, (key, value) => (key === "commandLists" ? commandLists() : value));
  return zipSync({
    "manifest.json": new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`),
    "color.png": file("color.png"),
    "outline.png": file("outline.png"),
  });
}

if (import.meta.main) {
  const option = { type: "string" } as const;
  const { values } = parseArgs({
    options: { "bot-id": option, "app-id": option, "public-url": option, website: option, out: option },
  });
  const { env } = process;
  const asked = details.safeParse({
    botId: values["bot-id"] ?? env["MicrosoftAppId"],
    appId: values["app-id"] ?? env["TEAMS_APP_ID"],
    publicUrl: values["public-url"] ?? env["PUBLIC_URL"],
    websiteUrl: values.website ?? env["WEBSITE_URL"],
  });
  if (asked.success) {
    const out = resolve(values.out ?? join(root, "dist", "teams", "openclaw-chatops.zip"));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, teamsPackage(asked.data));
    process.stdout.write(`${out}\nTo upload it in Teams, choose Apps, Manage your apps, Upload an app.\n`);
  } else {
    process.stderr.write(`${asked.error.issues.map(({ message }) => message).join("\n")}\n`);
    process.exitCode = 1;
  }
}
