import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApp } from "../../scripts/build.ts";

/** The folder that is deployed. */
const folder = mkdtempSync(join(tmpdir(), "app-"));
beforeAll(() => buildApp(folder), 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const manifest = JSON.parse(readFileSync("package.json", "utf8"));

test("the package has what the bot needs, and nothing that Azure would install or build", () => {
  const { main, version, dependencies, scripts } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  expect([version, dependencies, scripts]).toEqual([manifest.version, undefined, undefined]);
  expect(readdirSync(folder).toSorted()).toEqual(["cloud-init", "functions", "host.json", "package.json"]);
  expect(readFileSync(join(folder, main), "utf8")).not.toBe("");
  expect(readdirSync(join(folder, "cloud-init")).toSorted()).toEqual(readdirSync("cloud-init").toSorted());
});

test("it is what azd and the local host take, and is not built once more in Azure", () => {
  const service = readFileSync("azure.yaml", "utf8").split("services:")[1];
  expect(service).toMatch(/^ +dist: dist\/app$/m);
  expect(service).toMatch(/^ +remoteBuild: false$/m);
  expect(manifest.scripts.build).toBe("node scripts/build.ts");
  expect(manifest.main).toBe("dist/app/functions/index.js");
});
