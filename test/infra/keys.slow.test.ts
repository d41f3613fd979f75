import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../local/serve.ts";

/*
 * cloud-init/keys.py with a key vault and a metadata service on this machine. Their addresses and the folders in it are
 * other ones here; the accounts and services of a VM are not there, so that it stops once it has stored a value.
 */
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) console.log("skipped: no python3 here");

const folder = mkdtempSync(join(tmpdir(), "keys-"));
const script = join(folder, "keys.py");
let secrets: Record<string, string>;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.includes("/169.254.169.254/")) return Response.json({ access_token: "x" });
      const name = pathname.split("/").at(-1) ?? "";
      if (request.method === "PUT") secrets[name] = ((await request.json()) as { value: string }).value;
      const value = secrets[name];
      return value === undefined ? new Response(null, { status: 404 }) : Response.json({ value });
    },
    { port: 0 },
  );
  const settings = {
    keyVaultUri: server.url,
    sharedSecretName: "shared",
    memberSecretName: "own",
    bootIdentityClientId: "b",
    memberIdentityClientId: "m",
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  const source = readFileSync("cloud-init/keys.py", "utf8")
    .replaceAll("/etc/openclaw/settings.json", join(folder, "settings.json"))
    .replaceAll("http://169.254.169.254", `${server.url}/169.254.169.254`)
    .replaceAll('"/run/', `"${folder}/`);
  writeFileSync(script, source);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function keys(args: readonly string[], input: Uint8Array | string = "") {
  // As under sudo: no locale.
  const child = spawn("python3", ["-I", script, ...args], {
    env: { PATH: process.env["PATH"], OPENCLAW_VAULT_TRIES: "1", LC_ALL: "C" },
  });
  child.stdin.end(input);
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return { out, err };
}
const own = () => JSON.parse(secrets["own"] ?? "{}") as Record<string, string>;

describe.skipIf(!hasPython)("a key is stored", () => {
  test.each([
    ["as it is", "A_KEY", "sk-1", "sk-1"],
    ["without the line end of a file", "A_KEY", "sk-1\r\n", "sk-1"],
    ["without a byte order mark", "A_KEY", "\uFEFFsk-1\n", "sk-1"],
    ["without white space", "A_KEY", "\u00A0 sk-1\t \n\n", "sk-1"],
    ["with its own lines", "A_KEY", "-----BEGIN\r\nabc\r\nEND-----\r\n", "-----BEGIN\r\nabc\r\nEND-----"],
    ["with letters of any kind", "A_KEY", "schlüssel-鍵\n", "schlüssel-鍵"],
    ["without what stands before a token in a request", "DISCORD_BOT_TOKEN", "Bot abc.def\r\n", "abc.def"],
    ["with that where it is no token", "A_NAME", "Bot of the team", "Bot of the team"],
  ])("%s", async (_how, name, input, stored) => {
    secrets = { own: '{"OTHER":"kept"}' };
    await keys(["set", name], input);
    expect(own()).toEqual({ OTHER: "kept", [name]: stored });
  });
});

describe.skipIf(!hasPython)("nothing is stored", () => {
  const none = "there is no value";
  const bytes = "not text in UTF-8; nothing was stored";
  test.each([
    ["of nothing", "A_KEY", "", none],
    ["of white space", "A_KEY", " \r\n\t\n", none],
    ["of a byte order mark", "A_KEY", "\uFEFF\n", none],
    ["of a prefix alone", "DISCORD_BOT_TOKEN", "Bot \n", none],
    ["of a placeholder", "A_KEY", "not-set\n", none],
    ["of a reference that nobody followed", "A_KEY", "@Microsoft.KeyVault(SecretUri=https://a/b)", none],
    ["of bytes that are no UTF-8", "A_KEY", Buffer.from([0x73, 0x6b, 0xff, 0x31]), bytes],
    ["of a file in Latin-1", "A_KEY", Buffer.from("schlüssel", "latin1"), bytes],
    ["of a file in UTF-16", "A_KEY", Buffer.from("\uFEFFsk-1", "utf16le"), bytes],
    ["of one without its mark", "A_KEY", Buffer.from("sk-1", "utf16le"), bytes],
  ])("%s", async (_of, name, input, why) => {
    secrets = { own: '{"OTHER":"kept"}' };
    const { err } = await keys(["set", name], input);
    expect(err).toContain(why);
    expect(secrets).toEqual({ own: '{"OTHER":"kept"}' });
  });
});

test.skipIf(!hasPython).each([
  ["as it is", '{"B":"1"}', ["B"]],
  ["with a byte order mark", '\uFEFF{"B":"1"}\r\n', ["B"]],
  [
    "with values that are none",
    '{"B":"1","C":" \\r\\n","D":"not-set","E":null,"F":5,"G":"\\uFEFF"}',
    ["B", "F"],
  ],
  ["that is blank", " \r\n", []],
  ["that is yet to be set", "not-set", []],
])("the names in a secret %s", async (_how, value, names) => {
  secrets = { shared: value };
  expect(JSON.parse((await keys(["list"])).out)).toEqual({ own: [], shared: names });
  secrets = { own: value };
  expect(JSON.parse((await keys(["list"])).out)).toEqual({ own: names, shared: [] });
});

test.skipIf(!hasPython)("a secret that is no object is refused by its name", async () => {
  secrets = { shared: '\uFEFF["no"]' };
  expect((await keys(["list"])).err).toContain("shared-not-json");
});
