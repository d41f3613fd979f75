import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorEnvironment } from "../../local/azure/environment.ts";
import type { AzureSimulator } from "../../local/azure/start.ts";

export interface Done {
  readonly code: number;
  /** What was printed as JSON; text where it is none. */
  readonly out: unknown;
  readonly errors: string;
}

/** Microsoft's az at this path, with a configuration of its own that knows the simulator as its one cloud. */
export function azAt(path: string, azure: AzureSimulator) {
  const folder = mkdtempSync(join(tmpdir(), "az-"));
  const certificate = join(folder, "localhost.pem");
  writeFileSync(certificate, azure.caCertificate);
  const endpoints = {
    endpoint_resource_manager: azure.url,
    endpoint_management: azure.url,
    endpoint_active_directory: azure.url,
    endpoint_active_directory_resource_id: "https://management.core.windows.net/",
    endpoint_active_directory_graph_resource_id: azure.url,
    endpoint_microsoft_graph_resource_id: azure.url,
    suffix_keyvault_dns: ".localhost",
  };
  const lines = Object.entries(endpoints).map(([name, value]) => `${name} = ${value}`);

  /** As the subscription's owner, or as whoever has signed in under this name. */
  const as = (who = "owner") => {
    const own = join(folder, who);
    mkdirSync(own, { recursive: true });
    // Takes the built-in cloud's place: with an unknown cloud az would go to Microsoft's own.
    writeFileSync(join(own, "clouds.config"), `[AzureCloud]\n${lines.join("\n")}\n`);
    writeFileSync(join(own, "config"), "[cloud]\nname = AzureCloud\n");
    const { HOME, PATH, TMPDIR } = process.env;
    const env = {
      ...{ HOME, PATH, TMPDIR },
      AZURE_CONFIG_DIR: own,
      REQUESTS_CA_BUNDLE: certificate,
      AZURE_CORE_COLLECT_TELEMETRY: "no",
      AZURE_CORE_ONLY_SHOW_ERRORS: "true",
      AZURE_CORE_LOGIN_EXPERIENCE_V2: "false",
      AZURE_CORE_INSTANCE_DISCOVERY: "false",
      AZURE_EXTENSION_USE_DYNAMIC_INSTALL: "no",
      ...(who === "owner" ? operatorEnvironment(azure) : {}),
    };
    return (...args: readonly string[]) =>
      new Promise<Done>((resolve) => {
        execFile(path, [...args, "--output", "json"], { env, timeout: 110_000 }, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ code, out: parsed(stdout), errors: stderr });
        });
      });
  };
  return { folder, as, close: () => rmSync(folder, { recursive: true }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
