import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, hosts } from "./cloud.ts";
import { baseRoot, cgroupMount, workFolder } from "./root.ts";

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

export interface Machine {
  /** Where the files lie that differ from the base system: all that was written to the OS disk. */
  readonly written: string;
  /** In how many lines of the OS disk one of these texts is: in its files, its journal, and what was deleted. */
  onDisk(...texts: string[]): number;
  /** Runs a shell script, as root or as another user of the machine; both outputs as one text. */
  sh(script: string, options?: { readonly user?: string; readonly input?: string }): Promise<Ran>;
  /** Ends all its processes at once, as a power cut does. */
  stop(): Promise<void>;
}

/** A file that stands for a managed disk. */
export interface Disk {
  readonly file: string;
  /** The loop device. */
  readonly device: string;
  detach(): void;
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** An empty disk of this size, or a copy of another, as from a snapshot. */
export function disk(file: string, size: string, from?: Disk): Disk {
  if (from) must("cp", ["--sparse=always", from.file, file]);
  else must("truncate", ["-s", size, file]);
  const device = must("losetup", ["--find", "--show", file]);
  return { file, device, detach: () => must("losetup", ["--detach", device]) };
}

/** The files of a VM; each start of it is a boot. Without its package manager, whoever calls that is found out. */
export function newVm(name: string, cloud: Cloud, userData: string, packageManager: boolean): string {
  const folder = workFolder(name);
  // A disk of its own, as a VM has: ext4 makes files many times slower where others were deleted a moment ago.
  must("truncate", ["-s", "12G", `${folder}.disk`]);
  must("mkfs.ext4", ["-q", `${folder}.disk`]);
  must("mount", ["-o", "loop", `${folder}.disk`, folder]);
  for (const part of ["upper", "work", "root"]) mkdirSync(join(folder, part));
  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(folder, "upper", path, ".."), { recursive: true });
    writeFileSync(join(folder, "upper", path), text, { mode });
  };
  put("etc/hosts", `127.0.0.1 localhost vm\n${hosts.map((host) => `20.0.0.1 ${host}\n`).join("")}`);
  put("etc/machine-id", "");
  put("etc/fstab", "");
  mkdirSync(join(folder, "upper", "var/log/journal"), { recursive: true });
  put("usr/local/share/ca-certificates/cloud.crt", cloud.authority);
  const bundle = "etc/ssl/certs/ca-certificates.crt";
  // What the machine that runs this trusts, for npm.
  put(bundle, readFileSync(`/${bundle}`, "utf8") + cloud.authority);
  const hash = must("openssl", [
    "x509",
    "-noout",
    "-hash",
    "-in",
    join(folder, "upper", "usr/local/share/ca-certificates/cloud.crt"),
  ]);
  put(`etc/ssl/certs/${hash}.0`, cloud.authority);
  // What Azure's data source tells cloud-init comes from files here.
  put("var/lib/cloud/seed/nocloud/user-data", userData);
  put(
    "var/lib/cloud/seed/nocloud/meta-data",
    JSON.stringify({ "instance-id": "i-1", "public-keys": [publicKey] }),
  );
  put(
    "etc/cloud/cloud.cfg.d/99-test.cfg",
    JSON.stringify({
      datasource_list: ["NoCloud"],
      network: { config: "disabled" },
      locale: false,
      system_info: { default_user: { name: "azureuser" } },
    }),
  );
  if (packageManager) return folder;
  for (const command of ["dpkg", "apt", "apt-get"]) put(`usr/bin/${command}`, tripwire, 0o755);
  return folder;
}

/** cloud-init itself asks which architecture this is; that takes no lock. */
const tripwire = `#!/bin/sh
[ "$*" = --print-architecture ] && echo amd64 && exit
echo "$0 $*" >>/var/log/package-manager-called
exit 100
`;

/** The break-glass key's public half; nobody has the other one. */
const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGfakeGfakeGfakeGfakeGfakeGfakeGfakeGfakeGfa break-glass";

