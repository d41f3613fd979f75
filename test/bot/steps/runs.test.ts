import { expect, test } from "vitest";
import type { RunTruth, Truth } from "../../../bot/core/cloud.ts";
import type { Operation, OperationName, OperationRecord } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/features/index.ts";
import { type Given, homeDisk, identity, inWords, later, mayLogIn, pins, secret, view, vm } from "../view.ts";

/** The run commands of operations: by which name, what is read from them, and that none is left. */
const closed = { networkSecurityGroup: { sshFrom: [] } };
const runs = { vm: vm("running"), ...mayLogIn, ...closed } as const;
const config = { overrides: '{"agents":{}}', hash: "0123456789abcdef" };
const applied = `{"applied":true,"hash":"${config.hash}"}`;
const done = { started: later(-60), restarted: later(-60) };

/** Every time that an operation has a script run: what it sees just before, and what it prints. */
const asking: readonly [OperationName, string, Given, string?][] = [
  ...(["start", "restart", "connect", "status"] as const).map((name): [OperationName, string, Given] => [
    name,
    "gateway",
    { truth: runs, operation: { notes: done } },
  ]),
  ...(["start", "restart", "connect"] as const).map((name): [OperationName, string, Given, string] => [
    name,
    "apply-config",
    { truth: runs, operation: { notes: { ...done, answered: later(0) } }, config },
    applied,
  ]),
  ["resize", "gateway", { truth: runs, operation: { notes: { ...done, resized: later(0) } } }],
  [
    "resize",
    "quiesce",
    {
      truth: runs,
      operation: { input: { size: "Standard_B4als_v2", running: true }, notes: { fits: "yes", on: "yes" } },
    },
  ],
  ["teardown", "quiesce", { truth: { ...runs, homeDisk: homeDisk(true) } }],
  [
    "rebuild",
    "quiesce",
    {
      truth: { ...runs, vm: vm("running", "earlier"), homeDisk: homeDisk(true), secret, identity },
      operation: { notes: { fits: later(0) } },
    },
  ],
  ["access", "sessions", { truth: runs, operation: { notes: { closed: later(0), except: "" } } }],
  ["doctor", "doctor", { truth: runs }],
  ["logs", "logs", { truth: runs }],
  ["configure", "apply-config", { truth: runs, config }, applied],
  ["reload", "refresh-secrets", { truth: runs }, '{"keys":[]}'],
];

/** The record that `view` makes, for `look`. */
const lookOf = (operation: Operation, given: Given) => {
  const { operation: record, member, instance, now } = view(operation.name, given);
  return operation.look(record, { member, instance, now });
};
const seen = (name: string, state: RunTruth["state"], output = ""): Truth["run"] => ({
  name,
  state,
  exitCode: state === "succeeded" ? 0 : 1,
  at: later(0),
  output,
});
const ended = (given: Given, run: Truth["run"]): Given => ({ ...given, truth: { ...given.truth, run } });

test.for(asking)(
  "%s puts its run command %s under its own name, the one that it looks at",
  ([name, kind, given]) => {
    const operation = operations[name];
    const step = operation.next(view(name, given));
    expect(step).toMatchObject({ act: { run: `${kind}-op2345abcdef` } });
    expect(lookOf(operation, given).run).toBe(`${kind}-op2345abcdef`);
  },
);

test.for(asking)("%s leaves its run command %s alone as long as it runs", ([name, kind, given]) => {
  for (const state of ["pending", "running"] as const) {
    const step = operations[name].next(view(name, ended(given, seen(`${kind}-op2345abcdef`, state))));
    expect(inWords(step)).toBe("wait");
    expect(step.clear).toBeUndefined();
  }
});

// What stops a VM is not deleted before: Azure would take that for a change of the VM.
const beforeStop = ([, kind]: (typeof asking)[number]) => kind === "quiesce";
test.for(asking.filter((each) => !beforeStop(each)))(
  "%s deletes its run command %s once that was heard",
  ([name, kind, given, output]) => {
    const run = `${kind}-op2345abcdef`;
    for (const state of ["succeeded", "failed"] as const)
      expect(operations[name].next(view(name, ended(given, seen(run, state, output)))).clear).toContain(run);
  },
);

