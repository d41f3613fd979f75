import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { applicationId } from "./people.ts";
import { Refusal } from "./refusal.ts";
import type { Store, StoredFile } from "./store.ts";

/** A file that a person attaches to an option of a command. */
export interface Attached {
  readonly name: string;
  readonly text: string;
}

/** The `attachment_size_limit` in every interaction, in bytes. */
export const largest = 10_485_760;

const folder = "/ephemeral-attachments";

/** Stores a file, and returns it as in an interaction's `resolved.attachments` ("Attachment Object", 2026-01). */
export function upload(store: Store, { name, text }: Attached) {
  const size = Buffer.byteLength(text);
  if (size > largest) throw new Refusal("This file is larger than Discord accepts.");
  const filename = name.replaceAll(/[^\w.-]/g, "_");
  const file: StoredFile = { id: store.nextId(), filename, text, key: randomBytes(16).toString("hex") };
  store.state.files.push(file);
  store.save();
  const url = `${store.origin}${folder}/${applicationId}/${file.id}/${filename}?hm=${file.key}`;
  const isJson = filename.endsWith(".json");
  return {
    id: file.id,
    filename,
    size,
    url,
    proxy_url: url,
    ephemeral: true,
    content_type: isJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8",
  };
}

/** Discord's CDN: anyone with the address gets the file. */
export const cdn = (store: Store): Hono =>
  new Hono().get(`${folder}/:application/:id/:name`, (c) => {
    const file = store.state.files.find(({ id }) => id === c.req.param("id"));
    if (!file || file.key !== c.req.query("hm") || file.filename !== c.req.param("name"))
      return c.text("This content is no longer available.", 404);
    return c.text(file.text);
  });
