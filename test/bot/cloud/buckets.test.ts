import { expect, test } from "vitest";
import { bucketsBy } from "../../../bot/cloud/buckets.ts";

const reads = "x-ms-ratelimit-remaining-subscription-reads";
const writes = "x-ms-ratelimit-remaining-subscription-writes";
const ofService = "x-ms-ratelimit-remaining-resource";

/** The buckets, and a clock that the test moves. */
function there(pace = 1) {
  const time = { now: new Date("2026-11-22T09:00:00Z") };
  const buckets = bucketsBy({ now: () => time.now }, pace);
  return {
    /** One answer, about a VM or not. */
    answer: (headers: Readonly<Record<string, string>>, vm?: string) =>
      buckets.note(Object.entries(headers), vm),
    least: (vm = "openclaw-mia") => buckets.least(vm),
    pass: (seconds: number) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
  };
}

test("of what no answer has told of there is plenty", () => {
  expect(there().least()).toBe(1);
});

test("the bucket with the least left counts", () => {
  const { answer, least } = there();
  answer({ [reads]: "249" });
  expect(least()).toBe(1);
  answer({ [reads]: "50" });
  expect(least()).toBe(0.2);
  answer({ [writes]: "20" });
  expect(least()).toBe(0.1);
  answer({ [writes]: "0" });
  expect(least()).toBe(0);
});

test("a bucket fills again, as fast as Azure says", () => {
  const { answer, least, pass } = there();
  answer({ [reads]: "0", [writes]: "100" });
  pass(4);
  expect(least()).toBeCloseTo(0.4);
  pass(60);
  expect(least()).toBe(1);
});

test("where Azure is simulated faster it fills as much faster", () => {
  const { answer, least, pass } = there(4);
  answer({ [reads]: "0" });
  pass(1);
  expect(least()).toBeCloseTo(0.4);
});

test("of answers that come together the least counts, and of later ones the last", () => {
  const { answer, least, pass } = there();
  answer({ [reads]: "0" });
  answer({ [reads]: "240" });
  expect(least()).toBe(0);
  pass(5);
  answer({ [reads]: "100" });
  expect(least()).toBe(0.4);
  pass(5);
  answer({ [reads]: "249" });
  expect(least()).toBe(1);
});

test("a limit that is larger than the usual is taken for as large as it was seen", () => {
  const { answer, least, pass } = there();
  answer({ [reads]: "12000" });
  pass(10);
  answer({ [reads]: "1200" });
  expect(least()).toBe(0.1);
});

test("all limits of Compute count, each for itself", () => {
  const { answer, least, pass } = there();
  answer({ [ofService]: "Microsoft.Compute/GetVM3Min;24000,Microsoft.Compute/GetOperation3Min;15000" });
  pass(10);
  answer({ [ofService]: "Microsoft.Compute/GetVM3Min;23999, Microsoft.Compute/GetOperation3Min;1500" });
  expect(least()).toBe(0.1);
  pass(90);
  expect(least()).toBeCloseTo(0.6);
});

test("a VM's own limit counts for that VM alone", () => {
  const { answer, least, pass } = there();
  const own = (count: number) => ({ [ofService]: `Microsoft.Compute/UpdateVMResource3Min;${count}` });
  answer(own(12), "openclaw-mia");
  pass(10);
  answer(own(3), "OpenClaw-Mia");
  answer(own(11), "openclaw-max");
  expect([least("openclaw-mia"), least("openclaw-max")]).toEqual([0.25, 1]);
  // An answer to a request without a name says nothing about anybody.
  answer(own(0));
  expect(least("openclaw-max")).toBe(1);
});

test.for([
  ["Microsoft.Compute/GetVM3Min;2400", 0.1],
  ["Microsoft.Compute/GetOperation3Min;1500", 0.1],
  ["Microsoft.Compute/PutVM3Min;150", 0.1],
  ["Microsoft.Compute/UpdateVM3Min;15", 0.01],
  ["Microsoft.Compute/DeleteVM3Min;0", 0],
  ["Microsoft.Compute/ListVM3Min;90", 0.1],
] as const)("a limit of Compute's that is low when it is first seen counts for all: %s", ([value, share]) => {
  const { answer, least } = there();
  answer({ [ofService]: value });
  expect(least()).toBeCloseTo(share);
});

test.for([
  ["Microsoft.Compute/GetVMResource3Min;9", 0.25],
  ["Microsoft.Compute/PutVMResource3Min;3", 0.25],
  ["Microsoft.Compute/UpdateVMResource3Min;3", 0.25],
  ["Microsoft.Compute/DeleteVMResource3Min;3", 0.25],
] as const)("a VM's own that is low when it is first seen counts for that VM: %s", ([value, share]) => {
  const { answer, least } = there();
  answer({ [ofService]: value }, "openclaw-mia");
  expect([least("openclaw-mia"), least("openclaw-max")]).toEqual([share, 1]);
});

test("a limit of a name that nobody knows is as large as the most that was seen of it", () => {
  const { answer, least, pass } = there();
  answer({ [ofService]: "Microsoft.Compute/HighCostGet3Min;1500" });
  expect(least()).toBe(1);
  pass(10);
  answer({ [ofService]: "Microsoft.Compute/HighCostGet3Min;150" });
  expect(least()).toBe(0.1);
});

test.for(["", "plenty", "-1", "1.5", "Microsoft.Compute/GetVM3Min", ";", ",,;;"])(
  "what can't be read is left out: %j",
  (value) => {
    const { answer, least } = there();
    answer({ [reads]: value, [ofService]: value, "x-ms-request-id": "0" }, "openclaw-mia");
    expect(least()).toBe(1);
  },
);

test("each counts its own answers alone", () => {
  const [one, other] = [there(), there()];
  one.answer({ [reads]: "0" });
  expect([one.least(), other.least()]).toEqual([0, 1]);
});
