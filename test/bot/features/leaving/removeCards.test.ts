import { expect, test } from "vitest";
import type { Instance } from "../../../../bot/core/instance.ts";
import { remove } from "../../../../bot/features/leaving/remove.ts";
import { closingSentence, losesSentence } from "../../../../bot/features/leaving/removeCommand.ts";
import { view } from "../../view.ts";

const homeDisk = { sizeGb: 30, sku: "StandardSSD_LRS" };
type Has = Pick<Instance, "generation" | "homeDisk">;

test.for<[string, Has, string]>([
  ["nothing", {}, "They have no VM."],
  ["a home disk alone", { homeDisk }, "They have no VM. Their home disk is kept for 14 days."],
  [
    "a VM",
    { generation: "g", homeDisk },
    "Their VM stops at once, which ends their sessions, and they can no longer log in. Their home disk is kept for 14 days.",
  ],
])("whoever removes somebody who has %s reads what that does", ([, has, said]) => {
  expect(losesSentence(has, { keepDays: 14 })).toBe(said);
});

test.for<[string, Has, boolean]>([
  ["nothing", {}, false],
  ["a home disk alone", { homeDisk }, false],
  ["a VM", { generation: "g", homeDisk }, true],
])("once they have said yes, of somebody who has %s", ([, has, speaksOfVm]) => {
  expect(closingSentence(has).includes("VM")).toBe(speaksOfVm);
});

test.for<[string, Partial<Instance>, boolean]>([
  ["nothing", { state: "absent" }, false],
  ["a home disk alone", { state: "absent", homeDisk }, false],
  ["parts of an instance", { state: "broken", generation: "g" }, false],
  ["a VM", { state: "stopped", generation: "g", homeDisk }, true],
])("in the end, of somebody who had %s", ([, instance, speaksOfVm]) => {
  const seen = view("remove", { operation: { status: "succeeded" }, instance });
  const { title } = remove.card({ ...seen, price: undefined });
  expect(title).toMatch(/their roles (are )?revoked/i);
  expect(JSON.stringify(title).includes("VM is stopped")).toBe(speaksOfVm);
});

test.for<[string, Partial<Instance>, boolean]>([
  ["never had a VM", {}, false],
  ["has one", { generation: "g" }, true],
])("where Azure refuses, of somebody who %s", ([, instance, speaksOfVm]) => {
  const fault = { code: "AuthorizationFailed", detail: "no", correlation: "c" };
  const step = remove.next(view("remove", { instance, fault }));
  const card = "tellAdmins" in step ? step.tellAdmins : undefined;
  expect(JSON.stringify(card?.text)).toContain("They are off the roster");
  expect(JSON.stringify(card?.text).includes("VM")).toBe(speaksOfVm);
  expect(card?.facts?.some(([name]) => name === "Instance")).toBe(speaksOfVm);
});
