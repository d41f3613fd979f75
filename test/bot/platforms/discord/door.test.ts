import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { azure, discord } from "../../../../bot/config/variables.ts";
import { doorOf, neededInDiscord } from "../../../../bot/platforms/discord/door.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const env: Readonly<Record<string, string>> = {
  ...JSON.parse(readFileSync("local.settings.example.json", "utf8")).Values,
  // The last 32 bytes of an Ed25519 key in DER form are the key itself.
  DISCORD_PUBLIC_KEY: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex"),
};
const ping = JSON.stringify({ type: 1, id: "1", application_id: "1" });

function request(body: string, signed = body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    headers: {
      "x-signature-timestamp": timestamp,
      "x-signature-ed25519": sign(null, Buffer.from(timestamp + signed), privateKey).toString("hex"),
    },
    body: Buffer.from(body),
  };
}

function doorWith(change: Readonly<Record<string, string | undefined>> = {}) {
  const lines: string[] = [];
  const door = doorOf({ ...env, ...change }, (why) => lines.push(why));
  return { door, lines };
}

test("a PING is answered as Discord wants it", () => {
  expect(doorWith().door(request(ping))).toEqual({
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"type":1}',
  });
});

test.each([
  ["a PING with another signature", request(ping, `${ping} `)],
  ["a command with another signature", request('{"type":2}', ping)],
  ["nothing signed", { headers: {}, body: Buffer.from(ping) }],
])("%s is turned away", (_what, unsigned) => {
  expect(doorWith().door(unsigned)).toEqual({ status: 401 });
});

test("the log says why something is turned away, ten times at most", () => {
  const { door, lines } = doorWith();
  for (let count = 0; count < 50; count += 1) door(request(ping, "x"));
  expect(lines).toEqual(
    Array.from({ length: 10 }, () => "its signature is not the application's, or too old"),
  );
});

test.each(['{"type":2}', '{"type":"1"}', "[1]", "null", "{", `{"type":1,"x":"${"y".repeat(5000)}"}`])(
  "signed %s is for the bot to read",
  (body) => {
    expect(doorWith().door(request(body))).toBeUndefined();
  },
);

test.each([...neededInDiscord, "AzureWebJobsStorage"])("without %s the bot says what is wrong", (name) => {
  for (const value of [undefined, "", "not-set"]) {
    const { door } = doorWith({ [name]: value });
    expect(door(request(ping))).toBeUndefined();
    expect(door(request(ping, "x"))).toBeUndefined();
  }
});

test("with a key under which anybody could sign the bot says what is wrong", () => {
  expect(doorWith({ DISCORD_PUBLIC_KEY: "0".repeat(64) }).door(request(ping))).toBeUndefined();
});

test("those are needed that have no default", () => {
  const needed = Object.entries({ ...azure.shape, ...discord.shape }).flatMap(([name, schema]) =>
    schema.safeParse(undefined).success ? [] : [name],
  );
  expect([...neededInDiscord].toSorted()).toEqual(needed.toSorted());
});
