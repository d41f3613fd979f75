import { expect, test } from "vitest";
import { decider } from "../../../bot/core/asked.ts";
import type { Look, LookFor, Truth } from "../../../bot/core/cloud.ts";
import { homeDisk, vm } from "../view.ts";

/** An Azure in which there is this, and what was asked of it. */
function azure(truth: Truth, names: LookFor = {}) {
  const asked: string[] = [];
  const read = async ({ parts }: Look): Promise<Truth> => {
    asked.push(...parts);
    return Object.fromEntries(Object.entries(truth).filter(([part]) => parts.some((one) => one === part)));
  };
  return { decide: decider(names, read), asked };
}

const truth = {
  vm: vm("running"),
  homeDisk: homeDisk(true),
  run: { name: "r", state: "running", output: "" },
} as const;

test("a decision reads what it touches, once, in the order in which it does, and nothing else", async () => {
  const { decide, asked } = azure(truth);
  const power = await decide((seen) =>
    seen.vm?.power === "running" && seen.homeDisk ? seen.vm.power : "off",
  );
  expect(power).toBe("running");
  expect(asked).toEqual(["vm", "homeDisk"]);
});

test("a second decision in the same step knows what the first has read", async () => {
  const { decide, asked } = azure(truth);
  await decide((seen) => seen.vm);
  expect(await decide((seen) => [seen.vm?.power, seen.osDisk])).toEqual(["running", undefined]);
  expect(asked).toEqual(["vm", "osDisk"]);
});

test("what does not exist is asked for once", async () => {
  const { decide, asked } = azure({});
  expect(await decide((seen) => [seen.vm, seen.vm, seen.nic])).toEqual([undefined, undefined, undefined]);
  expect(asked).toEqual(["vm", "nic"]);
});

test.for<[string, LookFor, string[]]>([
  ["is not asked for without one", {}, []],
  ["is asked for by it", { run: "r" }, ["run"]],
])("what needs a name %s", async ([, names, parts]) => {
  const { decide, asked } = azure(truth, names);
  expect(await decide((seen) => seen.run)).toEqual(parts.length === 0 ? undefined : truth.run);
  expect(asked).toEqual(parts);
});

test("what comes along with a part is known", async () => {
  const identity = { id: "/i", principalId: "p", clientId: "c" };
  const asked: string[] = [];
  const decide = decider({}, async ({ parts }) => {
    asked.push(...parts);
    return { secret: { granted: true }, identity };
  });
  expect(await decide((seen) => seen.secret?.granted && seen.identity)).toEqual(identity);
  expect(asked).toEqual(["secret"]);
});

test("what fails in the decision, or at Azure, is thrown", async () => {
  const broken = new Error("decision");
  const refused = new Error("Azure");
  const fails = decider({}, async () => Promise.reject(refused));
  await expect(
    azure(truth).decide(() => {
      throw broken;
    }),
  ).rejects.toBe(broken);
  await expect(fails((seen) => seen.vm)).rejects.toBe(refused);
});
