import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operatorEnvironment } from "../../local/azure/environment.ts";
import { serve } from "../../local/serve.ts";
import { startWorld, type World } from "../local/azure/world.ts";

/*
 * Follows docs/deploy.md word by word, up to the end of "The short way": each line of its shell blocks is run by a shell in a copy
 * of this project. The scripts are the real ones; `azd`, `az` and what npm would download are stand-ins (test/docs/stand-ins), each
 * of which says what it relies on. Resources are deployed into the simulator.
 */

const root = resolve(import.meta.dirname, "..", "..");
const standIns = join(import.meta.dirname, "stand-ins");
const guide = readFileSync(join(root, "docs/deploy.md"), "utf8");

/** The lines of the shell blocks under a heading. */
function linesUnder(heading: string): string[] {
  const [, section = ""] = new RegExp(`\n## ${heading}\n([\\s\\S]*?)\n## `).exec(guide) ?? [];
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, code = ""]) =>
    code.split("\n").filter(Boolean),
  );
}

/** What a reader puts where the guide leaves a gap. */
const discord: Readonly<Record<string, string>> = {
  DISCORD_APPLICATION_ID: "1100000000000000001",
  DISCORD_PUBLIC_KEY: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  DISCORD_GUILD_ID: "1100000000000000002",
  DISCORD_ADMIN_CHANNEL_ID: "1100000000000000003",
};

let world: World;
let storage: Awaited<ReturnType<typeof serve>>;
/** What is in the container, by path. */
const blobs = new Map<string, string>();
const folder = mkdtempSync(join(tmpdir(), "follow-"));
const bin = join(folder, "bin");
beforeAll(async () => {
  // Yesterday, so that a role that is deployed here counts as old, and fast, so that a deployment ends soon.
  const clock = { now: () => new Date(Date.now() - 86_400_000) };
  world = await startWorld({ speed: 100, clock });
  storage = await serve(
    async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method === "HEAD") return new Response(null, { status: blobs.has(pathname) ? 200 : 404 });
      blobs.set(pathname, await request.text());
      return new Response(null, { status: 201 });
    },
    { port: 0, service: () => undefined },
  );
  cpSync(standIns, bin, { recursive: true });
  for (const name of ["azd", "az"]) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${join(standIns, `${name}.ts`)}' "$@"\n`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  cpSync(join(standIns, "npm.sh"), join(bin, "npm"));
  writeFileSync(join(folder, "ca.pem"), world.azure.caCertificate);
});
afterAll(async () => {
  await Promise.all([world.close(), storage.close()]);
  rmSync(folder, { recursive: true });
});

