import { resolve } from "node:path";
import { z } from "zod";
import { givenIn } from "../bot/core/given.ts";

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

/** What `npm start` reads from its environment; port 0 picks any free one. */
const environment = z.object({
  FUNCTIONS_PORT: port(7071),
  CONSOLE_PORT: port(7072),
  AZURE_PORT: port(7443),
  DISCORD_PORT: port(0),
  /** A fixed port, because the bot remembers the addresses of conversations. */
  TEAMS_PORT: port(7073),
  /** The folder that everything is kept in. */
  LOCAL_DATA: z
    .string()
    .default(".local")
    .transform((folder) => resolve(folder)),
  /** The built bot. */
  FUNCTIONS_ENTRY: z.string().default("dist/app/functions/index.js"),
  /** How long a message stays hidden after the Functions host working on it was killed. */
  QUEUE_LOCK_SECONDS: z.coerce.number().int().min(1).max(600).default(30),
  /** The address that everyone who uses a browser on this machine seems to come from. */
  CLIENT_ADDRESS: z.string().default("203.0.113.7"),
  /** Simulated seconds per real second; at 5, building a VM takes about 25 s. */
  SPEED: z.coerce.number().positive().max(1000).default(5),
  /** Records all traffic to and from the bot, as NDJSON. */
  TRAFFIC_LOG: z.string().optional(),
  /** A storage account to use; absent: start Azurite. */
  AzureWebJobsStorage: z.string().optional(),
  /** The first admins; absent: Ada. */
  BOOTSTRAP_ADMINS: z.string().optional(),
});

export type LocalSettings = z.infer<typeof environment>;

/** Blank counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv): LocalSettings {
  const { data, error } = environment.safeParse(givenIn(env));
  if (data) return data;
  throw new Error(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
}
