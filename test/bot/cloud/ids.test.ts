import { createPublicKey } from "node:crypto";
import { expect, it } from "vitest";
import { guid } from "../../../bot/cloud/ids.ts";
import { throwAwayPublicKey } from "../../../bot/cloud/keys.ts";

it("makes the ids that Bicep's guid() makes", () => {
  // From `bicep snapshot` 0.49.2.
  const scope = "/subscriptions/00000000-0000-0000-0000-000000000001/x";
  expect(guid(scope, "principal", "role")).toBe("c3d15f15-37b5-5f39-b5f4-f2cb9aa084d2");
});

it("makes a public key that OpenSSH reads, of the given randomness alone", () => {
  const key = throwAwayPublicKey(new Uint8Array(32).fill(7));
  // `ssh-keygen -lf` says: 256 SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE (ED25519)
  expect(key).toBe(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs openclaw-throw-away",
  );
  const point = Buffer.from(key.split(" ")[1] ?? "", "base64").subarray(-32);
  const jwk = { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") };
  expect(createPublicKey({ key: jwk, format: "jwk" }).asymmetricKeyType).toBe("ed25519");
  expect(throwAwayPublicKey(new Uint8Array(32).fill(8))).not.toBe(key);
});
