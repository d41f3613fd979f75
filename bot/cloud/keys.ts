import { createPrivateKey, createPublicKey } from "node:crypto";

/** An Ed25519 private key in PKCS #8 is this and 32 bytes (RFC 8410, section 7). */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * The public half of an SSH key pair whose private half is thrown away: Azure refuses a VM without a key, and no one should have
 * one.
 * @param seed 32 random bytes
 */
export function throwAwayPublicKey(seed: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const blob = Buffer.concat([sized(Buffer.from("ssh-ed25519")), sized(point)]);
  return `ssh-ed25519 ${blob.toString("base64")} openclaw-throw-away`;
}

/** A string of the SSH protocol: its length, then its bytes (RFC 4251, section 5). */
function sized(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
