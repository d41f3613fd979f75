import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { zipOf } from "../../scripts/bot-zip.ts";

test("the zip that is deployed has every file of the app by its path, host.json at the top", () => {
  const folder = mkdtempSync(join(tmpdir(), "bot-zip-"));
  mkdirSync(join(folder, "functions", "chunks"), { recursive: true });
  const files = { "host.json": "{}", "functions/index.js": "1", "functions/chunks/a.js": "2" };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const found = Object.entries(unzipSync(zipOf(folder))).map(([path, data]) => [path, strFromU8(data)]);
  expect(Object.fromEntries(found)).toEqual(files);
  rmSync(folder, { recursive: true });
});
