import { createRequire } from "node:module";
import { type Child, startChild } from "./child.ts";

export interface Azurite {
  /** A connection string for one of the accounts. */
  connectionString(account: string): string;
  /** Resolves when it has exited, with a few words on how. */
  readonly ended: Promise<string>;
  /** Saves and stops. */
  stop(): Promise<void>;
}

export interface AzuriteOptions {
  /** Where to keep its data; absent: only in memory. */
  readonly folder?: string;
  /** The names of the storage accounts. */
  readonly accounts: readonly string[];
}

/** Not a secret: the emulator listens on loopback, and needs a key only because the SDKs sign with one. */
const key = Buffer.from("storage on this machine").toString("base64");
const services = ["Blob", "Queue", "Table"] as const;

/** Starts Azure Storage's emulator with all three services on free ports, which takes one to four seconds. */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  const program = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const args = [
    "--silent",
    "--disableTelemetry",
    // The SDKs are newer than the emulator, which would otherwise refuse them.
    "--skipApiVersionCheck",
    ...(options.folder === undefined ? ["--inMemoryPersistence"] : ["--location", options.folder]),
    ...services.flatMap((service) => [`--${service.toLowerCase()}Port`, "0"]),
  ];
  const accounts = options.accounts.map((account) => `${account}:${key}`).join(";");
  const child = startChild(program, args, { ...process.env, AZURITE_ACCOUNTS: accounts });
  const endpoints = await endpointsFrom(child);
  return {
    connectionString: (account) =>
      [
        "DefaultEndpointsProtocol=http",
        `AccountName=${account}`,
        `AccountKey=${key}`,
        ...services.map((service) => `${service}Endpoint=${endpoints.get(service)}/${account}`),
      ].join(";"),
    ended: child.ended,
    stop: child.stop,
  };
}

/** Reads its endpoints from its output, because it chooses the ports itself. */
async function endpointsFrom({ onLine, ended }: Child): Promise<Map<string, string>> {
  const endpoints = new Map<string, string>();
  const said: string[] = [];
  const complete = new Promise<void>((resolve) => {
    onLine((line) => {
      const [, service, url] = /^Azurite (\w+) service is successfully listening at (\S+)/.exec(line) ?? [];
      if (service !== undefined && url !== undefined) endpoints.set(service, url);
      if (said.length < 20) said.push(line);
      if (endpoints.size === services.length) resolve();
    });
  });
  const failed = ended.then((how) => {
    throw new Error(`Azurite did not start (${how}): ${said.join(" ")}`);
  });
  await Promise.race([complete, failed]);
  return endpoints;
}
