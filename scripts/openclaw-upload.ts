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

/** The deployment's container, and who asks. */
export interface Container {
  readonly url: string;
  readonly credential: TokenCredential;
  /** Between two tries; 40 of them are made. */
  readonly waitSeconds: number;
  say(text: string): void;
}

/** Asks until the right to ask has taken effect. @throws Error when another answer comes than these */
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
    if (tries === 1) say("Waiting for your right to upload to take effect; that can take ten minutes.");
    await sleep(waitSeconds * 1000);
  }
}

/**
 * Whether the deployment's archive is what was packaged here, or is in the container already.
 * @throws Error when VMs would look for it in vain
 */
export async function agree(
  wanted: string,
  packaged: string | undefined,
  container: Container,
): Promise<"packaged" | "uploaded"> {
  if (wanted === packaged) return "packaged";
  const status = await ask(container, `${wanted}/openclaw.tar.zst`, { method: "HEAD" }, [200, 404]);
  if (status === 200) return "uploaded";
  throw new Error(
    `VMs are told to take the archive ${wanted}, which is ${packaged ? `not the one that was packaged here (${packaged})` : "not here"}, nor in the container. Run npm run openclaw:package and deploy again.`,
  );
}

/** Uploads files of a folder, those that are not there yet, into the folder of that name in the container. */
export async function upload(
  container: Container,
  sha256: string,
  folder: string,
  files: readonly string[],
): Promise<void> {
  for (const file of files) {
    const path = `${sha256}/${file}`;
    // One request holds 5,000 MiB (Microsoft Learn, "Put Blob", 2026).
    const headers = { "x-ms-blob-type": "BlockBlob", "if-none-match": "*" };
    const body = await openAsBlob(join(folder, file));
    const status = await ask(container, path, { method: "PUT", headers, body }, [201, 409]);
    container.say(status === 409 ? `${file} is there already` : `${file} is at ${container.url}/${path}`);
  }
}

if (import.meta.main) {
  const about = join(folder, "archive.json");
  const url = process.env["ARCHIVE_CONTAINER_URL"];
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const packaged = existsSync(about)
    ? z.object({ sha256: z.string() }).parse(JSON.parse(readFileSync(about, "utf8"))).sha256
    : undefined;
  // azd hands on what the deployment was given; by hand it is what was packaged.
  const wanted = process.env["ARCHIVE_SHA256"] || packaged;
  try {
    if (!wanted) say("No archive was packaged: VMs will install from npm.");
    else if (!url) throw new Error("Set ARCHIVE_CONTAINER_URL, an output of the deployment.");
    else {
      const container = { url, credential: new AzureCliCredential(), waitSeconds: 15, say };
      const files = ["openclaw.tar.zst", "extras.tar.zst"].filter((file) => existsSync(join(folder, file)));
      if ((await agree(wanted, packaged, container)) === "uploaded")
        say(`The archive ${wanted} is there already.`);
      else await upload(container, wanted, folder, files);
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
