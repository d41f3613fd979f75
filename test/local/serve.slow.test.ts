import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { certificateIn } from "../../local/certificate.ts";
import { serve } from "../../local/serve.ts";

test("a request on a connection that has been idle is answered, however busy the process was", async () => {
  const server = await serve(() => new Response("here"), { port: 0 });
  const ask = async () => (await fetch(server.url)).text();
  await ask();
  await sleep(100);
  // Longer than the five idle seconds after which Node's servers end a connection by themselves.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6500);
  expect(await ask()).toBe("here");
  await server.close();
});

test("it closes while a client has connected and not yet started to speak TLS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "serve-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tls = await certificateIn(folder, new Date());
  const server = await serve(() => new Response("here"), { port: 0, tls });
  const client = connect(server.port, "127.0.0.1");
  const ended = once(client, "close");
  await once(client, "connect");
  await sleep(50);
  await server.close();
  await ended;
});