test.for(asking.filter(beforeStop))(
  "%s deletes its run command %s where the agent is at work",
  ([name, kind, given]) => {
    const run = `${kind}-op2345abcdef`;
    expect(operations[name].next(view(name, ended(given, seen(run, "failed")))).clear).toContain(run);
    expect(inWords(operations[name].next(view(name, ended(given, seen(run, "succeeded")))))).toBe(
      "deallocate",
    );
  },
);

test("a resize deletes what the agent was asked once the VM runs again", () => {
  const notes = { ...done, on: "yes", resized: later(0) };
  const given = { truth: runs, operation: { notes } };
  const step = operations.resize.next(
    view("resize", ended(given, seen("gateway-op2345abcdef", "succeeded"))),
  );
  expect(step.clear).toEqual(["gateway-op2345abcdef", "quiesce-op2345abcdef"]);
});

test.for(asking)(
  "%s runs %s once more, under another name, where nobody knows how it ended",
  ([name, kind, given]) => {
    const operation = operations[name];
    const first = operation.next(view(name, ended(given, seen(`${kind}-op2345abcdef`, "unknown"))));
    expect(first).toMatchObject({ waitSeconds: 0, clear: [`${kind}-op2345abcdef`] });
    const again = {
      ...given,
      operation: { ...given.operation, notes: { ...given.operation?.notes, ...first.notes } },
    };
    expect(lookOf(operation, again).run).toBe(`${kind}-op2345abcdef-1`);
    expect(operation.next(view(name, again))).toMatchObject({ act: { run: `${kind}-op2345abcdef-1` } });
    const second = operation.next(view(name, ended(again, seen(`${kind}-op2345abcdef-1`, "unknown"))));
    expect(second.clear).toContain(`${kind}-op2345abcdef-1`);
  },
);

const prepared = { secret, identity, vm: vm("running") };
const own = { ...pins, gate: "ready-op2345abcdef" };
const building = (
  operation: Partial<OperationRecord>,
  deployment: Truth["deployment"],
  run?: Truth["run"],
): Given => ({
  truth: { ...prepared, deployment, run },
  operation,
});
const failed = (code: string, more: Partial<Truth["deployment"]> = {}): Truth["deployment"] => ({
  name: "d",
  state: "failed",
  fault: { code, detail: "Azure's words, and what the VM printed: sk-secret", correlation: "c" },
  ...more,
});
const provisioning = "VMExtensionProvisioningError";
const gate = (more: Partial<RunTruth>, name = own.gate): RunTruth => ({
  name,
  state: "failed",
  exitCode: 14,
  output: '{"step":"checking"}\n{"ready":false,"error":"key-vault","detail":"sk-secret"}\n',
  ...more,
});

