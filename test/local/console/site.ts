import { existsSync } from "node:fs";
// biome-ignore lint/correctness/noUnresolvedImports: the package hands on what playwright exports
import { chromium, type Page } from "@playwright/test";
import { startConsole } from "../../../local/console/start.ts";
import { startWorld as startDiscordWorld } from "../discord/world.ts";
import { startWorld as startTeamsWorld } from "../teams/world.ts";
import { startFakeAzure } from "./fake-azure.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** Why the page can't be opened; undefined: it can. */
export const lacking = existsSync(executablePath)
  ? undefined
  : `no Chromium at ${executablePath} (apt-get install chromium)`;
if (lacking && process.env["CI"]) throw new Error(lacking);

/** The console with both chats, small bots behind them, a summary of Azure, and a browser that looks at it. */
export async function openSite() {
  const [discord, teams, azure] = [
    await startDiscordWorld(),
    await startTeamsWorld(),
    await startFakeAzure(),
  ];
  const site = await startConsole({
    port: 0,
    discord: discord.discord(),
    teams: teams.teams(),
    azure: azure.address,
  });
  /** Requests that left the console's own server, and errors of the page. */
  const wrongs: string[] = [];
  const browser = lacking ? undefined : await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const open = async (): Promise<Page> => {
    if (!browser) throw new Error(lacking);
    const page = await browser.newPage({
      permissions: ["clipboard-read", "clipboard-write"],
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 800 },
    });
    page.setDefaultTimeout(10_000);
    page.on("request", (request) => request.url().startsWith(site.url) || wrongs.push(request.url()));
    page.on("pageerror", (error) => wrongs.push(error.message));
    await page.goto(site.url);
    return page;
  };
  return {
    discord,
    teams,
    azure,
    wrongs,
    open,
    async close() {
      await browser?.close();
      await Promise.all([site.close(), azure.close(), discord.close(), teams.close()]);
    },
  };
}

/** What is wider than the screen, or false. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [...document.querySelectorAll("main *, .top, .top > *")].some(
      (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("nav"),
    ),
  );
