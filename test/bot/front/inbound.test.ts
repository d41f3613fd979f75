import { expect, test } from "vitest";
import { mostBytes } from "../../../bot/core/sizes.ts";
import { inboundFrom } from "../../../bot/front/inbound.ts";

const posted = (length: string | undefined) => {
  let reads = 0;
  const request = {
    headers: new Headers(length === undefined ? {} : { "content-length": length }),
    arrayBuffer: async () => {
      reads += 1;
      return new ArrayBuffer(2);
    },
  };
  return { inbound: inboundFrom(request), reads: () => reads };
};

test.each([undefined, "2", String(mostBytes)])(
  "a body that is said to have %j bytes is read",
  async (length) => {
    const { inbound, reads } = posted(length);
    expect((await inbound)?.body).toEqual(new Uint8Array(2));
    expect(reads()).toBe(1);
  },
);

test.each([String(mostBytes + 1), "9".repeat(40), "x"])(
  "one that is said to have %j is not",
  async (length) => {
    const { inbound, reads } = posted(length);
    expect(await inbound).toBeUndefined();
    expect(reads()).toBe(0);
  },
);
