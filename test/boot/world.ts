import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customData } from "../infra/custom-data.ts";
import { boot as bootIdentity, type Cloud, member, startCloud } from "./cloud.ts";
import { boot, type Disk, disk, type Machine, newVm, removeVm } from "./machine.ts";
import { archives, missing, project, workFolder } from "./root.ts";

/** Why no machine boots here, printed; in CI that is a failure. */
export function whyNot(): string | undefined {
  const reason = missing();
  if (reason !== undefined && process.env["CI"]) throw new Error(`CI has to boot: ${reason}`);
  if (reason !== undefined) console.log(`skipped: ${reason}`);
  return reason;
}

/**
 * Runs one of the scripts as a run command does (Azure's run-command-handler-linux, `internal/exec`, 2026): as root, as a
 * file that `/bin/bash -c` starts. With the bot's variables in front the shebang is not its first line, and bash runs it.
 */
export const run = (machine: Machine, name: string, before = "") =>
  machine.sh(
    "file=$(mktemp /run/script.XXXXXX); cat >$file; chmod 700 $file; /bin/bash -c $file </dev/null",
    {
      input: `${before && `${before}\n`}${readFileSync(join(project, "cloud-init", name), "utf8")}`,
    },
  );

/** Changes a unit of a VM before it boots, such as how often its scripts try something. A service, if no other kind is named. */
export function dropIn(unit: string, files: string, text: string): void {
  const folder = join(
    files,
    "upper",
    `etc/systemd/system/${unit.includes(".") ? unit : `${unit}.service`}.d`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "test.conf"), text);
}

export interface World {
  readonly cloud: Cloud;
  /** The files of a new VM, whose first boot is the template's; its parameters can be changed. */
  vm(name: string, changed?: Record<string, unknown>): string;
  /** The same, with other first-boot data, and with the system's package manager where the test needs it. */
  plainVm(name: string, userData: string, packageManager?: boolean): string;
  disk(name: string, size: string, from?: Disk): Disk;
  start(files: string, home: Disk | undefined): Promise<Machine>;
  close(): Promise<void>;
}

/** A cloud, and what is started in it; closing it leaves nothing. */
export async function openWorld(name: string): Promise<World> {
  const folder = workFolder(name);
  const cloud = await startCloud(folder, archives());
  const vms: string[] = [];
  const disks: Disk[] = [];
  const machines: Machine[] = [];
  const plainVm = (vm: string, userData: string, packageManager = false) => {
    const made = newVm(`${name}-${vm}`, cloud, userData, packageManager);
    vms.push(made);
    return made;
  };
  return {
    cloud,
    plainVm,
    vm: (vm, changed) => {
      const archive = JSON.parse(readFileSync(join(archives(), "archive.json"), "utf8"));
      return plainVm(
        vm,
        customData({
          archiveUrl: "https://archive.blob.core.windows.net/archive/openclaw.tar.zst",
          archiveSha256: archive.sha256,
          bootIdentityClientId: bootIdentity,
          memberIdentityClientId: member,
          ...changed,
        }),
      );
    },
    disk: (file, size, from) => {
      const made = disk(join(folder, file), size, from);
      disks.push(made);
      return made;
    },
    start: async (files, home) => {
      const machine = await boot(files, cloud, home);
      machines.push(machine);
      return machine;
    },
    close: async () => {
      for (const machine of machines) await machine.stop();
      for (const { detach } of disks) detach();
      await cloud.close();
      for (const made of vms) removeVm(made);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
