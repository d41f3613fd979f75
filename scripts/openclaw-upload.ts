/**
 * `npm run openclaw:upload`: puts the result of `npm run openclaw:package` into the deployment's own container, in a folder
 * named after its checksum. Acts as the account that is signed in with the Azure CLI. A role from a recent deployment can
 * take ten minutes to work, so it tries that long. Fails if an archive was packaged that VMs would not use.
 */
import { existsSync, openAsBlob } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AzureCliCredential, type TokenCredential } from "@azure/identity";
import { checksumOf, type Packaged, packagedIn, packageFolder } from "./packaged.ts";

/** The deployment's container, and how to call it. */
export interface Container {
  readonly url: string;
  readonly credential: TokenCredential;
  /** Between two tries, of which there are at most 40. */
  readonly waitSeconds: number;
  say(text: string): void;
}

/** Tries until the role has taken effect. @throws Error for any answer that isn't expected */
async function ask(
  { url, credential, waitSeconds, say }: Container,
  path: string,
  request: RequestInit,
  expected: readonly number[],
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const token = await credential.getToken("https://storage.azure.com/.default");
    const answer = await fetch(`${url}/${path}`, {
      ...request,
      headers: {
        ...request.headers,
        authorization: `Bearer ${token?.token}`,
        "x-ms-version": "2023-11-03",
      },
    });
    if (expected.includes(answer.status)) return answer.status;
    const text = await answer.text();
    if (answer.status !== 403 || tries === 40)
      throw new Error(`${request.method} ${url}/${path}: ${answer.status} ${text}`);
    if (tries === 1) say("Waiting for your right to upload to take effect. This can take ten minutes.");
    await sleep(waitSeconds * 1000);
  }
}

/**
 * Where the archive is that VMs start from: packaged here, uploaded before, or nowhere, because they install from npm.
 * `inUse`: the checksum in the deployment, empty for npm. `packaged`: that of the archive in `dist/openclaw`.
 * @throws Error if VMs would not use what was packaged here, or would look for an archive that doesn't exist
 */
export async function agree(
  inUse: string,
  packaged: string | undefined,
  container: Container,
): Promise<"packaged" | "uploaded" | "npm"> {
  if (packaged !== undefined && packaged !== inUse)
    throw new Error(
      `VMs would not use the archive that was packaged here (${packaged}): they ${inUse === "" ? "install from npm" : `take ${inUse}`}. Provision again, with azd provision or with archiveSha256=${packaged}; or delete dist/openclaw if this is what you want.`,
    );
  if (inUse === "") return "npm";
  if (inUse === packaged) return "packaged";
  const status = await ask(container, `${inUse}/openclaw.tar.zst`, { method: "HEAD" }, [200, 404]);
  if (status === 200) return "uploaded";
  throw new Error(
    `VMs take the archive ${inUse}, which is neither here nor in the container. Run npm run openclaw:package and provision again.`,
  );
}

/**
 * Uploads what was packaged in a folder into the container's folder named after its checksum, and skips files already there.
 * @throws Error if a file isn't what was packaged; then it uploads nothing, because an uploaded file is never replaced
 */
export async function upload(
  container: Container,
  folder: string,
  { sha256, extrasSha256 }: Packaged,
): Promise<void> {
  const files = new Map([["openclaw.tar.zst", sha256]]);
  if (extrasSha256 !== undefined) files.set("extras.tar.zst", extrasSha256);
  for (const [name, checksum] of files) {
    const file = join(folder, name);
    if (!existsSync(file) || (await checksumOf(file)) !== checksum)
      throw new Error(`${file} is missing or incomplete. Run npm run openclaw:package and provision again.`);
  }
  for (const file of files.keys()) {
    const path = `${sha256}/${file}`;
    // One request holds 5,000 MiB (Microsoft Learn, "Put Blob", 2026).
    const headers = { "x-ms-blob-type": "BlockBlob", "if-none-match": "*" };
    const body = await openAsBlob(join(folder, file));
    const status = await ask(container, path, { method: "PUT", headers, body }, [201, 409]);
    container.say(status === 409 ? `${file} is already there` : `${file} is at ${container.url}/${path}`);
  }
}

if (import.meta.main) {
  // Both are outputs of the deployment; azd passes them on.
  const { ARCHIVE_CONTAINER_URL: url, ARCHIVE_IN_USE: inUse } = process.env;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    if (!url || inUse === undefined)
      throw new Error("Set ARCHIVE_CONTAINER_URL and ARCHIVE_IN_USE to the outputs of the deployment.");
    const container = { url, credential: new AzureCliCredential(), waitSeconds: 15, say };
    const packaged = packagedIn(packageFolder);
    const where = await agree(inUse, packaged?.sha256, container);
    if (packaged) await upload(container, packageFolder, packaged);
    else if (where === "npm") say("No archive was packaged: VMs install from npm.");
    else say(`The archive ${inUse} is already there.`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
