import { describe, expect, test } from "vitest";
import {
  clientAddress,
  newLink,
  readToken,
  recentLinks,
  whyNot,
} from "../../../../bot/features/access/link.ts";

describe("where a request comes from", () => {
  test.for([
    ["203.0.113.7:50123", 1, "203.0.113.7"],
    ["203.0.113.7", 1, "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7:50123", 1, "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7, 10.0.0.4:8080", 2, "203.0.113.7"],
    ["203.0.113.7", 2, undefined],
    ["::ffff:203.0.113.7", 1, "203.0.113.7"],
    ["[2001:db8::1]:50123", 1, "2001:db8::1"],
    ["2001:db8::1", 1, "2001:db8::1"],
    ["", 1, undefined],
    [undefined, 1, undefined],
  ] as const)("%s with %i proxies of ours is %s", ([header, proxies, address]) => {
    expect(clientAddress(header, proxies)).toBe(address);
  });
});

const now = new Date("2026-11-22T10:00:00Z");
const given = {
  account: { platform: "discord", id: "102", name: "Mia" },
  replyTo: { platform: "discord", account: "102", data: {} },
  generation: "gen2345abcde",
};
const { link, token } = newLink("miaaaaaaaa", new Uint8Array(16).fill(171), given, now);

test("a link's id is 128 random bits, and kept as a hash alone", () => {
  expect(token).toBe(`miaaaaaaaa.${"ab".repeat(16)}`);
  expect(JSON.stringify(link)).not.toContain("abab");
  expect(readToken(token)).toEqual({ key: "miaaaaaaaa", hash: link.hash });
});

test.for(["", "miaaaaaaaa", "miaaaaaaaa.", `miaaaaaaaa.${"ab".repeat(15)}`, `../x.${"ab".repeat(16)}`])(
  "“%s” is no link",
  (text) => expect(readToken(text)).toBeUndefined(),
);

const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
test("it counts once, for ten minutes, for one instance", () => {
  expect(whyNot(link, given.generation, after(9.9))).toBeUndefined();
  expect(whyNot(undefined, given.generation, now)).toContain("not valid");
  expect(whyNot({ ...link, used: true }, given.generation, now)).toContain("already used");
  expect(whyNot(link, given.generation, after(10))).toContain("older than 10 minutes");
  expect(whyNot(link, "another", now)).toContain("instance that no longer exists");
  expect(whyNot(link, undefined, now)).toContain("instance that no longer exists");
});

test("older ones are forgotten", () => {
  expect(recentLinks({ given: [link] }, after(9))).toEqual([link]);
  expect(recentLinks({ given: [link] }, after(10))).toEqual([]);
  expect(recentLinks(undefined, now)).toEqual([]);
});
