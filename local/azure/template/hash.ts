import { createHash } from "node:crypto";

/** The namespace of ARM's `guid()` (Microsoft Learn, "String functions for ARM templates", 2026). */
const guidNamespace = Buffer.from("11fb06fb712d4ddd98c7e71bbd588830", "hex");

/** ARM's `guid(…)`: a version 5 UUID of the arguments joined with `-`. */
export function guid(args: readonly string[]): string {
  const digest = createHash("sha1")
    .update(guidNamespace)
    .update(args.join("-"), "utf8")
    .digest()
    .subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** ARM's `uniqueString(…)`: a 64-bit Murmur hash of the arguments joined with `-`, as 13 letters and digits. */
export function uniqueString(args: readonly string[]): string {
  let rest = murmur64(Buffer.from(args.join("-"), "utf8"));
  let text = "";
  for (let i = 0; i < 13; i++) {
    text += "abcdefghijklmnopqrstuvwxyz234567".charAt(Number(rest >> 59n));
    rest = BigInt.asUintN(64, rest << 5n);
  }
  return text;
}

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
const scramble = (value: number, one: number, bits: number, two: number) =>
  Math.imul(rotate(Math.imul(value, one), bits), two);

/** MurmurHash3 with two 32-bit halves; the low half of the result comes first. */
function murmur64(data: Buffer): bigint {
  const c1 = 0x239b961b;
  const c2 = 0xab0e9789;
  let h1 = 0;
  let h2 = 0;
  const whole = data.length - (data.length % 8);
  for (let i = 0; i < whole; i += 8) {
    h1 ^= scramble(data.readInt32LE(i), c1, 15, c2);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= scramble(data.readInt32LE(i + 4), c2, 17, c1);
    h2 = (Math.imul(rotate(h2, 13) + h1, 5) + 0x0bcaa747) | 0;
  }
  const tail = Buffer.alloc(8);
  data.copy(tail, 0, whole);
  h1 ^= scramble(tail.readInt32LE(0), c1, 15, c2);
  h2 ^= scramble(tail.readInt32LE(4), c2, 17, c1);
  h1 ^= data.length;
  h2 ^= data.length;
  h1 = (h1 + h2) | 0;
  h2 = (h2 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = (h1 + h2) | 0;
  h2 = (h2 + h1) | 0;
  return (BigInt(h2 >>> 0) << 32n) | BigInt(h1 >>> 0);
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
