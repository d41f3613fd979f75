import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";

/** Scripts that are run twice, or while another one runs: Azure stops none that a newer one was to replace. Real shells, real locks. */
const file = (name: string) => join(import.meta.dirname, "..", "..", "cloud-init", name);

/** A folder of programs that stand in for those of the VM, and the script, with the VM's paths in that folder. */
function machine(programs: Readonly<Record<string, string>>, script: string) {
  const folder = mkdtempSync(join(tmpdir(), "twice-"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\ncd ${folder}\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const text = readFileSync(file(script), "utf8")
    .replaceAll("/usr/local/lib/openclaw/openclaw.sh", join(folder, "openclaw"))
    .replaceAll("/home/openclaw/.openclaw/", `${folder}/`)
    .replaceAll("/run/openclaw-", `${folder}/run-`);
  return { folder, text, path: [folder, "/usr/bin", "/bin"].join(delimiter) };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs this; the answer waits for its end. */
function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (data) => (out += data));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out: out.trim() })));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A gateway that stops within a second, and clocks that start it again; what is started is written down. */
const gateway = {
  openclaw: "[ -e service ] || exit 1; echo '{}'",
  systemctl: `case "$*" in
  "is-active --quiet openclaw.service") [ -e service ] ;;
  "is-active --quiet openclaw-resume-*.timer") ls openclaw-resume-*.timer >/dev/null 2>&1 ;;
  "is-active --quiet "*) [ -e "$3" ] ;;
  "list-units "*) ls openclaw-resume-*.timer 2>/dev/null | sed 's/$/ loaded active waiting/' ;;
  "stop openclaw.service") sleep 0.5; rm -f service ;;
  "stop "*) rm "$2" ;;
  "start "*) echo start >>started; touch service ;;
  *) exit 64 ;;
esac`,
  "systemd-run": 'unit=$4; [ ! -e "$unit.timer" ] || exit 1; touch "$unit.timer"',
};

test.for<[string, string, string]>([
  ["one attempt runs twice", "op1", "op1"],
  ["two attempts run", "op1", "op2"],
])("quiesce.sh, of which %s side by side, stops the gateway and leaves it so", async ([, first, second]) => {
  const { folder, text, path } = machine(gateway, "quiesce.sh");
  writeFileSync(join(folder, "service"), "");
  const ask = (request: string) => run("sh", ["-c", text], { PATH: path, REQUEST: request });
  const both = await Promise.all([ask(first), ask(second)]);
  expect(both).toEqual(Array(2).fill({ code: 0, out: '{"quiesced":true}' }));
  expect([existsSync(join(folder, "service")), existsSync(join(folder, "started"))]).toEqual([false, false]);
  // One clock starts it again, that of the attempt that came last.
  const clocks = spawnSync("sh", ["-c", "ls openclaw-resume-*"], {
    cwd: folder,
    encoding: "utf8",
  }).stdout.trim();
  expect([`openclaw-resume-${first}.timer`, `openclaw-resume-${second}.timer`]).toContain(clocks);
});

test("quiesce.sh finds stopped what an attempt before has stopped, and its own clock starts the gateway again", async () => {
  const { folder, text, path } = machine(gateway, "quiesce.sh");
  writeFileSync(join(folder, "service"), "");
  for (const request of ["op1", "op1", "op2"])
    expect(await run("sh", ["-c", text], { PATH: path, REQUEST: request })).toEqual({
      code: 0,
      out: '{"quiesced":true}',
    });
  expect(existsSync(join(folder, "openclaw-resume-op1.timer"))).toBe(false);
  expect(existsSync(join(folder, "openclaw-resume-op2.timer"))).toBe(true);
});

/** An OpenClaw whose patch takes a second: what it has read it writes back, with the patch. */
const slow = {
  runuser: 'shift 3; exec "$@"',
  openclaw: `case "$*" in
  "config patch --stdin") python3 -c '
import json, sys, time
text = open("openclaw.json").read()
time.sleep(1)
open("openclaw.json", "w").write(json.dumps({**json.loads(text), **json.load(sys.stdin)}))' ;;
  *) cat >/dev/null ;;
esac`,
};
const config = { agents: { defaults: { model: { primary: "anthropic/claude-sonnet-5" } } } };

test("apply-config.sh twice, side by side: both are applied, one after the other", async () => {
  const { folder, text, path } = machine(slow, "apply-config.sh");
  writeFileSync(join(folder, "openclaw.json"), "{}");
  const apply = (patch: object) =>
    run("sh", ["-c", text], {
      PATH: path,
      PATCH: Buffer.from(JSON.stringify(patch)).toString("base64"),
      HASH: "h",
    });
  const both = await Promise.all([apply({ one: 1 }), apply({ two: 2 })]);
  expect(both).toEqual(Array(2).fill({ code: 0, out: '{"applied":true,"hash":"h"}' }));
  expect(JSON.parse(readFileSync(join(folder, "openclaw.json"), "utf8"))).toEqual({ one: 1, two: 2 });
});