/** Boots a VM's files with a home disk, or without. */
export async function boot(folder: string, cloud: Cloud, home: Disk | undefined): Promise<Machine> {
  const cgroup = join(cgroupMount() ?? "", folder.split("/").at(-1) ?? "");
  mkdirSync(cgroup, { recursive: true });
  const namespaces = "--mount --pid --net --ipc --uts --cgroup --fork --kill-child";
  const script = `echo $$ >"${cgroup}/cgroup.procs"; exec unshare ${namespaces} sh ${join(import.meta.dirname, "machine.sh")}`;
  const outer = spawn("sh", ["-c", script], {
    env: { PATH: process.env["PATH"], MACHINE: folder, LOWER: baseRoot(), LOOP: home?.device ?? "" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const init = await firstProcess(outer.pid);
  const inside = ["nsenter", "-t", init, "-m", "-p", "-n", "-i", "-u", "-C", "-r", "-w"];
  const forward = spawn(
    "nsenter",
    [
      "-t",
      init,
      "-n",
      process.execPath,
      join(import.meta.dirname, "forward.ts"),
      `169.254.169.254:80=${cloud.sockets.http}`,
      `20.0.0.1:80=${cloud.sockets.http}`,
      `20.0.0.1:443=${cloud.sockets.https}`,
    ],
    { stdio: ["pipe", "inherit", "inherit"] },
  );
  const machine: Machine = {
    written: join(folder, "upper"),
    onDisk: (...texts) => {
      must("sync", ["--file-system", folder]);
      const { stdout } = spawnSync("grep", ["-cFf", "-", `${folder}.disk`], {
        encoding: "utf8",
        input: texts.join("\n"),
        env: { ...process.env, LC_ALL: "C" },
      });
      return Number(stdout);
    },
    sh: (script, { user = "root", input = "" } = {}) => {
      const as = user === "root" ? [] : ["runuser", "-u", user, "--"];
      const environment = [
        "env",
        "-i",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "TERM=dumb",
      ];
      const child = spawn("nsenter", [
        ...inside.slice(1),
        "--",
        ...environment,
        ...as,
        "sh",
        "-c",
        `exec 2>&1; ${script}`,
      ]);
      let out = "";
      child.stdout.on("data", (chunk) => {
        out += chunk;
      });
      child.stderr.on("data", (chunk) => {
        out += chunk;
      });
      // A machine that is stopped reads no more.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
      return new Promise((resolve) => child.on("close", (code) => resolve({ code, out: out.trim() })));
    },
    stop: async () => {
      if (outer.exitCode !== null || outer.signalCode !== null) return;
      const ended = new Promise((resolve) => outer.once("exit", resolve));
      writeFileSync(join(cgroup, "cgroup.kill"), "1");
      await ended;
      forward.kill();
      await emptied(cgroup);
    },
  };
  return machine;
}

/** The id of process 1 as seen from here, once it is systemd. */
async function firstProcess(outer: number | undefined): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const [child] = readFileSync(`/proc/${outer}/task/${outer}/children`, "utf8").split(" ");
    if (child && readFileSync(`/proc/${child}/comm`, "utf8").trim() === "systemd") return child;
    await sleep(100);
  }
  throw new Error("the machine did not start");
}

/** Removes a control group and those below it, once their processes have gone. */
async function emptied(cgroup: string): Promise<void> {
  const below = () =>
    readdirSync(cgroup, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  for (let tries = 0; tries < 50; tries++) {
    try {
      for (const folder of below().sort((a, b) => b.length - a.length)) rmdirSync(folder);
      rmdirSync(cgroup);
      return;
    } catch {
      await sleep(100);
    }
  }
}

/** Removes what a VM wrote. */
export function removeVm(folder: string): void {
  must("umount", [folder]);
  for (const left of [folder, `${folder}.disk`]) rmSync(left, { recursive: true, force: true });
}
