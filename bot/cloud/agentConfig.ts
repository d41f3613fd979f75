import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Settings } from "../core/settings.ts";
import { projectFolder } from "./scripts.ts";

const firstConfig = z.object({ agents: z.record(z.string(), z.unknown()) });

/** The agent's configuration for a new instance: part of the file that its first boot installs. */
export function agentConfig(port: number): Settings["agentConfig"] {
  const text = readFileSync(join(projectFolder(), "cloud-init", "openclaw.json"), "utf8");
  const { agents } = firstConfig.parse(JSON.parse(text.replaceAll("@@port@@", String(port))));
  return { agents };
}
