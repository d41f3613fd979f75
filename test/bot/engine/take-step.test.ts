import { expect, test } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import { type Expected, takeStep } from "../../../bot/engine/task.ts";

/** Who takes the next step of something that goes on look by look, a batch as well as an operation. */
const message = { kind: "bulk", partition: "bot", id: "one" };
const now = new Date("2026-11-22T09:00:00Z");
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

/** For how many seconds the message was queued again, and what the step came to. */
async function taking(
  before: Expected,
  after: Expected | undefined,
  step = () => Promise.resolve("taken"),
  look?: string,
) {
  const queued: number[] = [];
  const parts = {
    clock: { now: () => now },
    queue: {
      send: async (_message: unknown, seconds: number) => void queued.push(seconds),
      depth: () => expect.fail("depth"),
      drainPoison: () => expect.fail("poison"),
    },
    log: { info: () => undefined, error: () => expect.fail("error") },
  };
  return { came: await takeStep({ ...message, look }, before, async () => after, step, parts), queued };
}
const conflicts = () => Promise.reject(new Conflict("somebody was faster"));
const due = { nextLookAt: at(0), looks: 1 };

test("the step is taken when its time has come, or nobody knows when that is", async () => {
  for (const expected of [due, { nextLookAt: at(-90) }, { nextLookAt: undefined }])
    expect(await taking(expected, expected)).toEqual({ came: "taken", queued: [] });
});

test("a double ends here, and one that meets a hold comes again when that is over", async () => {
  expect(await taking({ nextLookAt: at(3) }, undefined)).toEqual({ came: undefined, queued: [] });
  expect(await taking({ ...due, held: 42 }, undefined)).toEqual({ came: undefined, queued: [42] });
});

test("a message for an earlier look ends here, however soon the next one is, but where nobody seems to be at it", async () => {
  const step = () => Promise.resolve("taken");
  const came = async (before: Expected, look: string) => (await taking(before, before, step, look)).came;
  for (const expected of [{ nextLookAt: at(1) }, due, { nextLookAt: at(-30) }]) {
    expect(await came({ ...expected, looks: 2 }, "2")).toBe("taken");
    expect(await came({ ...expected, looks: 2 }, "1")).toBeUndefined();
    // A batch counts none: the moment of its next look stands for it.
    expect(await came({ nextLookAt: expected.nextLookAt }, expected.nextLookAt)).toBe("taken");
    expect(await came({ nextLookAt: expected.nextLookAt }, at(-60))).toBeUndefined();
  }
  expect(await came({ nextLookAt: at(-31), looks: 2 }, "1")).toBe("taken");
});

const others: [string, Expected | undefined, number[]][] = [
  ["has taken it", { nextLookAt: at(3), looks: 2 }, []],
  ["has taken it, with another look at once", { ...due, looks: 2 }, []],
  ["has ended it", undefined, []],
  ["is about to act", { ...due, held: 60 }, []],
  ["has written something else", due, [1]],
  ["has it looked at at once", { nextLookAt: at(-1), looks: 1 }, [1]],
];
test.for(others)("whoever was faster %s", async ([, after, queued]) => {
  expect(await taking(due, after, conflicts)).toEqual({ came: undefined, queued });
});

test("of a batch it is known by its next look alone, and before the first by nothing", async () => {
  const first = { nextLookAt: undefined };
  expect((await taking(first, { nextLookAt: at(3) }, conflicts)).queued).toEqual([]);
  expect((await taking(first, first, conflicts)).queued).toEqual([1]);
});

test("what fails otherwise is worth another try", async () => {
  await expect(taking(due, due, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
});
