import { expect, test } from "vitest";
import { busiestOfNetwork, countOf, orderOf, shortest, shortestTogether } from "./allowed.ts";

const none = { reads: 0, writes: 0, deletes: 0 };

test("a wish takes as long as it does alone while the bucket holds enough", () => {
  const wishes = Array.from({ length: 25 }, () => ({ at: 1000, seconds: 50, calls: { ...none, reads: 10 } }));
  expect(shortest(wishes)).toEqual(wishes.map(() => 50));
});

test("beyond that each waits for its calls and those of all before: 1,000 times 10 reads, 250 at once and 25 a second", () => {
  const wishes = Array.from({ length: 1000 }, () => ({
    at: 1000,
    seconds: 50,
    calls: { ...none, reads: 10 },
  }));
  expect(shortest(wishes).at(-1)).toBe((10_000 - 250) / 25);
});

test("who is the last to make a call has still to wait for what comes after it: 100 times 10 reads, and then 60 seconds", () => {
  const read = (second: number) => ({ at: second * 1000, method: "GET", path: "/", status: 200 });
  const calls = orderOf([...Array.from({ length: 10 }, () => read(0)), read(60)], 60_000);
  expect(shortestTogether(100, 60, calls)).toBe((1000 - 250) / 25 + 60);
  expect(shortestTogether(10, 60, calls)).toBe(60);
});

test("a bucket fills up between two wishes, and holds no more than it does", () => {
  const calls = { ...none, reads: 250 };
  const at = (second: number) => ({ at: 1000 + second * 1000, seconds: 0, calls });
  expect(shortest([at(0), at(5), at(1000), at(1000)])).toEqual([0, 5, 0, 10]);
});

test("a call that was refused takes nothing from a bucket", () => {
  const call = { at: 0, method: "GET", path: "/", status: 200 };
  expect(countOf([call, { ...call, status: 429 }, { ...call, method: "POST" }])).toEqual({
    reads: 1,
    writes: 1,
    deletes: 0,
  });
});

test("the network's fullest five minutes", () => {
  const at = (second: number, method = "GET") => ({
    ...{ at: second * 1000, method, status: 200 },
    path: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n",
  });
  expect(busiestOfNetwork([at(0), at(10), at(299), at(300), at(700), at(701, "PUT")])).toEqual({
    reads: 3,
    writes: 1,
  });
});
