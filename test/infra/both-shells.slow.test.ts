import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { scriptsIn } from "../../bot/cloud/scripts.ts";
import type { ScriptName } from "../../bot/core/cloud.ts";
import { bothWays, runCommand } from "./run-command.ts";

/*
 * Every script that the bot sends to a VM, under dash by its shebang and under bash as Azure runs it behind a variable:
 * the same answer. What a script calls is stood in for; paths lead into a folder of the test.
 */
const root = join(import.meta.dirname, "..", "..");
const { ready, endSessions, named } = scriptsIn(join(root, "cloud-init"));
const scripts = { ready, endSessions, ...named };

interface Case {
  readonly variables?: Readonly<Record<string, string>>;
  /** Programs by name, as the text of a script. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly says: RegExp;
}

/** Texts with what the two shells' `echo` and `read` take differently: backslashes, spaces, quotes. */
const odd = String.raw`a\tb \\c "d" 'e' $f é`;
const cases: Readonly<Record<keyof typeof scripts, Case>> = {
  ready: {
    programs: { "cloud-init": `[ "$2" = --wait ] && exit 1; printf '%s' '${odd.replaceAll("'", "")}'` },
    status: 10,
    says: /\{"ready": false, .*"error": "first-boot", "detail": "a\\\\tb \\\\\\\\c \\"d\\" e \$f \?+"\}/,
  },
  endSessions: { variables: { ALLOWED: "" }, programs: { ss: "exit 0" }, status: 0, says: /^count=0$/ },
  doctor: {
    programs: { df: "printf 'Use%%\\n 97%%\\n'", systemctl: "echo exit-code; exit 3", mountpoint: "exit 1" },
    status: 1,
    says: /FAIL {2}home disk at \/home: .*\n[\s\S]*FAIL {2}service openclaw: exit-code;[\s\S]*FAIL {2}space on the home disk \(97% used\)/,
  },
  quiesce: {
    variables: { REQUEST: "op1" },
    programs: { "openclaw.sh": `printf '%s' '{"blockers":[{"kind":"run"}]}'; exit 1` },
    status: 20,
    says: /^\{"quiesced": false, "blockers": \["run"\]\}$/,
  },
  "apply-config": {
    variables: { PATCH: Buffer.from("{}").toString("base64"), HASH: "h1" },
    programs: { "openclaw.sh": `cat >/dev/null; printf '%s' '${odd.replaceAll("'", "")}'; exit 1` },
    status: 21,
    says: /"stage": "dry-run", "reason": "a\\\\tb \\\\\\\\c \\"d\\" e \$f é"/,
  },
  "refresh-secrets": { programs: { "keys.py": 'echo "keys $*"; exit 3' }, status: 3, says: /^keys refresh$/ },
  logs: {
    variables: { KIND: "gateway", PAGE: "1" },
    programs: { journalctl: `printf '%s\\n' '${odd.replaceAll("'", "")}'` },
    status: 0,
    says: /^page=1 pages=1\na\\tb \\\\c "d" e \$f é$/,
  },
} satisfies Readonly<Record<"ready" | "endSessions" | ScriptName, Case>>;

test.for(Object.entries(cases) as [keyof typeof scripts, Case][])(
  "%s answers the same under dash and bash",
  ([name, { variables = {}, programs = {}, status, says }]) => {
    const folder = mkdtempSync(join(tmpdir(), "both-shells-"));
    const stand = {
      ...{ sleep: "exit 0", timeout: 'shift; exec "$@"', flock: "exit 0", runuser: 'shift 3; exec "$@"' },
      ...{ mountpoint: "exit 0", curl: "exit 7", systemctl: "exit 3", "systemd-run": "exit 0" },
      ...{ rm: "exit 0", mkdir: "exit 0", touch: "exit 0" },
      ...programs,
    };
    for (const [program, text] of Object.entries(stand)) {
      writeFileSync(join(folder, program), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, program), 0o755);
    }
    const text = scripts[name]
      .replaceAll("/usr/local/lib/openclaw/", `${folder}/`)
      .replaceAll("/home/openclaw/.openclaw/", `${folder}/`)
      .replaceAll(/\/run\/openclaw/g, `${folder}/openclaw`);
    writeFileSync(join(folder, "openclaw.json"), "{}");
    const env = {
      PATH: [folder, "/usr/bin", "/bin", process.env["PATH"]].join(delimiter),
      OPENCLAW_RUN: folder,
      LC_ALL: "C.UTF-8",
    };
    const ran = bothWays((way) => {
      const { status: code, stdout } = runCommand(way, text, variables, env);
      return { code, said: stdout.trimEnd() };
    });
    expect(ran).toEqual({ code: status, said: expect.stringMatching(says) });
  },
);
