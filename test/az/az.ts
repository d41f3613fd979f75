import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
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

  /** What somebody's az finds: a home folder of their own, and what else they have. */
  const environmentOf = (who: string) => {
    const home = join(folder, who);
    const own = join(home, ".azure");
    mkdirSync(own, { recursive: true });
    // Takes the built-in cloud's place: with an unknown cloud az would go to Microsoft's own.
    writeFileSync(join(own, "clouds.config"), `[AzureCloud]\n${lines.join("\n")}\n`);
    writeFileSync(join(own, "config"), "[cloud]\nname = AzureCloud\n");
    const { PATH = "", TMPDIR } = process.env;
    return {
      HOME: home,
      PATH: [dirname(path), PATH].join(delimiter),
      TMPDIR,
      AZURE_CONFIG_DIR: own,
      REQUESTS_CA_BUNDLE: certificate,
      AZURE_CORE_COLLECT_TELEMETRY: "no",
      AZURE_CORE_ONLY_SHOW_ERRORS: "true",
      AZURE_CORE_LOGIN_EXPERIENCE_V2: "false",
      AZURE_CORE_INSTANCE_DISCOVERY: "false",
      AZURE_EXTENSION_USE_DYNAMIC_INSTALL: "no",
      ...(who === "owner" ? operatorEnvironment(azure) : {}),
    };
  };
  /** As the subscription's owner, or as whoever has signed in under this name. */
  const as = (who = "owner") => {
    const env = environmentOf(who);
    return (...args: readonly string[]) => run([path, ...args, "--output", "json"], env);
  };
  return { folder, as, environmentOf, close: () => rmSync(folder, { recursive: true }) };
}

/**
 * A program with its arguments, and how it ends. Its input is closed; `held`: nobody types anything, as at a terminal, and whoever
 * waits for that is ended after so many ms.
 */
export function run(
  [program = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  held?: number,
): Promise<Done> {
  return new Promise<Done>((resolve) => {
    const options = { env, timeout: held ?? 110_000 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, out: parsed(stdout), errors: stderr });
      child.stdin?.end();
    });
    if (held === undefined) child.stdin?.end();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