test("apply-config.sh while keys are fetched: neither undoes what the other has changed", async () => {
  const { folder, text, path } = machine(slow, "apply-config.sh");
  writeFileSync(join(folder, "openclaw.json"), JSON.stringify(config));
  writeFileSync(join(folder, "settings.json"), "{}");
  const keys = readFileSync(file("keys.py"), "utf8")
    .replaceAll("/etc/openclaw/settings.json", join(folder, "settings.json"))
    .replaceAll("/home/openclaw/.openclaw/", `${folder}/`)
    .replaceAll("/run/openclaw-", `${folder}/run-`)
    .replace(', user="openclaw", group="openclaw", extra_groups=[]', "");
  writeFileSync(join(folder, "keys.py"), keys);
  // Its part that fits the configuration to the keys, by itself.
  const part = `
path = "${folder}/keys.py"
code = open(path).read().replace("\\ntry:\\n    main()", "\\ndef unused():\\n  try:\\n    main()", 1).split("\\ndef unused")[0]
names = {"__file__": path, "__name__": "keys"}
exec(compile(code, path, "exec"), names)
print(names["configure"]({"OPENAI_API_KEY": "sk"}))`;
  const patch = Buffer.from('{"gateway":{"port":1}}').toString("base64");
  const applying = run("sh", ["-c", text], { PATH: path, PATCH: patch, HASH: "h" });
  await pause(700);
  const [applied, fitted] = await Promise.all([applying, run("python3", ["-I", "-c", part], { PATH: path })]);
  expect([applied.out, fitted.out]).toEqual(['{"applied":true,"hash":"h"}', "openai/gpt-6-astra"]);
  expect(JSON.parse(readFileSync(join(folder, "openclaw.json"), "utf8"))).toEqual({
    agents: { defaults: { model: { primary: "openai/gpt-6-astra" } } },
    gateway: { port: 1 },
    models: {
      providers: { openai: { apiKey: { source: "file", provider: "keyvault", id: "/OPENAI_API_KEY" } } },
    },
  });
});

test("end-sessions.sh twice, side by side: a session that is gone already keeps none of them from the rest", async () => {
  const sessions = ["203.0.113.9", "203.0.113.10"].map((peer) => ({ peer, process: spawn("sleep", ["60"]) }));
  const ended = sessions.map(
    ({ process }) => new Promise((resolve) => process.on("exit", (_, signal) => resolve(signal))),
  );
  const ss = sessions.map(
    ({ peer, process }) => `echo '0 0 10.0.0.4:22 ${peer}:50000 users:(("sshd",pid=${process.pid},fd=4))'`,
  );
  const { text, path } = machine({ ss: ss.join("\n") }, "end-sessions.sh");
  const end = () => run("sh", ["-c", text], { PATH: path });
  expect((await Promise.all([end(), end()])).map(({ code }) => code)).toEqual([0, 0]);
  expect(await Promise.all(ended)).toEqual(["SIGTERM", "SIGTERM"]);
  // The third finds none of them.
  expect((await end()).code).toBe(0);
});

test("ready.sh twice, side by side, and once more: each says the same", async () => {
  const fine = Object.fromEntries(
    ["cloud-init", "curl", "mountpoint", "aad_certhandler", "systemctl"].map((name) => [name, "exit 0"]),
  );
  const { folder, text, path } = machine(fine, "ready.sh");
  const here = text.replaceAll("/var/lib/openclaw", `${folder}/var`).replaceAll("/etc/apt", `${folder}/apt`);
  const env = { PATH: path, OPENCLAW_PORT: "1", OPENCLAW_RUN: folder };
  const check = () => run("sh", ["-c", here], env);
  const [first, second] = await Promise.all([check(), check()]);
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('"ready": true') });
  expect([second, await check()]).toEqual([first, first]);
});

test("no lock is one that the agent's account could take", async () => {
  const { folder, text, path } = machine(slow, "apply-config.sh");
  writeFileSync(join(folder, "openclaw.json"), "{}");
  await run("sh", ["-c", text], { PATH: path, PATCH: "e30=", HASH: "h" });
  const modes = spawnSync("sh", ["-c", "stat -c %a run-*.lock"], {
    cwd: folder,
    encoding: "utf8",
  }).stdout.trim();
  expect(modes).toBe("600");
});
