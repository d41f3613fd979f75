import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

/** A self-signed certificate for localhost and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The certificate's path, for `NODE_EXTRA_CA_CERTS` and `REQUESTS_CA_BUNDLE`. */
  readonly file: string;
}

/** Loads the certificate in the folder, or creates one that is valid for ten years from `now`. */
export async function certificateIn(folder: string, now: Date): Promise<Certificate> {
  const file = join(folder, "localhost.pem");
  const keyFile = join(folder, "localhost.key");
  if (!existsSync(file) || !existsSync(keyFile)) {
    mkdirSync(folder, { recursive: true });
    const made = await generate([{ name: "commonName", value: "localhost" }], {
      keySize: 2048,
      algorithm: "sha256",
      notBeforeDate: new Date(now.getTime() - 86_400_000),
      notAfterDate: new Date(now.getTime() + 3650 * 86_400_000),
      extensions: [
        // A client trusts the certificate as its own authority, so it must be allowed to be one.
        { name: "basicConstraints", cA: true },
        { name: "keyUsage", digitalSignature: true, keyCertSign: true, keyEncipherment: true },
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "localhost" },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    });
    writeFileSync(keyFile, made.private, { mode: 0o600 });
    writeFileSync(file, made.cert);
  }
  return { cert: readFileSync(file, "utf8"), key: readFileSync(keyFile, "utf8"), file };
}
