import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { bothWays, runCommand, type Way } from "./run-command.ts";

/** The script in a real shell; OpenClaw, the other account and the lock are stood in for. What was called is written down. */
const script = readFileSync(join(import.meta.dirname, "..", "..", "cloud-init", "apply-config.sh"), "utf8");

const apply = (openclaw: string, variables: Record<string, string>, before = '{"before":true}\n') =>
  bothWays((way) => applyIn(way, openclaw, variables, before));

function applyIn(way: Way, openclaw: string, variables: Record<string, string>, before: string) {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  const log = join(folder, "log");
  for (const [name, text] of Object.entries({
    openclaw: `echo "$*" >>${log}; ${openclaw}`,
    runuser: 'shift 3; exec "$@"',
    flock: "exit 0",
  })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, "openclaw.json"), before);
  writeFileSync(log, "");
  const here = script
    .replace("/home/openclaw/.openclaw/openclaw.json", join(folder, "openclaw.json"))
    .replace("/usr/local/lib/openclaw/openclaw.sh", join(folder, "openclaw"))
    .replaceAll("/run/openclaw-config.", join(folder, "run."));
  const { status, stdout } = runCommand(way, here, variables, {
    PATH: [folder, "/usr/bin", "/bin", process.env["PATH"]].join(delimiter),
  });
  expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(3 * 1024);
  return {
    status,
    said: JSON.parse(stdout.trim().split("\n").at(-1) ?? ""),
    called: readFileSync(log, "utf8").trim().split("\n"),
    config: readFileSync(join(folder, "openclaw.json"), "utf8"),
  };
}

const patch = { PATCH: Buffer.from('{"agents":{}}').toString("base64"), HASH: "0123456789abcdef" };
const trial = "config patch --stdin --dry-run";

test("a patch is tried, applied and validated, and its hash given back", () => {
  expect(apply("cat >/dev/null", patch)).toMatchObject({
    status: 0,
    said: { applied: true, hash: "0123456789abcdef" },
    called: [trial, "config patch --stdin", "config validate --json"],
  });
});

test("with DRY_RUN it is tried and nothing more", () => {
  expect(apply("cat >/dev/null", { ...patch, DRY_RUN: "yes" })).toMatchObject({
    status: 0,
    said: { applied: false, tried: true },
    called: [trial],
  });
});

test.for([{}, { DRY_RUN: "yes" }])(
  "what OpenClaw refuses is not applied; its words are handed on %j",
  (more) => {
    expect(
      apply('cat >/dev/null; echo "agents: Unrecognized key"; exit 1', { ...patch, ...more }),
    ).toMatchObject({
      status: 21,
      said: { applied: false, stage: "dry-run", reason: "agents: Unrecognized key" },
      called: [trial],
    });
  },
);

test.for(['{"before":true}\n', '{"before":true}', '{\n"before": "é"\n}\n\n'])(
  "where it is not valid afterwards, the old one is put back byte for byte: %j",
  (before) => {
    const openclaw =
      'case "$*" in *validate*) exit 1 ;; *dry-run*) ;; *) echo "{}" >"$(dirname "$0")/openclaw.json" ;; esac';
    expect(apply(openclaw, patch, before)).toMatchObject({
      status: 21,
      said: { applied: false, stage: "apply" },
      config: before,
    });
  },
);

test("what OpenClaw says against it may be long and odd: its end is handed on, in 3 KB", () => {
  const openclaw = String.raw`cat >/dev/null; for i in $(seq 40000); do printf 'é\001\n"\\\\\377'; done; echo "the end"; exit 1`;
  const { status, said } = apply(openclaw, patch);
  expect(status).toBe(21);
  expect(said.reason).toMatch(/the end$/);
});
