import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { bothWays, runCommand, type Way } from "./run-command.ts";

/** What the bot asks a VM about its gateway, in a real shell. The agent's own account stands behind every answer of it. */
const ask = (script: string, openclaw: string) => bothWays((way) => askIn(way, script, openclaw));

function askIn(way: Way, script: string, openclaw: string) {
  const folder = mkdtempSync(join(tmpdir(), "helpers-"));
  const programs = { openclaw, ss: "", systemctl: "", "systemd-run": "" };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const here = readFileSync(join(import.meta.dirname, "..", "..", "cloud-init", script), "utf8")
    .replaceAll("/usr/local/lib/openclaw/openclaw.sh", join(folder, "openclaw"))
    .replaceAll("/run/openclaw-", `${folder}/run-`);
  const env = { PATH: [folder, "/usr/bin", "/bin"].join(delimiter), LC_ALL: "C" };
  const { status, stdout } = runCommand(way, here, { REQUEST: "op1" }, env);
  expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(3 * 1024);
  return { status, said: JSON.parse(stdout) };
}

/** A program that prints this text and ends with the code. */
function saying(text: string, code = 0): string {
  const file = join(mkdtempSync(join(tmpdir(), "helpers-")), "text");
  writeFileSync(file, text);
  return `cat ${file}; exit ${code}`;
}

const deep = `{"blockers":${"[".repeat(200_000)}`;
const odd = 'é\u0001"\\'.repeat(2000);

test("quiesce.sh stops a gateway that has nothing to do", () => {
  expect(ask("quiesce.sh", saying('{"status":"ready"}'))).toEqual({ status: 0, said: { quiesced: true } });
});

test.for<[string, string, readonly string[]]>([
  ["two kinds", 'notice\n{"blockers":[{"kind":"run","title":"x"},{"type":"terminal"}]}', ["run", "terminal"]],
  ["no kind", '{"blockers":[{"title":"x"}]}', ["unknown"]],
  ["no blockers", '{"error":"x"}', []],
  ["something else", '{"blockers":"run"}', ["gateway-silent"]],
  ["no objects", '{"blockers":[1,null,["run"]]}', ["unknown"]],
  ["nothing", "", ["gateway-silent"]],
  ["no end of brackets", deep, ["gateway-silent"]],
])("quiesce.sh names the kinds of blockers where the gateway says %s", ([, answer, blockers]) => {
  expect(ask("quiesce.sh", saying(answer, 1))).toEqual({ status: 20, said: { quiesced: false, blockers } });
});

test("quiesce.sh says no more than 3 KB, however many blockers there are", () => {
  const blockers = Array.from({ length: 500 }, (_, i) => ({ kind: `${i}${odd}` }));
  const { said } = ask("quiesce.sh", saying(JSON.stringify({ blockers }), 1));
  expect(said.blockers).toHaveLength(20);
});

test("activity.sh counts sessions, however many there are", () => {
  const sessions = Array.from({ length: 5000 }, (_, i) => ({
    key: "k".repeat(100),
    hasActiveRun: i % 2 === 0,
    lastInteractionAt: 1_700_000_000_000 + i,
  }));
  const jobs = [
    { enabled: true, nextRunAtMs: 1_800_000_000_002 },
    { enabled: true, nextRunAtMs: 1_800_000_000_001 },
    { enabled: false, nextRunAtMs: 1_800_000_000_000 },
    {
      enabled: true,
      nextRunAtMs: 1_800_000_000_000,
      declarationKey: "memory-core:memory-dreaming-promotion",
    },
  ];
  const openclaw = `[ "$1" = cron ] && { ${saying(JSON.stringify({ jobs }))}; }; ${saying(`notice\n${JSON.stringify({ sessions })}`)}`;
  expect(ask("activity.sh", openclaw)).toEqual({
    status: 0,
    said: {
      asked: true,
      sshSessions: 0,
      activeRuns: 2500,
      lastInteractionAt: 1_700_000_004_999,
      nextCronAt: 1_800_000_000_001,
    },
  });
});

test.for<[string, string, boolean]>([
  ["words for times", JSON.stringify({ sessions: [{ lastInteractionAt: odd }], jobs: [] }), true],
  [
    "numbers that are no times",
    `{"sessions":[{"lastInteractionAt":1${"0".repeat(4000)}},{"lastInteractionAt":NaN},{"lastInteractionAt":true}],"jobs":[]}`,
    true,
  ],
  ["no lists", '{"sessions":7,"jobs":null}', false],
  ["nothing", "", false],
  ["no end of brackets", `{"sessions":${"[".repeat(200_000)}`, false],
])("activity.sh keeps out of its answer what the gateway says in %s", ([, answer, asked]) => {
  expect(ask("activity.sh", saying(answer))).toEqual({
    status: 0,
    said: { asked, sshSessions: 0, activeRuns: 0, lastInteractionAt: null, nextCronAt: null },
  });
});
