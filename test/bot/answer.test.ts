import { expect, test } from "vitest";
import { answer } from "../../bot/answer.ts";
import type { Platform } from "../../bot/core/platform.ts";
import type { Parts } from "../../bot/parts.ts";

/** Nothing but the clock is asked for what is not read. */
const parts = { clock: { now: () => new Date("2026-11-22T09:00:00Z") } } as Parts;

const asked: number[] = [];
const platform: Platform = {
  name: "any",
  vouches: true,
  receive: async ({ body }) => {
    asked.push(body.byteLength);
    return { kind: "answer", answer: { status: 200 } };
  },
  send: () => Promise.reject(new Error("nothing is sent")),
};
const posted = (bytes: number) => answer(platform, { headers: {}, body: new Uint8Array(bytes) }, parts);

test("a body of more than 256 kB is refused before its platform sees it", async () => {
  expect(await posted(256 * 1024)).toEqual({ status: 200 });
  expect(await posted(256 * 1024 + 1)).toEqual({ status: 413 });
  expect(asked).toEqual([256 * 1024]);
});
