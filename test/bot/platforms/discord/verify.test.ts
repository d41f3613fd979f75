import { generateKeyPairSync, sign } from "node:crypto";
import { expect, it } from "vitest";
import { publicKeyFault, signatureCheck } from "../../../../bot/platforms/discord/verify.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const hex = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
const now = 1_769_850_300;
const check = signatureCheck(hex, { now: () => new Date(now * 1000) });

function request(change: { timestamp?: string; body?: string; signature?: (good: string) => string } = {}) {
  const timestamp = change.timestamp ?? String(now);
  const good = sign(null, Buffer.from(`${timestamp}{}`), privateKey).toString("hex");
  return {
    headers: {
      "x-signature-ed25519": change.signature?.(good) ?? good,
      "x-signature-timestamp": timestamp,
    },
    body: Buffer.from(change.body ?? "{}"),
  };
}

it("lets in what Discord signed, five minutes early or late", () => {
  expect(check(request())).toBe(true);
  expect(check(request({ timestamp: String(now - 300) }))).toBe(true);
  expect(check(request({ timestamp: String(now + 300) }))).toBe(true);
});

it.each([
  ["nothing signed", { headers: {}, body: Buffer.from("{}") }],
  ["another body", request({ body: "{} " })],
  ["an old timestamp", request({ timestamp: String(now - 301) })],
  ["a timestamp ahead", request({ timestamp: String(now + 301) })],
  ["a timestamp that is no number", request({ timestamp: `${now}.0` })],
  ["a signature with something behind it", request({ signature: (good) => `${good}zz` })],
  ["a signature that is too short", request({ signature: (good) => good.slice(2) })],
  ["a signature that is no hex", request({ signature: (good) => `zz${good.slice(2)}` })],
  ["an empty signature", request({ signature: () => "" })],
])("keeps out %s", (_what, bad) => {
  expect(check(bad)).toBe(false);
});

it.each([
  ["00".repeat(32), "lets anyone sign"],
  [`01${"00".repeat(31)}`, "lets anyone sign"],
  [`01${"00".repeat(30)}80`, "lets anyone sign"],
  [`ec${"ff".repeat(30)}7f`, "lets anyone sign"],
  ["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "lets anyone sign"],
  ["26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC85", "lets anyone sign"],
  ["0123456789abcdef".repeat(4), "placeholder"],
  ["a".repeat(64), "placeholder"],
  ["", "64 hexadecimal digits"],
  [`${"0a".repeat(31)}zz`, "64 hexadecimal digits"],
])("refuses %s as a key", (key, why) => {
  expect(publicKeyFault(key)).toContain(why);
  expect(() => signatureCheck(key, { now: () => new Date() })).toThrow(why);
});

it("takes an ordinary key", () => {
  expect(publicKeyFault(hex)).toBeUndefined();
  expect(publicKeyFault(hex.toUpperCase())).toBeUndefined();
});
