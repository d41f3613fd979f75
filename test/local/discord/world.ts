import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REST, Routes } from "discord.js";
import { type DiscordSimulator, startDiscord } from "../../../local/discord/start.ts";
import { recorder } from "../../recording.ts";
import { noteSecrets } from "../../secretsInPlay.ts";
import { commands } from "./commands.ts";
import { startFakeBot } from "./fake-bot.ts";

/** The simulator, a fake bot with registered commands, discord.js's REST client, and a clock that stands until moved. */
export async function startWorld() {
  const folder = mkdtempSync(join(tmpdir(), "discord-"));
  const traffic = join(folder, "traffic.ndjson");
  const record = recorder(traffic);
  const time = { now: new Date() };
  const options = {
    port: 0,
    stateFile: join(folder, "discord.json"),
    clock: { now: () => time.now },
    interactionsUrl: "",
    record,
  };
  const start = () => startDiscord(options);
  let discord: DiscordSimulator = await start();
  const bot = await startFakeBot(() => discord.publicKey, record);
  discord.interactionsUrl = bot.url;
  const rest = () =>
    new REST({ api: discord.url, retries: 0, rejectOnRateLimit: () => true }).setToken(discord.botToken);
  const guildCommands = Routes.applicationGuildCommands(discord.applicationId, discord.guildId);
  await rest().put(guildCommands, { body: commands });
  return {
    bot,
    traffic,
    rest,
    guildCommands,
    discord: () => discord,
    pass: (ms: number) => {
      time.now = new Date(time.now.getTime() + ms);
    },
    restart: async () => {
      await discord.close();
      discord = await start();
      discord.interactionsUrl = bot.url;
    },
    close: () => {
      noteSecrets(folder);
      return Promise.all([discord.close(), bot.close()]);
    },
  };
}

const checker = join(import.meta.dirname, "../../../../shared/conformance/run");

/** Why the vendor's specification can't be asked here, or undefined. */
export const noChecker = existsSync(checker) ? undefined : `${checker} is not there`;

/** Lets the checker read a recording; its report, ending in the exit code. */
export function checkTraffic(file: string): string {
  try {
    return `${execFileSync(checker, ["check.mjs", file, "--strict"], { encoding: "utf8" })}\nexit 0`;
  } catch (error) {
    const { stdout, status } = error as { stdout: string; status: number };
    return `${stdout}\nexit ${status}`;
  }
}
