import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
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
