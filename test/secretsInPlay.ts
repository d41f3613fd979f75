import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { firstToken } from "../local/discord/people.ts";

const jwk = z.object({ d: z.string() });
const azure = z.object({
  identityHeaders: z.record(z.string(), z.string()),
  key: jwk,
  secrets: z.record(z.string(), z.object({ versions: z.array(z.object({ value: z.string() })) })),
});
const discord = z.object({ privateKey: z.string(), botToken: z.string() });
const teams = z.object({ keys: z.object({ teams: jwk, other: jwk }) });

/**
 * Where traffic is recorded, writes beside the recording whatever must never be in it: the given values, and what the
 * simulators keep in this folder. To be called when they are through.
 */
export function noteSecrets(folder: string, ...given: readonly string[]): void {
  const recording = process.env["TRAFFIC_LOG"];
  if (!recording) return;
  const read = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const parsed = <T>(schema: z.ZodType<T>, name: string): T | undefined => {
    const text = read(name);
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  };
  const inAzure = parsed(azure, "azure.json");
  const inTeams = parsed(teams, "teams.json");
  const inDiscord = parsed(discord, "discord.json");
  const values = Object.values(inAzure?.secrets ?? {}).flatMap(({ versions }) =>
    versions.flatMap(({ value }) => [value, ...valuesIn(value)]),
  );
  const all = [
    firstToken,
    inDiscord?.botToken,
    ...given,
    ...values,
    ...Object.keys(inAzure?.identityHeaders ?? {}),
    inAzure?.key.d,
    inTeams?.keys.teams.d,
    inTeams?.keys.other.d,
    aLineOf(inDiscord?.privateKey ?? ""),
    aLineOf(read("localhost.key") ?? ""),
  ].filter((secret) => secret !== undefined && secret.length >= shortest && secret !== placeholder);
  appendFileSync(`${recording}.secrets`, `${all.join("\n")}\n`);
}

/** A line of a key in PEM that says nothing of its kind: who leaks the key leaks that as well. */
export const aLineOf = (pem: string): string => pem.trim().split("\n").at(-2) ?? "";

/** What main.bicep writes into the vault where a secret is yet to be set. */
const placeholder = "not-set";
/** What is shorter would be found by chance. */
const shortest = 6;

/** A secret of ours is an object of keys. */
function valuesIn(secret: string): string[] {
  try {
    return Object.values(z.record(z.string(), z.string()).parse(JSON.parse(secret)));
  } catch {
    return [];
  }
}
