import { expect, test } from "vitest";
import type { OwnResource } from "../../../../bot/core/cloud.ts";
import { stillOrphans } from "../../../../bot/features/admin/orphans.ts";

const disk = (name: string): OwnResource => ({
  id: `/${name}`,
  name,
  type: "Microsoft.Compute/disks",
  key: name,
});
const names = (of: readonly OwnResource[]) => of.map(({ name }) => name);

/** What each of some looks reports. */
function looks(...all: readonly (readonly string[])[]) {
  let seen: unknown;
  return all.map((found) => {
    const look = stillOrphans(found.map(disk), seen);
    seen = JSON.parse(JSON.stringify(look.seen));
    return look;
  });
}

test("what Azure still lists after its deletion is an orphan at one look alone, and is not reported", () => {
  const told = looks(["a"], ["b"], [], ["b"], ["b", "a"], ["a"]).map(({ orphans }) => names(orphans));
  expect(told).toEqual([[], [], [], [], ["b"], ["a"]]);
});

test("the same are reported once, in whatever order Azure lists them", () => {
  const [, one, other, fewer] = looks(["a", "b"], ["b", "a"], ["a", "b"], ["a"]);
  expect(names(one?.orphans ?? [])).toEqual(["a", "b"]);
  expect(other?.id).toBe(one?.id);
  expect(fewer?.id).not.toBe(one?.id);
});

test("what is remembered fits into a row, however many there are, and names nobody", () => {
  const many = Array.from({ length: 5000 }, (_, at) => `openclaw-member-${at}`);
  const [first, second] = looks(many, many);
  expect(JSON.stringify(first?.seen).length).toBeLessThan(32_000);
  expect(JSON.stringify(first?.seen)).not.toContain("member");
  expect(second?.orphans.length).toBeGreaterThan(20);
});

test.for([undefined, null, "a", { a: 1 }, [1]])("a row that says %j says nothing", (seen) => {
  expect(stillOrphans([disk("a")], seen).orphans).toEqual([]);
});
