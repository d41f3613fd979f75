import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { type Clock, minuteMs } from "../../core/clock.ts";
import type { InboundRequest } from "../../core/platform.ts";

/** How old a request may be, or how far ahead, in milliseconds. Discord itself sets no limit; an old one is a replay. */
const tolerance = 5 * minuteMs;

/**
 * The eight points of low order on Curve25519 in all their encodings, without the sign bit (Bernstein and others, "ed25519 –
 * small-order points", as refused by libsodium): under such a key one constant signature fits many messages.
 */
const lowOrder = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** What is wrong with an application's public key, for the check of the settings at startup. */
export function publicKeyFault(hex: string): string | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return "must be 64 hexadecimal digits";
  const bytes = Buffer.from(hex, "hex");
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  if (lowOrder.has(bytes.toString("hex"))) return "is a key that lets anyone sign";
  const digits = hex.toLowerCase();
  if ([1, 2, 4, 8, 16].some((most) => digits === digits.slice(0, most).repeat(64 / most)))
    return "is a placeholder";
  return undefined;
}

const timestampHeader = "x-signature-timestamp";

/** When a verified request was signed, in whole seconds. */
export const signedAt = ({ headers }: InboundRequest): Date =>
  new Date(Number(headers[timestampHeader]) * 1000);

/** Checks that Discord signed a request recently ("Interactions: Security and Authorization", 2026-01). */
export function signatureCheck(publicKey: string, clock: Clock): (request: InboundRequest) => boolean {
  const fault = publicKeyFault(publicKey);
  if (fault) throw new Error(`the public key of the Discord application ${fault}`);
  const key = keyFrom(publicKey);
  return ({ headers, body }) => {
    const signature = headers["x-signature-ed25519"] ?? "";
    const timestamp = headers[timestampHeader] ?? "";
    // Before decoding: Buffer stops at the first character that isn't a hex digit, and would accept what precedes it.
    if (!/^[0-9a-f]{128}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(clock.now().getTime() - Number(timestamp) * 1000) > tolerance) return false;
    return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, "hex"));
  };
}

const keyFrom = (hex: string): KeyObject =>
  createPublicKey({
    format: "jwk",
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(hex, "hex").toString("base64url") },
  });