test.for<[string, Given, string, string?]>([
  [
    "its view says why",
    building({ pins: own }, failed(provisioning, { failed: "gate", exitCode: 12 }), gate({})),
    "failed: KeyVaultRefused",
    "step checking, error key-vault (exit code 14)",
  ],
  [
    "only Azure's text says why",
    building({ pins: own }, failed(provisioning, { failed: "gate", exitCode: 12 })),
    "failed: GatewaySilent",
    "the readiness check failed (exit code 12)",
  ],
  [
    "it is that of an attempt before",
    building(
      { pins: own, notes: { again: "1" } },
      failed(provisioning, { failed: "gate", exitCode: 12 }),
      gate({}),
    ),
    "failed: GatewaySilent",
  ],
  [
    "nothing says why",
    building({ pins: own }, failed("VMRunCommandFailed", { failed: "gate" })),
    "failed: RunCommandFailed",
    "the readiness check failed",
  ],
  [
    "its time was up",
    building({ pins: own }, failed(provisioning, { failed: "gate" }), gate({ exitCode: -1, output: "" })),
    "failed: RunCommandFailed",
    "the readiness check failed (exit code -1)",
  ],
  [
    "Azure could not start it",
    building(
      { pins: own },
      failed(provisioning, { failed: "gate" }),
      gate({ exitCode: -102, refusal: "no user" }),
    ),
    "failed: ScriptNotRun",
    "no user",
  ],
  [
    "Azure could not start it, and calls the build a success",
    building(
      { pins: own },
      { name: "d", state: "succeeded" },
      gate({ exitCode: -202, refusal: "no settings" }),
    ),
    "failed: ScriptNotRun",
    "no settings",
  ],
  [
    "a policy forbids it",
    building({ pins: own }, failed("RequestDisallowedByPolicy", { failed: "gate" })),
    "failed: RequestDisallowedByPolicy",
  ],
  [
    "Azure was busy, and is given a while",
    building({ pins: own }, failed("AnotherOperationInProgress", { failed: "gate" })),
    "wait",
  ],
  [
    "Azure was busy, and was given a while",
    building(
      { pins: own, notes: { paused: later(-60) } },
      failed("AnotherOperationInProgress", { failed: "gate" }),
    ),
    "deployInstance",
  ],
  [
    "an earlier version of the bot started the build",
    building({ pins }, failed(provisioning, { failed: "gate" }), gate({}, "ready")),
    "failed: KeyVaultRefused",
  ],
])("a gate that fails, when %s", ([, given, expected, detail]) => {
  const step = operations.request.next(view("request", given));
  expect(inWords(step)).toBe(expected);
  if (detail !== undefined) expect(step).toMatchObject({ fault: { detail } });
});

test("a failure of the extension for sign-in is none of the gate, whatever Azure's words are, and the other way round", () => {
  const again = (part: "gate" | "signIn") =>
    inWords(
      operations.request.next(
        view("request", building({ pins: own }, failed(provisioning, { failed: part }))),
      ),
    );
  expect([again("signIn"), again("gate")]).toEqual(["deleteEntraLogin", "failed: RunCommandFailed"]);
});

test("each attempt of a build has a gate of its own, which it looks at and deletes once it has ended", () => {
  const attempts = [{}, { again: "1" }, { again: "1", login: "again" }];
  const names = ["ready-op2345abcdef", "ready-op2345abcdef-1", "ready-op2345abcdef-2"];
  for (const [i, notes] of attempts.entries()) {
    const name = names[i] ?? "";
    const given = building({ pins: own, notes }, undefined);
    expect(operations.request.next(view("request", given))).toMatchObject({ act: { gate: name } });
    expect(lookOf(operations.request, given).run).toBe(name);
    for (const state of ["succeeded", "failed"] as const) {
      const over = building({ pins: own, notes }, { name: "d", state }, gate({ state }, name));
      expect(operations.request.next(view("request", over)).clear).toEqual([name]);
    }
    const running = building({ pins: own, notes }, { name: "d", state: "running" }, gate({}, name));
    expect(operations.request.next(view("request", running)).clear).toBeUndefined();
  }
});

test("a deployment that is started again names the next gate", () => {
  const paused = { pins: own, notes: { paused: later(-60) } };
  const busy = building(paused, failed("AnotherOperationInProgress"));
  expect(operations.request.next(view("request", busy))).toMatchObject({
    act: { do: "deployInstance", gate: "ready-op2345abcdef-1" },
    notes: { again: "1" },
  });
  const off = { ...prepared, vm: { ...vm("running"), signIn: undefined } };
  const removed = { pins: own, notes: { login: "removed" } };
  const truth = { ...off, deployment: failed(provisioning, { failed: "signIn" }) };
  expect(operations.request.next(view("request", { truth, operation: removed }))).toMatchObject({
    act: { do: "deployInstance", gate: "ready-op2345abcdef-1" },
    notes: { login: "again" },
  });
});
