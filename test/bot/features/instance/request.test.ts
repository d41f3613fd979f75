import { expect, test } from "vitest";
import { rebuild } from "../../../../bot/features/instance/rebuild.ts";
import { request } from "../../../../bot/features/instance/request.ts";
import { type Given, homeDisk, identity, inWords, later, pins, secret, view, vm } from "../../view.ts";

const prepared = { secret, identity };
const deployment = (state: "running" | "succeeded" | "failed" | "canceled", code?: string) => ({
  name: "d",
  state,
  fault: code ? { code, detail: "", correlation: "c" } : undefined,
});
const cancelledAt = later(0);
const attached = (heldBy: string) => ({ ...homeDisk(true), attached: true, heldBy });
const ownVm =
  "/subscriptions/s/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/OPENCLAW-miaaaaaaaa";

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
  ).map(([title, notes, isThere, step]): [string, Given, string] => [
    `the extension for sign-in ${title}`,
    {
      truth: {
        ...prepared,
        vm: { ...vm("running"), signIn: isThere ? "failed" : undefined },
        deployment: { ...deployment("failed", "VMExtensionProvisioningError"), failed: "signIn" },
      },
      operation: { pins, notes },
    },
    step,
  ]),
  ...(
    [
      ["passes", "ReferencedResourceNotProvisioned", {}, "wait"],
      ["passes, after a pause", "ReferencedResourceNotProvisioned", { paused: "yes" }, "deployInstance"],
      ["passes, for the twentieth time", "AnotherOperationInProgress", { again: "20" }, "wait"],
      ["may pass", "Conflict", { again: "4" }, "wait"],
      ["may pass, and was there too often", "Conflict", { again: "5" }, "failed: Conflict"],
    ] as const
  ).map(([title, code, notes, step]): [string, Given, string] => [
    `it failed for what ${title}`,
    { truth: { ...prepared, deployment: deployment("failed", code) }, operation: { pins, notes } },
    step,
  ]),
  [
    "the identity failed for what passes",
    { truth: { secret, deployment: deployment("failed", "AnotherOperationInProgress") } },
    "wait",
  ],
  [
    "the identity failed for what passes, after a pause",
    {
      truth: { secret, deployment: deployment("failed", "AnotherOperationInProgress") },
      operation: { notes: { paused: "yes" } },
    },
    "deployIdentity",
  ],
  [
    "the home disk is still attached to its former VM",
    { truth: { ...prepared, homeDisk: attached(ownVm) }, operation: { pins } },
    "wait",
  ],
  [
    "the home disk is still attached before anything is pinned",
    { truth: { ...prepared, homeDisk: attached(ownVm) } },
    "wait",
  ],
  [
    "somebody has given the home disk to another VM",
    { truth: { ...prepared, homeDisk: attached("/virtualMachines/rescue") }, operation: { pins } },
    "failed: InUseElsewhere",
  ],
  [
    "its own VM has the home disk",
    {
      truth: {
        ...prepared,
        vm: vm("running"),
        homeDisk: attached(ownVm),
        deployment: deployment("succeeded"),
      },
      operation: { pins },
    },
    "succeeded",
  ],
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

test("pauses grow up to two minutes, and name what they wait for", () => {
  const pause = (again: number, code = "ReferencedResourceNotProvisioned") =>
    request.next(
      view("request", {
        truth: { ...prepared, deployment: deployment("failed", code) },
        operation: { pins, notes: { again: `${again}` } },
      }),
    );
  const seconds = [0, 1, 2, 3, 4, 9].map((again) => {
    const step = pause(again);
    return "waitSeconds" in step ? step.waitSeconds : undefined;
  });
  expect(seconds).toEqual([10, 20, 40, 80, 120, 120]);
  // What Azure has for longer is not asked of it sooner.
  expect(pause(0, "DeploymentQuotaExceeded")).toMatchObject({ waitSeconds: 60 });
  expect(pause(0).refusal?.code).toBe("ReferencedResourceNotProvisioned");
});

test("a deadline that passes while Azure refuses says what it refuses, and says it to the end", () => {
  const refusal = { code: "NicReservedForAnotherVm", detail: "for 180 seconds", correlation: "c" };
  const given = { elapsedSeconds: 9999, operation: { refusal } };
  const clearing = request.next(view("request", { ...given, truth: { nic: { id: "/nic" } } }));
  expect([inWords(clearing), clearing.refusal]).toEqual(["delete nic", refusal]);
  expect(request.next(view("request", given))).toMatchObject({
    finish: "failed",
    fault: { code: refusal.code, detail: expect.stringContaining("for 180 seconds"), correlation: "c" },
  });
  // Where nothing was refused before, what is refused while it is cleared away is not the reason.
  const late = request.next(view("request", { elapsedSeconds: 9999, truth: { nic: { id: "/nic" } } }));
  expect(late.refusal?.code).toBe("DeadlinePassed");
  expect(
    inWords(request.next(view("request", { elapsedSeconds: 9999, operation: { refusal: late.refusal } }))),
  ).toBe("failed: DeadlinePassed");
  // A code that says nothing to a person stands in the details.
  const throttled = { code: "TooManyRequests429", detail: "slow down", correlation: "" };
  const end = request.next(view("request", { elapsedSeconds: 9999, operation: { refusal: throttled } }));
  expect(end).toMatchObject({ fault: { code: "DeadlinePassed", correlation: "op2345abcdef" } });
  expect("finish" in end && end.fault?.detail).toContain("TooManyRequests429: slow down");
});

test.for<[string, Given, string]>([
  ["nothing was asked yet", {}, "checkBuild"],
  ["Azure would take it", { operation: { notes: { fits: later(0) } } }, "runScript"],
  [
    "Azure would refuse it",
    { fault: { code: "SkuNotAvailable", detail: "", correlation: "c" } },
    "failed: SkuNotAvailable",
  ],
])("a rebuild of a VM at work, when %s", ([, given, expected]) => {
  const truth = { ...prepared, vm: vm("running", "earlier"), homeDisk: homeDisk(true) };
  const step = rebuild.next(view("rebuild", { truth, ...given }));
  expect(inWords(step)).toBe(expected);
  expect(step.instance?.state).not.toBe("broken");
});

test("a rebuild whose identity Azure refuses leaves the VM as it was", () => {
  const truth = {
    secret,
    deployment: deployment("failed", "RequestDisallowedByPolicy"),
    vm: vm("running", "earlier"),
  };
  const step = rebuild.next(view("rebuild", { truth }));
  expect(inWords(step)).toBe("failed: RequestDisallowedByPolicy");
  expect(step.instance?.state).not.toBe("broken");
});

test.for<[string, Given["operation"], string | undefined]>([
  ["nothing was touched", {}, undefined],
  ["the VM of before was stopped", { phase: "stopping", notes: { fits: later(0), tries: "1" } }, undefined],
  ["the VM of before was deleted", { phase: "deleting", notes: { gone: "logins", vmGoes: "yes" } }, "broken"],
  ["the new one was pinned", { pins }, "broken"],
])("a rebuild that can't read Azure, after %s", ([, operation = {}, state]) => {
  const fault = { code: "AuthorizationFailed", detail: "", correlation: "c" };
  const instance = { state: "ready", generation: "earlier" } as const;
  for (const elapsedSeconds of [1, 9999]) {
    const step = rebuild.next(view("rebuild", { fault, blind: true, operation, instance, elapsedSeconds }));
    expect(inWords(step)).toBe("failed: AuthorizationFailed");
    expect(step.instance?.state).toBe(state);
  }
});
