import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { commands } from "../../bot/features/commands.ts";
import { registerCommands } from "../../bot/platforms/discord/register.ts";
import { botEnvironment as azureEnvironment } from "../../local/azure/environment.ts";
import { tenantId } from "../../local/azure/seed/directory.ts";
import { startAzure } from "../../local/azure/start.ts";
import { startAzurite } from "../../local/azurite.ts";
import { certificateIn } from "../../local/certificate.ts";
import { crowdMember, type Person } from "../../local/discord/people.ts";
import { botEnvironment as discordEnvironment, startDiscord } from "../../local/discord/start.ts";
import { startTeams, botEnvironment as teamsEnvironment } from "../../local/teams/start.ts";
import { buildApp, buildFunctions } from "../../scripts/build.ts";
import type { Call } from "./load.ts";

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Nobody listens there: whoever is sent there only tells what they would have sent. */
const nowhere = "http://127.0.0.1:1";

/** The built bot, the apps that it is compared with, and the simulators, which keep what they hold in memory alone. */
export async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  // Below the project: Node takes what is not bundled from there.
  const built = resolve("dist/bench");
  await Promise.all([
    buildApp(join(built, "bot")),
    buildFunctions({ entry: "test/bench/emptyApp.ts", folder: join(built, "empty") }),
    buildFunctions({ entry: "test/bench/referenceApp.ts", folder: join(built, "reference") }),
  ]);
  const accounts = Array.from({ length: 40 }, (_, index) => `bench${index}`);
  const azurite = await startAzurite({ accounts });
  const clock = { now: () => new Date() };
  const tls = await certificateIn(folder, clock.now());
  const azure = await startAzure({ port: 0, tls, clock });
  const discord = await startDiscord({ port: 0, clock, interactionsUrl: nowhere });
  const teams = await startTeams({
    ...{ port: 0, clock, messagesUrl: nowhere, tenantId, appId: azure.identity("bot").clientId },
  });
  azure.vault.set("discord-bot-token", discord.botToken);
  const { url: apiUrl, applicationId, botToken, guildId } = discord;
  await registerCommands(commands, { apiUrl, applicationId, botToken, guildId });
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const unlimited = { MEMBER_CALLS: "10000", MEMBER_CALLS_A_SECOND: "1000" };
  const settings: Readonly<Record<string, string>> = {
    ...azureEnvironment(azure),
    ...discordEnvironment(discord),
    // The last 32 bytes of an Ed25519 key in DER form are the key itself.
    DISCORD_PUBLIC_KEY: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex"),
    ...teamsEnvironment(teams),
    ...unlimited,
    BOOTSTRAP_ADMINS: `discord:${discord.people.ada.id}`,
    PUBLIC_URL: "https://bot.contoso.com",
    NODE_EXTRA_CA_CERTS: tls.file,
  };
  return {
    bot: join(built, "bot", "functions", "index.js"),
    empty: join(built, "empty", "index.js"),
    reference: join(built, "reference", "index.js"),
    azure,
    discord,
    teams,
    freshAccount,
    /** The bot's, with a storage account that nothing else uses. */
    freshSettings: (): Record<string, string> => ({ ...settings, AzureWebJobsStorage: freshAccount() }),
    /** A call in Discord that can be sent as often as one likes: each has an id of its own, and is signed when it is sent. */
    async inDiscord(person: Person, command: string): Promise<() => Call> {
      const outcome = await discord.interact(person, { command }, { forge: true });
      if (!("sent" in outcome)) throw new Error(outcome.kind);
      const { sent } = outcome;
      let id = BigInt(String(sent["id"]));
      return () => {
        id += 1000n;
        return signed(JSON.stringify({ ...sent, id: String(id), token: `t${id}` }));
      };
    },
    ping: (): Call => signed(JSON.stringify({ type: 1, id: "1", application_id: applicationId })),
    unsigned: (): Call => ({ ...signed("{}"), headers: { "x-signature-timestamp": "1" } }),
    /** A message in somebody's own chat in Teams. */
    async inTeams(person: (typeof teams.people)["ada"], text: string): Promise<() => Promise<Call>> {
      const outcome = await teams.send(person, text);
      if (!("sent" in outcome)) throw new Error(outcome.kind);
      const { sent } = outcome;
      const prefix = randomBytes(6).toString("hex");
      let count = 0;
      return async () => {
        count += 1;
        return {
          path: "messages",
          body: JSON.stringify({ ...sent, id: `${prefix}${count}`, timestamp: new Date().toISOString() }),
          headers: {
            "content-type": "application/json; charset=utf-8",
            authorization: `Bearer ${await teams.tokenFor(teams.serviceUrl)}`,
          },
        };
      };
    },
    crowd: (count: number) => Array.from({ length: count }, (_, index) => crowdMember(index)),
    close: async () => {
      await Promise.all([azure.close(), discord.close(), teams.close(), azurite.stop()]);
      rmSync(folder, { recursive: true });
    },
  };

  /** The connection string of a storage account that nothing else uses. */
  function freshAccount(): string {
    const account = accounts.pop();
    if (account === undefined) throw new Error("no storage account is left");
    return azurite.connectionString(account);
  }

  function signed(body: string): Call {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return {
      path: "interactions",
      body,
      headers: {
        "content-type": "application/json",
        "x-signature-timestamp": timestamp,
        "x-signature-ed25519": sign(null, Buffer.from(timestamp + body), privateKey).toString("hex"),
      },
    };
  }
}
