import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { gone } from "../gone.ts";

test("a child whose parent is gone ends, even where it is asked to and has something to wait for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "child-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const child = join(folder, "child.mjs");
  writeFileSync(
    child,
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send('ready');",
  );
  const parent = join(folder, "parent.mjs");
  writeFileSync(
    parent,
    `import { startChild } from ${JSON.stringify(new URL("../../local/child.ts", import.meta.url).href)};
const child = startChild(${JSON.stringify(child)}, [], process.env);
child.process.once("message", () => console.log(child.process.pid));`,
  );
  const { stdout, pid = 0 } = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(stdout.setEncoding("utf8"), "data");
  const own = Number(printed);
  onTestFinished(() => {
    try {
      process.kill(own, "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  });
  process.kill(pid, "SIGKILL");
  await gone([pid, own]);
});
