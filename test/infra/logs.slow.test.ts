import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { bothWays, runCommand } from "./run-command.ts";

/** The script itself, in a real shell: what a log on the VM may hold, and what of it leaves the VM. */
const script = readFileSync(join(import.meta.dirname, "..", "..", "cloud-init", "logs.sh"), "utf8");

function read(
  log: string,
  { secrets, page = "1", kind = "gateway" }: { secrets?: string; page?: string; kind?: string } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "logs-"));
  writeFileSync(join(folder, "cloud-init-output.log"), log);
  writeFileSync(join(folder, "journalctl"), `#!/bin/sh\ncat ${folder}/cloud-init-output.log\n`);
  chmodSync(join(folder, "journalctl"), 0o755);
  if (secrets !== undefined) {
    writeFileSync(join(folder, "openclaw-secrets.json"), secrets);
  }
  const env = {
    // Before a python3 that a person may have set up for themselves: the VM has the system's.
    PATH: [folder, "/usr/bin", "/bin", process.env["PATH"]].join(delimiter),
    OPENCLAW_RUN: folder,
    OPENCLAW_LOG: folder,
    // As a run command has it.
    LC_ALL: "C",
  };
  const { status, stdout, stderr } = bothWays((way) =>
    runCommand(way, script, { KIND: kind, PAGE: page }, env),
  );
  const [first, ...lines] = stdout.trimEnd().split("\n");
  return { status, first, lines, text: lines.join("\n"), bytes: Buffer.byteLength(stdout), stderr };
}

const value = 'correct "horse"\\battery/staple+ü';
const secrets = JSON.stringify({ OWN_KEY: value, LINES: "first line of it\nsecond line of it", PIN: "4711" });

test.for<[string, string]>([
  ["as it stands", value],
  ["in JSON", JSON.stringify({ a: value })],
  ["in an address", `https://contoso.com/?q=${encodeURIComponent(value)}`],
  ["in base64", Buffer.from(value).toString("base64")],
  ["inside longer base64", Buffer.from(`user:${value}!`).toString("base64")],
  ["inside base64 for addresses", Buffer.from(`x${value}yz`).toString("base64url")],
  ["in hexadecimal", Buffer.from(value).toString("hex")],
  ["one of its lines", "there is second line of it here"],
  ["of four characters", "the pin 4711"],
])("a value of the VM's secrets is masked %s", ([, line]) => {
  const { text, first } = read(`before ${line} after\n`, { secrets });
  expect(first).toBe("page=1 pages=1");
  expect(text).toContain("••••");
  for (const part of [
    "horse",
    "battery",
    "staple",
    "second line",
    "4711",
    Buffer.from("battery/st").toString("base64").slice(2, 10),
  ])
    expect(text).not.toContain(part);
});

test.for([
  "sk-ant-api03-abcdefgh_ijklmnop",
  "sk-proj-ABCDEFGH12345678",
  "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
  "github_pat_11ABCDEFG0abcdefghijkl",
  "xoxb-123456789012-abcdefghij",
  "AKIAABCDEFGHIJKLMNOP",
  "AIzaSyA1234567890abcdefghijklmnopqrstu",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_ghi",
  "123456789:AAabcdefghijklmnopqrstuvwxyz0123456",
  "MTA5abcdefghijklmnopqrstuv.GabcDE.abcdefghijklmnopqrstuvwxyz012",
  "0123456789abcdef0123456789abcdef0123456789abcdef",
  "Authorization: Bearer abcdefgh.ijklmnop",
  "https://contoso.com/ by way of https://user:hunter22hunter22@",
  "API_KEY=hunter22hunter22",
  '"apiKey": "hunter22hunter22"',
  '{\\"clientSecret\\":\\"hunter22hunter22\\"}',
  "password: hunter22",
  "https://contoso.blob.core.windows.net/a?sv=1&sig=hunter22%2Bhunter22",
  "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter22\n-----END OPENSSH PRIVATE KEY-----",
  "-----BEGIN RSA PRIVATE KEY-----\nhunter22 and the end is on another page",
])("what looks like a secret is masked, though the VM does not know it: %s", (line) => {
  const { text } = read(`before\n${line}\n`, { secrets: "{}" });
  expect(text).toContain("••••");
  expect(text).toContain("before");
  for (const secret of [line, "hunter22", line.slice(-12)]) expect(text).not.toContain(secret);
});

test("what is no secret stays as it is, without colours and other commands to a terminal", () => {
  const log =
    "2026-11-22T10:00:00+00:00 vm node[812]: \u001b[32mgateway\u001b[0m ready – läuft on ws://127.0.0.1:18789\u0007\n";
  expect(read(log, { secrets }).text).toBe(
    "2026-11-22T10:00:00+00:00 vm node[812]: gateway ready – läuft on ws://127.0.0.1:18789",
  );
});

test("pages are counted from the end, hold 3 KB at most, and lose no line", () => {
  const all = Array.from({ length: 400 }, (_, i) => `line ${i} ${"ü".repeat(i % 30)}`);
  const seen: string[] = [];
  const pages = Number(read(all.join("\n")).first?.split("pages=")[1]);
  for (let page = 1; page <= pages; page += 1) {
    const { first, lines, bytes } = read(all.join("\n"), { page: String(page), kind: "first-boot" });
    expect(first).toBe(`page=${page} pages=${pages}`);
    expect(bytes).toBeLessThanOrEqual(3 * 1024);
    seen.unshift(...lines);
  }
  expect(seen).toEqual(all);
  expect(read(all.join("\n"), { page: "99999" }).first).toBe(`page=${pages} pages=${pages}`);
});

test("a page holds 3 KB at most, however long a line is", () => {
  expect(read("🦞".repeat(5000)).bytes).toBeLessThanOrEqual(3 * 1024);
});

test("a secret is masked before the pages are made: none is cut in two", () => {
  const long = "x".repeat(790);
  const { text } = read(`${long}${value}\n`, { secrets });
  expect(text).not.toContain("correct");
  expect(text).not.toContain("staple");
});

test("where the secrets can't be read, nothing is shown", () => {
  const { status, text, first, stderr } = read("sk-ant-api03-abcdefgh\n", { secrets: "{broken" });
  expect({ status, text, first, stderr }).toEqual({ status: 22, text: "", first: "", stderr: "" });
});

test("an empty log is one empty page", () => {
  expect(read("")).toMatchObject({ status: 0, first: "page=1 pages=1", text: "" });
});