/** Somebody who follows the guide, in a fresh copy of the project. */
function reader(name: string) {
  const project = join(folder, name);
  for (const part of ["azure.yaml", "package.json", "scripts", "infra", "bot", "local", "cloud-init"])
    cpSync(join(root, part), join(project, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  const log = join(folder, `${name}.log`);
  writeFileSync(log, "");
  const path = (process.env["PATH"] ?? "").split(delimiter);
  const { HOME, TMPDIR } = process.env;
  const env = {
    ...{ HOME, TMPDIR },
    ...operatorEnvironment(world.azure),
    PATH: [bin, join(root, "node_modules/.bin"), ...path].join(delimiter),
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    AZURE_RESOURCE_MANAGER_URL: world.azure.url,
    GRAPH_URL: world.azure.url,
    STAND_IN_NPM: process.env["npm_execpath"] ?? "npm",
    STAND_IN_LOG: log,
    STAND_IN_STORAGE: storage.url,
    STAND_IN_SUBSCRIPTION: world.env.AZURE_SUBSCRIPTION_ID,
    STAND_IN_PRINCIPAL: world.azure.identity("operator").principalId,
  };
  const filled = (line: string) =>
    line
      .replace(/(?<=env set (\w+) )…/, (_gap, key: string) => discord[key] ?? "…")
      .replace("SUBSCRIPTION", world.env.AZURE_SUBSCRIPTION_ID)
      .replace("YOUR_DISCORD_ID", "1100000000000000101");
  const types = (line: string, more: Readonly<Record<string, string>> = {}) =>
    new Promise<{ code: number; said: string }>((done) => {
      const text = filled(line);
      if (text.includes("…")) throw new Error(`nobody knows what goes into: ${line}`);
      execFile("sh", ["-c", text], { cwd: project, env: { ...env, ...more } }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        done({ code, said: `${stdout}${stderr}` });
      });
    });
  return {
    types,
    /** Each line has to succeed; what the last one said. */
    async follows(lines: readonly string[]): Promise<string> {
      let last = "";
      for (const line of lines) {
        const { code, said } = await types(line);
        expect(code, `${line}\n${said}`).toBe(0);
        last = said;
      }
      return last;
    },
    /** What azd did, a line each. */
    did: () => readFileSync(log, "utf8").split("\n").filter(Boolean),
    packaged: () =>
      JSON.parse(readFileSync(join(project, "dist/openclaw/archive.json"), "utf8")) as { sha256: string },
    values: () =>
      Object.fromEntries(
        readFileSync(join(project, ".azure/dev/.env"), "utf8")
          .split("\n")
          .filter(Boolean)
          .map((line) => [
            line.slice(0, line.indexOf("=")),
            JSON.parse(line.slice(line.indexOf("=") + 1)) as string,
          ]),
      ),
  };
}

/** A setting of the deployed bot. */
const setting = (name: string) =>
  world.azure.resources().find(({ type }) => type.endsWith("sites/config"))?.properties?.[name];
/** What it gives VMs to start from. */
const archive = () => setting("ARCHIVE_SHA256");

const shortWay = () => [...linesUnder("Once"), ...linesUnder("The short way: azd")];

describe("the short way of docs/deploy.md", { timeout: 300_000 }, () => {
  test("word by word: VMs start from the archive that was packaged, and it is where they look", async () => {
    const ada = reader("word-by-word");
    expect(shortWay()).toEqual(
      expect.arrayContaining(["npm ci", "azd env new dev", "npm run openclaw:package", "azd up"]),
    );
    expect(await ada.follows(shortWay())).toContain("SUCCESS");
    const { sha256 } = ada.packaged();
    expect(archive()).toBe(sha256);
    // Nobody has set it: preflight has asked Graph.
    expect(setting("TEAMS_SHAREPOINT_HOST")).toBe("contoso.sharepoint.com");
    expect(new Set([...blobs.keys()].filter((path) => path.includes(sha256)))).toEqual(
      new Set([`/archive/${sha256}/openclaw.tar.zst`, `/archive/${sha256}/extras.tar.zst`]),
    );
    expect(ada.did()).toEqual([
      "preprovision: npm run openclaw:checksum",
      "preprovision: npm run preflight",
      `provision: archiveSha256=${sha256}`,
      "postprovision: npm run openclaw:upload",
      "postprovision: npm run deploy:wait",
      "deploy: bot to function",
    ]);
    // The guide's own check.
    expect(await ada.follows(["azd env get-values"])).toMatch(/^PUBLIC_URL=/m);
    expect(ada.values()).toMatchObject({ ARCHIVE_IN_USE: sha256, ARCHIVE_SHA256: sha256 });
  });

  test("packaged before there was an environment: the hook tells azd, which reads its environment again", async () => {
    const max = reader("packaged-first");
    await max.follows(["npm run openclaw:package", "azd env new dev", "azd up"]);
    const { sha256 } = max.packaged();
    expect(max.did()).toContain(`provision: archiveSha256=${sha256}`);
    expect(archive()).toBe(sha256);
  });

  test("without an archive VMs install from npm; one that is packaged afterwards is not silently left aside", async () => {
    const mia = reader("not-packaged");
    expect(await mia.follows(["azd env new dev", "azd up"])).toContain("VMs install from npm");
    expect(archive()).toBe("");

    await mia.follows(["npm run openclaw:package -- --no-extras"]);
    const { code, said } = await mia.types("npm run openclaw:upload", mia.values());
    expect(code).toBe(1);
    expect(said).toMatch(/VMs would not use the archive .* they install from npm.*Provision again/s);

    await mia.follows(["azd provision"]);
    expect(archive()).toBe(mia.packaged().sha256);
  });
});
