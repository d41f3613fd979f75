/**
 * `npm run test:wire` checks the traffic against the vendors' own specifications: runs the integration, the
 * end-to-end and the kill tests with one recording, and has ../shared/conformance check it, strictly, with every secret in use.
 * `npm run test:wire -- FILE` checks an earlier recording, made with TRAFFIC_LOG=FILE.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, type Exchange, kit } from "./conformance.ts";
import { type Aside, asides } from "./wire-asides.ts";

const linesOf = (file: string): string[] =>
  existsSync(file) ? [...new Set(readFileSync(file, "utf8").split("\n"))].filter((line) => line !== "") : [];

/** Prints what is wrong with the recording, and the figures; false if anything is. */
async function judge(recording: string): Promise<boolean> {
  const lines = readFileSync(recording, "utf8").trim().split("\n");
  const secrets = linesOf(`${recording}.secrets`);
  const unrecorded = linesOf(`${recording}.unrecorded`);
  const at = (line: number) => JSON.parse(lines[line - 1] ?? "") as Exchange;
  let [violations, unchecked] = [0, 0];
  const aside = new Map<Aside, Set<number>>();
  for (const { service, operation: name, violations: found } of check(lines, secrets)) {
    for (const violation of found) {
      const known = asides.find(
        ({ rule, at: where, message }) =>
          rule === violation.rule && message.test(violation.message) && (where?.test(violation.at) ?? true),
      );
      if (known) {
        aside.set(known, new Set([...(aside.get(known) ?? []), ...violation.lines]));
        continue;
      }
      if (violation.rule === "unchecked") unchecked += 1;
      else violations += 1;
      const [first = 0] = violation.lines;
      console.log(`${service} ${name}: ${violation.rule} ${violation.at}: ${violation.message}`);
      console.log(
        `    ${violation.lines.length} times, first ${at(first).request.method} ${at(first).request.url}`,
      );
    }
  }
  console.log(`\nNot recorded, with the reason for each (${unrecorded.length} tests):`);
  for (const line of unrecorded) console.log(`  ${line}`);
  let otherwise = 0;
  for (const [{ why, ...known }, numbers] of aside) {
    const found = new Set(await known.otherwise([...numbers].map(at)));
    violations += found.size;
    otherwise += numbers.size;
    console.log(`\n${numbers.size} exchanges checked another way, ${found.size} violations: ${why}`);
    for (const one of found) console.log(`    ${one}`);
  }
  const figures = `${lines.length} exchanges, ${violations} violations, ${unchecked} kinds unchecked`;
  console.log(
    `\nwire: ${figures}; ${otherwise} of them checked another way, ${secrets.length} secrets searched for`,
  );
  return violations + unchecked === 0;
}

/** Runs a script of package.json; false: it failed. */
function run(script: string, recording: string): boolean {
  const env = { ...process.env, TRAFFIC_LOG: recording };
  return spawnSync("npm", ["run", script], { env, stdio: "inherit" }).status === 0;
}

if (!existsSync(join(kit, "run"))) {
  console.log("skipped: ../shared/conformance is not on this machine");
  process.exit(0);
}
const [given] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "wire-"));
const recording = given ?? join(folder, "traffic.ndjson");
const tests = ["test", "test:slow", "test:e2e", "test:playground", "test:kill"];
// Run all of them, even if one fails: the recording is checked all the same.
const failed = given === undefined ? tests.filter((script) => !run(script, recording)) : [];
const good = await judge(recording);
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
rmSync(folder, { recursive: true });
process.exitCode = good && failed.length === 0 ? 0 : 1;
