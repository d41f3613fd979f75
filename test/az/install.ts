import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    az: { readonly path: string } | { readonly missing: string };
  }
}

const installer = resolve(import.meta.dirname, "../../../shared/az-cli/install.sh");
const folder = join(tmpdir(), "azcli");
const az = join(folder, "az");

/** Vitest's global set-up: Microsoft's az 2.74 from Debian 13, unpacked once (1.1 GB, some minutes), or why it isn't there. */
export function setup(project: TestProject): void {
  const missing = whyNot();
  if (missing !== undefined && process.env["CI"] && existsSync(installer)) throw new Error(missing);
  if (missing !== undefined) console.log(`skipped: ${missing}`);
  project.provide("az", missing === undefined ? { path: az } : { missing });
}

function whyNot(): string | undefined {
  if (existsSync(az)) return undefined;
  if (!existsSync(installer)) return "../shared/az-cli is not on this machine";
  const { error } = spawnSync("mmdebstrap", ["--version"]);
  if (error) return "no mmdebstrap here (apt-get install mmdebstrap)";
  const { status } = spawnSync(installer, [folder], { stdio: ["ignore", "inherit", "inherit"] });
  return status === 0 && existsSync(az) ? undefined : "az could not be unpacked; see above";
}
