import { randomBytes, randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Store, StoredFile } from "./store.ts";

/** A file that a person sends with a message. */
export interface Attached {
  readonly name: string;
  readonly text: string;
}

const downloadInfo = "application/vnd.microsoft.teams.file.download.info";

/** Stores a file, and returns it as in a message to the bot ("Send and receive files through the bot", 2026-01). */
export function upload(store: Store, origin: string, { name, text }: Attached) {
  const file: StoredFile = { id: randomUUID(), name, text, key: randomBytes(16).toString("hex") };
  store.state.files.push(file);
  store.save();
  const address = `${origin}/files/${file.id}/${encodeURIComponent(name)}`;
  return {
    contentType: downloadInfo,
    contentUrl: address,
    name,
    content: {
      downloadUrl: `${address}?tempauth=${file.key}`,
      uniqueId: file.id,
      fileType: name.split(".").at(-1) ?? "",
    },
  };
}

/** The person's OneDrive: anyone with the address that the bot gets can read the file without a token. */
export const drive = (store: Store): Hono =>
  new Hono().get("/:id/:name", (c) => {
    const file = store.state.files.find(({ id }) => id === c.req.param("id"));
    if (!file || file.key !== c.req.query("tempauth")) return c.text("Access denied", 401);
    return c.text(file.text);
  });
