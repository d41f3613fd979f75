import { expect, test } from "vitest";
import { request } from "../../../bot/operations/request.ts";
import { type Given, homeDisk, identity, inWords, later, pins, secret, view, vm } from "./view.ts";

const prepared = { secret, identity };
const deployment = (state: "running" | "succeeded" | "failed" | "canceled", code?: string) => ({
  name: "d",
  state,
  fault: code ? { code, detail: "", correlation: "c" } : undefined,
});
const cancelledAt = later(0);

test.for<[string, Given, string]>([
  ["nothing exists yet", {}, "createSecret"],
  ["the secret exists", { truth: { secret: { granted: false } } }, "deployIdentity"],
  ["the identity is being made", { truth: { secret, deployment: deployment("running") } }, "wait"],
  [
    "the identity was refused",
    { truth: { secret, deployment: deployment("failed", "RequestDisallowedByPolicy") } },
    "failed: RequestDisallowedByPolicy",
  ],
  [
    "the identity may not read its secret",
    { truth: { secret: { granted: false }, identity } },
    "grantSecret",
  ],
  ["all is prepared", { truth: prepared }, "pin"],
  ["it is pinned", { truth: prepared, operation: { pins } }, "deployInstance"],
  [
    "it is being deployed",
    { truth: { ...prepared, deployment: deployment("running") }, operation: { pins } },
    "wait",
  ],
  [
    "it is deployed",
    { truth: { ...prepared, vm: vm("running"), deployment: deployment("succeeded") }, operation: { pins } },
    "succeeded",
  ],
  [
    "Azure is full",
    { truth: { ...prepared, deployment: deployment("failed", "AllocationFailed") }, operation: { pins } },
    "failed: AllocationFailed",
  ],
  ...(
    [
      ["failed", {}, true, "deleteEntraLogin"],
      ["is being taken off", { login: "removed" }, true, "deleteEntraLogin"],
      ["is off", { login: "removed" }, false, "deployInstance"],
      ["failed once more", { login: "again" }, true, "failed: VMExtensionProvisioningError"],
    ] as const
  ).map(([title, notes, entraLogin, step]): [string, Given, string] => [
    `the extension for sign-in ${title}`,
    {
      truth: {
        ...prepared,
        vm: { ...vm("running"), entraLogin },
        deployment: { ...deployment("failed", "VMExtensionProvisioningError"), failed: "signIn" },
      },
      operation: { pins, notes },
    },
    step,
  ]),
  ["an earlier try left a VM", { truth: { ...prepared, vm: vm("running", "earlier") } }, "delete vm"],
  [
    "a deadline passes while it is deployed",
    { truth: { deployment: deployment("running") }, operation: { pins }, elapsedSeconds: 9999 },
    "cancelDeployment",
  ],
  [
    "the cancelled deployment has not ended",
    {
      truth: { deployment: deployment("running") },
      operation: { pins, cancelledAt, notes: { cancelSent: "yes" } },
    },
    "wait",
  ],
  [
    "it succeeds after the deadline",
    {
      truth: { vm: vm("running"), deployment: deployment("succeeded") },
      operation: { pins },
      elapsedSeconds: 9999,
    },
    "succeeded",
  ],
  [
    "it succeeds although it was cancelled",
    { truth: { vm: vm("running"), deployment: deployment("succeeded") }, operation: { pins, cancelledAt } },
    "delete vm",
  ],
  ["it was cancelled before anything was made", { operation: { cancelledAt } }, "cancelled"],
  [
    "a home disk that no VM ever had is left",
    { truth: { homeDisk: homeDisk(false) }, operation: { cancelledAt } },
    "delete homeDisk",
  ],
  [
    "a home disk that a VM had is left",
    { truth: { homeDisk: homeDisk(true) }, operation: { cancelledAt } },
    "tagHomeDisk",
  ],
  [
    "a home disk is left that says whose it is",
    { truth: { homeDisk: homeDisk(true, { keptSince: "then" }) }, operation: { cancelledAt } },
    "cancelled",
  ],
])("a request, when %s", ([, given, expected]) => {
  expect(inWords(request.next(view("request", given)))).toBe(expected);
});

test("a deadline with nothing left fails, and says so", () => {
  expect(inWords(request.next(view("request", { elapsedSeconds: 9999 })))).toBe("failed: DeadlinePassed");
});

test("a failure that leaves parts behind is broken, one that leaves nothing is as if it had not been", () => {
  const fault = { code: "QuotaExceeded", detail: "", correlation: "c" };
  expect(request.next(view("request", { fault })).instance).toMatchObject({
    state: "absent",
    generation: undefined,
  });
  const left = request.next(view("request", { fault, truth: { nic: { id: "/nic" } } }));
  expect(left.instance).toMatchObject({ state: "broken", fault });
});
