/**
 * `npm run openclaw:upload`: puts what `npm run openclaw:package` made into the deployment's own container, in a folder
 * named by its checksum. Acts as whoever is signed in with the Azure CLI. A role that a deployment has just given can
 * take ten minutes to work, so it tries that long. Without an archive it does nothing: VMs install from npm then.
 */
import { existsSync, openAsBlob, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AzureCliCredential, type TokenCredential } from "@azure/identity";
import { z } from "zod";

const folder = resolve(import.meta.dirname, "..", "dist", "openclaw");

export interface Upload {
  /** The container's address. */
  readonly container: string;
  readonly credential: TokenCredential;
  /** Where the files are, and their names. */
  readonly folder: string;
  readonly files: readonly string[];
  /** The folder in the container. */
  readonly sha256: string;
  /** Between two tries; 40 of them are made. */
  readonly waitSeconds: number;
  say(text: string): void;
}

/**
 * Whether the deployment's archive is what was packaged here, or is in the container already.
 * @throws Error when VMs would look for it in vain
 */
export async function agree(
  wanted: string,
  packaged: string | undefined,
  { container, credential }: Pick<Upload, "container" | "credential">,
): Promise<"packaged" | "uploaded"> {
  if (wanted === packaged) return "packaged";
  const token = await credential.getToken("https://storage.azure.com/.default");
  const answer = await fetch(`${container}/${wanted}/openclaw.tar.zst`, {
    method: "HEAD",
    headers: { authorization: `Bearer ${token?.token}`, "x-ms-version": "2023-11-03" },
  });
  if (answer.ok) return "uploaded";
  throw new Error(
    `VMs are told to take the archive ${wanted}, which is ${packaged ? `not the one that was packaged here (${packaged})` : "not here"}, nor in the container (${answer.status}). Run npm run openclaw:package and deploy again.`,
  );
}

/** Uploads what is not there yet. */
export async function upload({ container, credential, files, say, ...how }: Upload): Promise<void> {
  for (const file of files) {
    const url = `${container}/${how.sha256}/${file}`;
    const status = await put(url, join(how.folder, file));
    say(status === 409 ? `${file} is there already` : `${file} is at ${url}`);
  }

  async function put(url: string, file: string): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      const token = await credential.getToken("https://storage.azure.com/.default");
      // One request holds 5,000 MiB (Microsoft Learn, "Put Blob", 2026).
      const answer = await fetch(url, {
        method: "PUT",
        headers: {
          authorization: `Bearer ${token?.token}`,
          "x-ms-version": "2023-11-03",
          "x-ms-blob-type": "BlockBlob",
          "if-none-match": "*",
        },
        body: await openAsBlob(file),
      });
      if (answer.ok || answer.status === 409) return answer.status;
      const text = await answer.text();
      if (answer.status !== 403 || tries === 40) throw new Error(`PUT ${url}: ${answer.status} ${text}`);
      if (tries === 1) say("Waiting for your right to upload to take effect; that can take ten minutes.");
      await sleep(how.waitSeconds * 1000);
    }
  }
}

if (import.meta.main) {
  const about = join(folder, "archive.json");
  const container = process.env["ARCHIVE_CONTAINER_URL"];
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const packaged = existsSync(about)
    ? z.object({ sha256: z.string() }).parse(JSON.parse(readFileSync(about, "utf8"))).sha256
    : undefined;
  // azd hands on what the deployment was given; by hand it is what was packaged.
  const wanted = process.env["ARCHIVE_SHA256"] || packaged;
  try {
    if (!wanted) say("No archive was packaged: VMs will install from npm.");
    else if (!container) throw new Error("Set ARCHIVE_CONTAINER_URL, an output of the deployment.");
    else {
      const credential = new AzureCliCredential();
      const files = ["openclaw.tar.zst", "extras.tar.zst"].filter((file) => existsSync(join(folder, file)));
      if ((await agree(wanted, packaged, { container, credential })) === "uploaded")
        say(`The archive ${wanted} is there already.`);
      else await upload({ container, credential, folder, files, sha256: wanted, waitSeconds: 15, say });
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
