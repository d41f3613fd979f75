import { expect, test } from "vitest";
import type { Truth } from "../../../../bot/core/cloud.ts";
import { operations } from "../../../../bot/features/index.ts";
import { homeDisk, identity, inWords, later, login, pins, secret, snapshot, view, vm } from "../../view.ts";

/* What an operation has noted of what it saw is true only as long as that can be. */
const { request, teardown } = operations;
const key = "miaaaaaaaa";
const held = { ...homeDisk(true), attached: true, heldBy: `/virtualMachines/openclaw-${key}` };

test("a build forgets what was cleared away before it: it grants the roles again, and who gives it up revokes them", () => {
  const notes = { gone: "logins vm nic", vmGoes: "yes" };
  const ready: Truth = { secret, identity, homeDisk: homeDisk(true) };
  const deployed = request.next(view("request", { truth: ready, operation: { pins, notes } }));
  expect([inWords(deployed), deployed.notes]).toMatchObject(["deployInstance", { gone: "", vmGoes: "" }]);
  const giving = {
    operation: { pins, notes: { ...notes, ...deployed.notes }, cancelledAt: later(0) },
    truth: { ...ready, logins: [login("/a")], vm: vm("running") },
  };
  expect(inWords(request.next(view("request", giving)))).toBe("revoke");
});

const tearing = (truth: Truth, notes: Record<string, string>, elapsedSeconds = 500) =>
  teardown.next(
    view("teardown", {
      truth,
      elapsedSeconds,
      instance: { generation: "op1" },
      operation: { phase: "deleting", notes: { built: "yes", ...notes } },
    }),
  );

test("a VM that is there again while its home disk waits to be deleted goes once more", () => {
  const notes = { gone: "logins vm networkSecurityGroup", vmGoes: "yes", verified: later(0) };
  expect(inWords(tearing({ homeDisk: held }, notes))).toBe("wait");
  const step = tearing({ homeDisk: held, vm: vm("running") }, notes);
  expect(step.notes).toMatchObject({ gone: "logins networkSecurityGroup", vmGoes: "", verified: "" });
});

test("a deployment that does not show may be on its way: nothing is said to be gone before it would have shown", () => {
  const early = tearing({}, { built: "" }, 60);
  expect([inWords(early), early.notes?.["built"]]).toEqual(["wait", undefined]);
  expect(inWords(tearing({ deployment: { name: "d", state: "running" } }, { built: "" }, 60))).toBe(
    "cancelDeployment",
  );
  expect(inWords(tearing({}, { built: "" }, 200))).toBe("succeeded");
  expect(inWords(tearing({ deployment: { name: "d", state: "succeeded" } }, { built: "" }, 60))).toBe(
    "succeeded",
  );
});

test("a teardown that an earlier version started knows its snapshot by what it has verified", () => {
  const operation = { phase: "deleting", notes: { verified: later(0) } };
  const seen = view("teardown", { operation, instance: { generation: "op1" } });
  expect(teardown.look(seen.operation, seen).snapshot).toBe(snapshot().name);
});

test.each<Record<string, string>>([{ paused: later(0) }, { login: "removed" }])(
  "a build that has ended does not go on: %j",
  (noted) => {
    const notes = { deployed: later(-30), made: later(-10), ...noted };
    const failed = noted["login"] ? ({ failed: "signIn" } as const) : {};
    const deployment = { name: "d", state: "failed", ...failed } as const;
    const fault = { code: "TooManyRequests", detail: "", correlation: "" };
    const truth: Truth = {
      vm: { ...vm("running"), signIn: undefined },
      identity,
      secret,
      deployment: { ...deployment, fault },
    };
    const step = request.next(view("request", { truth, operation: { pins, notes, looks: 1 } }));
    expect(inWords(step)).toBe("deployInstance");
  },
);
