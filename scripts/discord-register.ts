import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { commands } from "../bot/features/commands.ts";
import { planRegistration } from "../bot/platforms/discord/register.ts";

/*
 * `npm run discord:register`: registers the bot's commands with Discord. Shows the difference, then applies it;
 * `-- --dry-run` only shows it. Settings come from the environment, or else from local.settings.json.
 */

const file = "local.settings.json";
const fromFile = existsSync(file)
  ? z.object({ Values: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync(file, "utf8")))
      .Values
  : {};
const settings = z
  .object({
    DISCORD_API_URL: z.url().default("https://discord.com/api"),
    DISCORD_APPLICATION_ID: z.string(),
    DISCORD_GUILD_ID: z.string(),
    DISCORD_BOT_TOKEN: z.string(),
  })
  .safeParse({ ...fromFile, ...process.env });
const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });

if (settings.success) {
  const { difference, apply } = await planRegistration(commands, {
    apiUrl: settings.data.DISCORD_API_URL,
    applicationId: settings.data.DISCORD_APPLICATION_ID,
    guildId: settings.data.DISCORD_GUILD_ID,
    botToken: settings.data.DISCORD_BOT_TOKEN,
  });
  process.stdout.write(
    difference.length === 0 ? "Discord already knows all commands.\n" : `${difference.join("\n")}\n`,
  );
  if (difference.length > 0 && !values["dry-run"]) {
    await apply();
    process.stdout.write("Registered.\n");
  }
} else {
  const missing = settings.error.issues.map(({ path }) => path.join(".")).join(", ");
  process.stderr.write(`Set ${missing} in the environment or in ${file}.\n`);
  process.exitCode = 1;
}
