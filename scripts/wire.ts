/**
 * `npm run test:wire` holds what goes over the wire to the vendors' own specifications: runs the integration and the
 * end-to-end tests with one recording, and lets ../shared/conformance read it, strictly, with every secret in play.
 * `npm run test:wire -- FILE` reads a recording that was made before, with TRAFFIC_LOG=FILE.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const kit = resolve(import.meta.dirname, "../../shared/conformance");

const operation = z.object({
  service: z.string(),
  operation: z.string(),
  count: z.number(),
  violations: z.array(
    z.object({ rule: z.string(), at: z.string(), message: z.string(), lines: z.array(z.number()) }),
  ),
});
const report = z.object({ exchanges: z.number(), operations: z.array(operation) });
type Operation = z.infer<typeof operation>;
type Exchange = {
  request: { method: string; url: string };
  response: { status: number; body?: unknown };
};

/** What the checker can't tell, why, and how these exchanges are checked all the same. */
const explained: readonly {
  service: string;
  rule: string;
  message: RegExp;
  why: string;
  otherwise: (exchanges: Exchange[]) => Promise<readonly string[]>;
}[] = [
  {
    service: "keyvault",
    rule: "keyvault/unknown-operation",
    message: /has no operation/,
    why:
      "GET /secrets/{secret-name}/versions is GetSecretVersions in Key Vault's secrets.json 7.5. The checker's library " +
      "finds GetSecret (/secrets/{secret-name}/{secret-version}) as well and gives up. Read here as GetSecrets, which has the same answer.",
    otherwise: async (exchanges) => {
      const read = exchanges.map((exchange) => ({
        ...exchange,
        request: { ...exchange.request, url: exchange.request.url.replace(/\/[^/]+\/versions\/?(?=\?)/, "") },
      }));
      const found = check(read.map((exchange) => JSON.stringify(exchange)));
      return found.flatMap(({ violations }) => violations.map(({ at, message }) => `${at} ${message}`));
    },
  },
  {
    service: "arm",
    rule: "unchecked",
    message: /no OpenAPI here for Microsoft\.ManagedIdentity\/userAssignedIdentities@2024-11-30$/,
    why:
      "No OpenAPI of Microsoft.ManagedIdentity is at hand, so that no client can read an identity unseen by this rule. " +
      "Read here by Bicep's type table of this version.",
    otherwise: identitiesByTypeTable,
  },
];

/** The kit's own reader of Bicep's type tables. */
interface TypeTables {
  resourceTable(type: string, version: string): object;
  checkBody(
    table: object,
    body: unknown,
    options: { at: string; report: (rule: string, at: string, message: string) => void },
  ): void;
}

async function identitiesByTypeTable(exchanges: Exchange[]): Promise<readonly string[]> {
  const tables = (await import(pathToFileURL(join(kit, "lib/arm/types.mjs")).href)) as TypeTables;
  const table = tables.resourceTable("Microsoft.ManagedIdentity/userAssignedIdentities", "2024-11-30");
  const found: string[] = [];
  for (const { response } of exchanges) {
    if (response.status >= 400) continue;
    tables.checkBody(table, response.body, {
      at: "/response/body",
      report: (_rule, at, message) => found.push(`${at} ${message}`),
    });
  }
  return found;
}

/** Lets the checker read these lines. */
function check(lines: readonly string[], secrets: readonly string[] = []): Operation[] {
  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const file = join(folder, "traffic.ndjson");
  const never = join(folder, "never");
  writeFileSync(file, `${lines.join("\n")}\n`);
  writeFileSync(never, `${secrets.join("\n")}\n`);
  const options = ["--strict", "--json", ...(secrets.length > 0 ? ["--never", never] : [])];
  const { stdout, stderr } = spawnSync(join(kit, "run"), ["check.mjs", file, ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  rmSync(folder, { recursive: true });
  if (stdout === "") throw new Error(`the checker said: ${stderr}`);
  return report.parse(JSON.parse(stdout)).operations;
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? [...new Set(readFileSync(file, "utf8").split("\n"))].filter((line) => line !== "") : [];

/** Prints what is wrong with the recording, and the figures; false: something is. */
async function judge(recording: string): Promise<boolean> {
  const lines = readFileSync(recording, "utf8").trim().split("\n");
  const secrets = linesOf(`${recording}.secrets`);
  const unrecorded = linesOf(`${recording}.unrecorded`);
  const at = (line: number) => JSON.parse(lines[line - 1] ?? "") as Exchange;
  let [violations, unchecked] = [0, 0];
  const asides = new Map<(typeof explained)[number], Exchange[]>();
  for (const { service, operation: name, violations: found } of check(lines, secrets)) {
    for (const violation of found) {
      const aside = explained.find(
        (one) =>
          one.service === service && one.rule === violation.rule && one.message.test(violation.message),
      );
      if (aside) {
        asides.set(aside, [...(asides.get(aside) ?? []), ...violation.lines.map(at)]);
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
  console.log(`\nNot recorded, since they say on purpose what no client would (${unrecorded.length} tests):`);
  for (const line of unrecorded) console.log(`  ${line}`);
  for (const [{ why, otherwise }, exchanges] of asides) {
    const found = await otherwise(exchanges);
    violations += new Set(found).size;
    console.log(`\n${exchanges.length} exchanges checked otherwise, ${found.length} violations: ${why}`);
    for (const one of new Set(found)) console.log(`    ${one}`);
  }
  const figures = `${lines.length} exchanges, ${violations} violations, ${unchecked} kinds unchecked`;
  console.log(`\nwire: ${figures} (${secrets.length} secrets looked for)`);
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
const tests = ["test", "test:slow", "test:e2e"];
// All of them run, whichever fails: what was said is judged all the same.
const failed = given === undefined ? tests.filter((script) => !run(script, recording)) : [];
const good = await judge(recording);
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
rmSync(folder, { recursive: true });
process.exitCode = good && failed.length === 0 ? 0 : 1;
