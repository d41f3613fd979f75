import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What is made once and kept between runs. */
const cache = join(tmpdir(), "openclaw-boot");
export const project = join(import.meta.dirname, "..", "..");

/** What Ubuntu's cloud image has and the first-boot files use; and what shows that the agent's tools run. */
const packages = [
  ...["systemd", "systemd-sysv", "dbus", "udev", "libpam-systemd", "cloud-init", "unattended-upgrades"],
  ...[
    "curl",
    "python3",
    "zstd",
    "e2fsprogs",
    "xfsprogs",
    "iptables",
    "git",
    "sudo",
    "ca-certificates",
    "fdisk",
  ],
  ...["iproute2", "openssh-server", "procps", "netbase", "chromium-headless-shell"],
];

const sources = ["bookworm", "bookworm-updates"]
  .map((suite) => `deb http://deb.debian.org/debian ${suite} main`)
  .concat("deb http://deb.debian.org/debian-security bookworm-security main");

/** Why no machine can be booted here; undefined: one can. */
export function missing(): string | undefined {
  if (process.platform !== "linux") return "only Linux can do this";
  if (process.getuid?.() !== 0) return "needs root, for namespaces and loop devices";
  for (const command of ["mmdebstrap", "unshare", "nsenter", "losetup", "zstd"]) {
    if (spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0) return `${command} is missing`;
  }
  const namespaces = spawnSync("unshare", ["--mount", "--pid", "--net", "--cgroup", "--fork", "true"]);
  if (namespaces.status !== 0) return "this machine allows no namespaces";
  if (cgroupMount() === undefined) return "this machine has no cgroup 2";
  return undefined;
}

/** Where cgroup 2 is mounted. */
export const cgroupMount = () => /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1];

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Runs what fills a folder, unless an earlier run has; a run that is cut off leaves no half. */
function once(name: string, fill: (folder: string) => void): string {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  try {
    fill(half);
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return folder;
}

function must(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr.slice(-2000)}`);
}

/** The operating system's files: Debian 12, which stands in for Ubuntu 24.04. */
export const baseRoot = (): string =>
  once(`root-${hash(packages.join())}`, (folder) =>
    must("mmdebstrap", [
      "--variant=minbase",
      '--aptopt=Acquire::Retries "5"',
      `--include=${packages.join()}`,
      "bookworm",
      folder,
      ...sources,
    ]),
  );

/** The folder with the archives, built by `npm run openclaw:package`. */
export const archives = (): string => {
  const sources = [
    "cloud-init/openclaw/package-lock.json",
    "scripts/openclaw-package.ts",
    "scripts/claude-code.ts",
  ];
  const text = sources.map((file) => readFileSync(join(project, file), "utf8")).join("");
  return once(`archives-${hash(text)}`, (folder) => {
    must(process.execPath, [join(project, "scripts", "openclaw-package.ts"), "--to", folder]);
    for (const name of ["tree", "extras"]) rmSync(join(folder, name), { recursive: true });
  });
};

/** A new folder for one run, on disk, so that what is written there can be searched. */
export function workFolder(name: string): string {
  const folder = join(cache, `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
