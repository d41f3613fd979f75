import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts the stand-in for az's extension ssh into a folder; returns the environment that az needs to use it and to sign in as `user`. */
export function sshExtensionIn(folder: string, user: string): Readonly<Record<string, string>> {
  const own = join(folder, "extensions", "ssh");
  const info = join(own, "ssh-2.0.6.dist-info");
  for (const path of [join(own, "azext_ssh"), info]) mkdirSync(path, { recursive: true });
  copyFileSync(join(import.meta.dirname, "sshStandIn.py"), join(own, "azext_ssh", "__init__.py"));
  writeFileSync(join(own, "azext_ssh", "azext_metadata.json"), '{"azext.minCliCoreVersion": "2.45.0"}');
  writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: ssh\nVersion: 2.0.6\n");
  const authority = join(folder, "authority");
  const made = spawnSync("ssh-keygen", ["-q", "-t", "rsa", "-N", "", "-f", authority], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.error?.message ?? made.stderr}`);
  return {
    AZURE_EXTENSION_DIR: join(folder, "extensions"),
    SSH_STAND_IN_CA: authority,
    SSH_STAND_IN_USER: user,
  };
}
