import { expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import { type OperationName, operationNames } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/features/index.ts";
import {
  type Given,
  held,
  homeDisk,
  inWords,
  later,
  login,
  mayLogIn,
  pins,
  snapshot,
  view,
  vm,
} from "../view.ts";

const open = { networkSecurityGroup: { sshFrom: ["203.0.113.7"] } };
const closed = { networkSecurityGroup: { sshFrom: [] } };
const run = (state: "pending" | "running" | "succeeded" | "failed" | "unknown", at = later(0)) => ({
  name: "r",
  state,
  output: "",
  at,
});
const everybody = { networkSecurityGroup: { sshFrom: ["*"] } };
const may = (role: "user" | "administrator") => ({
  vm: vm("running"),
  ...held(login("/a", role), login("/b", role), login("/c", role)),
});
const noRoom = { code: "AllocationFailed", detail: "", correlation: "c" };
const access = [{ address: "203.0.113.7", until: later(60) }];
const overdue = { elapsedSeconds: 99_999 };

const heir = { objectId: "44444444-4444-4444-8444-444444444444", name: "Max Member" };
const heirs = snapshot({ tags: { ...snapshot().tags, key: memberKey(heir.objectId), kind: "transfer" } });
const back: Given = { operation: { input: { heir } }, member: { addedAt: later(5) } };

const config = { overrides: '{"agents":{}}', hash: "0123456789abcdef" };
const applied = `{"applied":true,"hash":"${config.hash}"}`;
const answering = { vm: { ...vm("running"), signIn: "ready" }, ...mayLogIn, run: run("succeeded") } as const;
const done = { notes: { started: later(-60), restarted: later(-60) } };
const answered = { notes: { ...done.notes, answered: later(0) } };

test.for<[OperationName, string, Given, string]>([
  ["stop", "the VM runs", { truth: { vm: vm("running"), ...closed } }, "deallocate"],
  ["stop", "the VM runs and SSH is open", { truth: { vm: vm("running"), ...open } }, "deallocate"],
  ["stop", "the VM is stopping and SSH is open", { truth: { vm: vm("deallocating"), ...open } }, "allowSsh"],
  [
    "stop",
    "Azure won't change the network rule",
    { truth: { vm: vm("deallocating"), ...open }, fault: noRoom },
    "wait",
  ],
  [
    "stop",
    "Azure would not change the network rule",
    { truth: { vm: vm("deallocated"), ...open }, operation: { notes: { stays: "Conflict" } } },
    "succeeded",
  ],
  ["stop", "the VM is stopping", { truth: { vm: vm("deallocating"), ...closed } }, "wait"],
  ["stop", "the VM is off but still paid for", { truth: { vm: vm("stopped"), ...closed } }, "deallocate"],
  ["stop", "the VM is deallocated", { truth: { vm: vm("deallocated"), ...closed } }, "succeeded"],
  ["stop", "the VM is gone", {}, "failed: Vanished"],
  ["stop", "it takes too long", { truth: { vm: vm("running") }, ...overdue }, "failed: PowerDeadlinePassed"],
  ["start", "the VM is deallocated", { truth: { vm: vm("deallocated") } }, "start"],
  ...(
    [
      ["passes", "OperationPreempted", {}, "wait"],
      ["passes, after a pause", "OperationPreempted", { paused: "yes" }, "start"],
      ["stays", "AllocationFailed", {}, "failed: AllocationFailed"],
    ] as const
  ).map(([title, code, notes, step]): [OperationName, string, Given, string] => [
    "start",
    `Azure has given it up for what ${title}`,
    {
      truth: { vm: { ...vm("deallocated"), fault: { code, detail: "", correlation: "" } } },
      operation: { notes: { started: later(-60), ...notes } },
    },
    step,
  ]),
  ["start", "the VM is starting", { truth: { vm: vm("starting") } }, "wait"],
  ["start", "nobody may log in", { truth: { vm: vm("running"), ...held() } }, "grantLogins"],
  [
    "start",
    "two of three may log in",
    { truth: { vm: vm("running"), ...held(login("/a"), login("/b")) } },
    "grantLogins",
  ],
  [
    "start",
    "everybody may reach it",
    { truth: { vm: vm("running"), ...mayLogIn, ...everybody } },
    "allowSsh",
  ],
  [
    "start",
    "Azure has found no room since",
    {
      truth: { vm: { ...vm("deallocated"), fault: noRoom } },
      operation: { notes: { started: "yes" } },
    },
    "failed: AllocationFailed",
  ],
  ["start", "the VM runs", { truth: { vm: vm("running") } }, "checkGateway"],
  ["start", "the gateway is being asked", { truth: { vm: vm("running"), run: run("running") } }, "wait"],
  ["start", "the gateway has answered", { truth: { vm: vm("running"), run: run("succeeded") } }, "succeeded"],
  [
    "start",
    "Azure could not start the check",
    { truth: { vm: vm("running"), run: { ...run("failed"), exitCode: -202, refusal: "no settings" } } },
    "failed: ScriptNotRun",
  ],
  [
    "start",
    "the check says why",
    { truth: { vm: vm("running"), run: { ...run("failed"), exitCode: 14 } } },
    "failed: KeyVaultRefused",
  ],
  [
    "start",
    "nobody knows how the check ended",
    { truth: { vm: vm("running"), run: run("unknown") } },
    "wait",
  ],
  [
    "start",
    "the gateway is silent",
    { truth: { vm: vm("running"), run: run("failed") } },
    "failed: GatewaySilent",
  ],
  ["connect", "the VM is off", { truth: { vm: vm("deallocated") } }, "start"],
  ["connect", "the VM is stopping", { truth: { vm: vm("deallocating") } }, "wait"],
  ["connect", "the VM is gone", {}, "failed: Vanished"],
  ["connect", "nobody may log in", { truth: { vm: vm("running"), ...held() } }, "grantLogins"],
  [
    "connect",
    "the sign-in is being set up",
    { truth: { vm: { ...vm("running"), signIn: "installing" }, ...mayLogIn } },
    "wait",
  ],
  [
    "connect",
    "the sign-in was not set up",
    { truth: { vm: { ...vm("running"), signIn: "failed" }, ...mayLogIn } },
    "repairSignIn",
  ],
  [
    "connect",
    "the sign-in was not set up the second time either",
    {
      truth: { vm: { ...vm("running"), signIn: "failed" }, ...mayLogIn },
      operation: { notes: { repaired: later(-1) } },
    },
    "failed: VMExtensionProvisioningError",
  ],
  [
    "connect",
    "one may log in",
    { truth: { vm: { ...vm("running"), signIn: "ready" }, ...mayLogIn } },
    "checkGateway",
  ],
  [
    "connect",
    "the gateway has answered",
    { truth: { vm: { ...vm("running"), signIn: "ready" }, ...mayLogIn, run: run("succeeded") } },
    "succeeded",
  ],
  [
    "connect",
    "the gateway is silent on a VM that ran already",
    { truth: { vm: { ...vm("running"), signIn: "ready" }, ...mayLogIn, run: run("failed") } },
    "succeeded: GatewaySilent",
  ],
  [
    "connect",
    "the gateway is silent since the start",
    {
      truth: { vm: { ...vm("running"), signIn: "ready" }, ...mayLogIn, run: run("failed") },
      operation: { notes: { started: later(-60) } },
    },
    "failed: GatewaySilent",
  ],
  ["doctor", "the VM runs", { truth: { vm: vm("running") } }, "runScript"],
  ["doctor", "the VM is off", { truth: { vm: vm("deallocated") } }, "succeeded"],
  ["doctor", "the VM is gone", {}, "failed: Vanished"],
  ["doctor", "it takes too long", { truth: { vm: vm("running") }, ...overdue }, "failed: DeadlinePassed"],
  ["doctor", "the script runs", { truth: { vm: vm("running"), run: run("running") } }, "wait"],
  ["doctor", "the script has failed", { truth: { vm: vm("running"), run: run("failed") } }, "succeeded"],
  [
    "doctor",
    "Azure could not start the script",
    { truth: { vm: vm("running"), run: { ...run("failed"), exitCode: -102, refusal: "no such user" } } },
    "failed: ScriptNotRun",
  ],
  [
    "doctor",
    "nobody knows how the script ended",
    { truth: { vm: vm("running"), run: run("unknown") } },
    "wait",
  ],
  [
    "doctor",
    "nobody knows how the script ended the second time either",
    { truth: { vm: vm("running"), run: run("unknown") }, operation: { notes: { "doctor again": "yes" } } },
    "succeeded",
  ],
  [
    "doctor",
    "what was said is written down",
    { truth: { vm: vm("running") }, operation: { notes: { "doctor said": "ok    keys" } } },
    "succeeded",
  ],
  [
    "doctor",
    "its run command can't be deleted",
    { truth: { vm: vm("running"), run: run("succeeded") }, fault: noRoom },
    "succeeded",
  ],
  [
    "doctor",
    "Azure won't run it",
    { truth: { vm: vm("running") }, fault: noRoom },
    "failed: AllocationFailed",
  ],
  ["logs", "the VM runs", { truth: { vm: vm("running") } }, "runScript"],
  ...(["start", "restart", "connect"] as const).flatMap((name): [OperationName, string, Given, string][] => [
    [
      name,
      "OpenClaw answers, and has the team's configuration",
      { truth: answering, operation: done, config, instance: { configured: config.hash } },
      "succeeded",
    ],
    [
      name,
      "OpenClaw answers, with an older configuration",
      { truth: answering, operation: done, config, instance: { configured: "older" } },
      "wait",
    ],
    [
      name,
      "only its configuration is left",
      { truth: { ...answering, run: undefined }, operation: answered, config },
      "runScript",
    ],
    [
      name,
      "the configuration was applied",
      { truth: { ...answering, run: { ...run("succeeded"), output: applied } }, operation: answered, config },
      "succeeded",
    ],
    [
      name,
      "Azure refuses to apply the configuration",
      { truth: { ...answering, run: undefined }, operation: answered, config, fault: noRoom },
      "succeeded",
    ],
  ]),
  ["configure", "the VM runs", { truth: { vm: vm("running") }, config }, "runScript"],
  ["configure", "the VM is off", { truth: { vm: vm("deallocated") }, config }, "succeeded"],
  [
    "configure",
    "OpenClaw refused",
    {
      truth: { vm: vm("running") },
      operation: { notes: { "apply-config said": '{"applied":false}' } },
      config,
    },
    "failed: ConfigurationRefused",
  ],
  [
    "configure",
    "OpenClaw would refuse",
    {
      truth: { vm: vm("running") },
      operation: { notes: { "apply-config said": '{"applied":false}' }, input: { dryRun: "{}" } },
    },
    "succeeded",
  ],
  ["reload", "the VM runs", { truth: { vm: vm("running") } }, "runScript"],
  [
    "reload",
    "the vault refuses",
    { truth: { vm: vm("running") }, operation: { notes: { "refresh-secrets said": "" } } },
    "failed: SecretsNotReloaded",
  ],
  ["restart", "the VM runs", { truth: { vm: vm("running") } }, "restart"],
  [
    "restart",
    "it was restarted",
    { truth: { vm: vm("running") }, operation: { notes: { restarted: "yes" } } },
    "checkGateway",
  ],
  [
    "restart",
    "it was restarted, and nobody may log in",
    { truth: { vm: vm("running"), ...held() }, operation: { notes: { restarted: "yes" } } },
    "grantLogins",
  ],
  [
    "restart",
    "Azure has found no room since",
    { truth: { vm: { ...vm("deallocated"), fault: noRoom } }, operation: { notes: { started: "yes" } } },
    "failed: AllocationFailed",
  ],
  ["restart", "the VM is off", { truth: { vm: vm("deallocated") } }, "start"],
  [
    "teardown",
    "everything exists",
    { truth: { logins: [login("/a")], vm: vm("running"), nic: { id: "/n" } } },
    "revoke",
  ],
  [
    "teardown",
    "nobody can log in any more",
    { truth: { logins: [], vm: vm("running"), nic: { id: "/n" } } },
    "delete vm",
  ],
  [
    "teardown",
    "the VM is being deleted",
    { truth: { vm: { ...vm("running"), provisioning: "deleting" } } },
    "wait",
  ],
  [
    "teardown",
    "parts were left behind",
    { truth: { nic: { id: "/n" }, publicIp: { id: "/p", address: "1.2.3.4" } } },
    "delete nic",
  ],
  ["teardown", "the network group is left", { truth: closed }, "delete networkSecurityGroup"],
  [
    "teardown",
    "only a disk is left that no VM ever had",
    { truth: { homeDisk: homeDisk(false) } },
    "delete homeDisk",
  ],
  ["teardown", "nothing is left", {}, "succeeded"],
  [
    "teardown",
    "the data goes too",
    { truth: { homeDisk: homeDisk(true) }, operation: { input: { homeDisk: "erase" } } },
    "delete homeDisk",
  ],
  [
    "teardown",
    "the data goes too, and there are backups",
    { truth: { snapshots: [snapshot()] }, operation: { input: { homeDisk: "erase" } } },
    "deleteSnapshot",
  ],
  [
    "teardown",
    "the data goes too, and only the keys are left",
    { operation: { input: { homeDisk: "erase" } } },
    "emptySecret",
  ],
  [
    "teardown",
    "the data is gone, and so are the keys",
    { operation: { input: { homeDisk: "erase" }, notes: { emptied: "yes" } } },
    "succeeded",
  ],
  [
    "teardown",
    "a build is cleared up, the disk holds data",
    { truth: { homeDisk: homeDisk(true) }, operation: { input: { homeDisk: "keep" } } },
    "tagHomeDisk",
  ],
  ...([[undefined], ["verified"]] as const).map(([note]): [OperationName, string, Given, string] => [
    "teardown",
    `its owner is back, and nothing is deleted yet: ${note ?? "nothing is done"}`,
    {
      truth: { logins: [], vm: vm("deallocated"), homeDisk: homeDisk(true), snapshot: snapshot() },
      operation: { input: { homeDisk: "snapshot" }, notes: note ? { [note]: later(0) } : {} },
      member: { addedAt: later(5) },
    },
    "failed: OwnerIsBack",
  ]),
  [
    "teardown",
    "its owner is back, and the VM is deleted",
    {
      truth: { nic: { id: "/n" } },
      operation: { phase: "deleting", notes: { vmGoes: "yes", gone: "logins vm" } },
      member: { addedAt: later(5) },
    },
    "delete nic",
  ],
  [
    "transfer",
    "its owner is back, and nothing is copied yet",
    { truth: { vm: vm("deallocated"), homeDisk: homeDisk(true) }, ...back },
    "failed: OwnerIsBack",
  ],
  [
    "transfer",
    "its owner is back, and the copy is made",
    { truth: { homeDisk: homeDisk(true), snapshot: heirs }, ...back },
    "deleteSnapshot",
  ],
  [
    "transfer",
    "its owner is back, and their newest backup is chosen",
    { truth: { snapshot: snapshot() }, ...back, operation: { ...back.operation, notes: { taken: "s" } } },
    "failed: OwnerIsBack",
  ],
  [
    "transfer",
    "its owner is back, and their newest backup is given",
    { truth: { snapshot: heirs }, ...back, operation: { ...back.operation, notes: { taken: "s" } } },
    "succeeded",
  ],
  [
    "transfer",
    "its owner is not back",
    { truth: { snapshot: heirs }, ...back, member: { status: "left", addedAt: later(-5) } },
    "failed: NothingToGive",
  ],
  ["access", "it is to be open", { truth: closed, instance: { access } }, "allowSsh"],
  ["access", "it is open", { truth: open, instance: { access } }, "succeeded"],
  [
    "access",
    "its time is over",
    { truth: open, instance: { access: [{ address: "203.0.113.7", until: later(-1) }] } },
    "wait",
  ],
  [
    "access",
    "its time is over, and that sessions end with it is written down",
    {
      truth: open,
      instance: { access: [{ address: "203.0.113.7", until: later(-1) }] },
      operation: { notes: { closed: "yes" } },
    },
    "allowSsh",
  ],
  [
    "access",
    "it was closed while the VM runs",
    { truth: { ...closed, vm: vm("running") }, operation: { notes: { closed: "yes", except: "" } } },
    "endSessions",
  ],
  [
    "access",
    "the sessions were ended",
    {
      truth: { ...closed, vm: vm("running"), run: run("succeeded", later(1)) },
      operation: { notes: { closed: later(0), except: "" } },
    },
    "succeeded",
  ],
  [
    "access",
    "nobody knows whom the script left in",
    {
      truth: { ...closed, vm: vm("running"), run: run("succeeded", later(1)) },
      operation: { notes: { closed: later(0) } },
    },
    "wait",
  ],
  ["access", "everybody may reach it, and the team is locked", { truth: everybody }, "wait"],
  [
    "access",
    "it was closed and the VM is off",
    { truth: { ...closed, vm: vm("deallocated") }, operation: { notes: { closed: "yes" } } },
    "succeeded",
  ],
  [
    "access",
    "a range that is open has taken the place of an address in it",
    {
      truth: { networkSecurityGroup: { sshFrom: ["203.0.113.0/28"] }, vm: vm("running") },
      instance: { access: [...access, { address: "203.0.113.0/28", until: later(60) }] },
    },
    "succeeded",
  ],
  [
    "access",
    "a range takes the place of an address in it: nobody is shut out",
    {
      truth: { ...open, vm: vm("running") },
      instance: { access: [...access, { address: "203.0.113.0/28", until: later(60) }] },
    },
    "allowSsh",
  ],
  ["access", "the network group is gone", {}, "succeeded"],
  ["remove", "the VM runs", { truth: { vm: vm("running"), ...open, logins: [login("/a")] } }, "deallocate"],
  [
    "remove",
    "the VM is stopping",
    { truth: { vm: vm("deallocating"), ...open, logins: [login("/a")] } },
    "allowSsh",
  ],
  [
    "remove",
    "the network is closed",
    { truth: { vm: vm("deallocating"), ...closed, logins: [login("/a")] } },
    "revoke",
  ],
  [
    "remove",
    "only the VM is still stopping",
    { truth: { vm: vm("deallocating"), ...closed, logins: [] } },
    "wait",
  ],
  [
    "remove",
    "everything is closed",
    { truth: { vm: vm("deallocated"), ...closed, logins: [] } },
    "succeeded",
  ],
  [
    "remove",
    "a build goes on",
    { truth: { deployment: { name: "d", state: "running" } } },
    "cancelDeployment",
  ],
  ["remove", "there was never anything", {}, "succeeded"],
  [
    "remove",
    "Azure refuses",
    { fault: { code: "AuthorizationFailed", detail: "", correlation: "c" } },
    "wait",
  ],
  ["login", "there is no VM", {}, "succeeded"],
  ["login", "they may log in as another", { truth: { ...may("administrator") } }, "revoke"],
  [
    "login",
    "they may log in on two of three, one of them twice",
    { truth: { vm: vm("running"), ...held(login("/a"), login("/a"), login("/b")) } },
    "grantLogins",
  ],
  ["login", "nobody may log in", { truth: { vm: vm("running"), ...held() } }, "grantLogins"],
  ["login", "they may log in as they should", { truth: { ...may("user") } }, "succeeded"],
  [
    "login",
    "something is under way that may grant what held before",
    { truth: { ...may("administrator") }, instance: { operation: "other" } },
    "wait",
  ],
  ["login", "Azure refuses", { truth: { ...may("user") }, fault: noRoom }, "failed: AllocationFailed"],
  ["login", "it takes too long", { truth: { ...may("user") }, ...overdue }, "failed: DeadlinePassed"],
  ["status", "there is nothing", {}, "succeeded"],
  ["status", "the VM is off", { truth: { vm: vm("deallocated") } }, "succeeded"],
  ["status", "the VM runs", { truth: { vm: vm("running") } }, "checkGateway"],
  [
    "status",
    "something else is under way",
    { truth: { vm: vm("running") }, instance: { operation: "other" } },
    "succeeded",
  ],
])("%s, when %s", ([name, , given, expected]) => {
  expect(inWords(operations[name].next(view(name, given)))).toBe(expected);
});

test.for<[OperationName, "running" | "deallocated", string]>([
  ["start", "running", "degraded"],
  ["restart", "running", "degraded"],
  ["stop", "running", "degraded"],
  ["start", "deallocated", "stopped"],
])("%s, given up while the VM is %s, leaves it on record as %s", ([name, power, state]) => {
  const step = operations[name].next(view(name, { truth: { vm: vm(power) }, ...overdue }));
  expect(step.instance?.state).toBe(state);
});

test("admins see how far the check came, and nothing else that the VM printed", () => {
  const end = { ready: false, warnings: ["first-boot-recovered"], error: "gateway", detail: "sk-secret" };
  const printed = `{"step":"booting"}\n{"step":"checking"}\ntoken sk-secret refused\n${JSON.stringify(end)}\n`;
  const step = operations.start.next(
    view("start", { truth: { vm: vm("running"), run: { ...run("failed"), output: printed } } }),
  );
  expect(step).toMatchObject({
    fault: { detail: "step booting, step checking, error gateway, warning first-boot-recovered" },
  });
});

test("an operation ends for every state of the VM, and none is left unanswered", () => {
  const powers = [
    "starting",
    "running",
    "stopping",
    "stopped",
    "deallocating",
    "deallocated",
    "unknown",
  ] as const;
  for (const operation of Object.values(operations))
    for (const power of powers)
      expect(inWords(operation.next(view(operation.name, { truth: { vm: vm(power) } })))).toBeTruthy();
});

test.for<[string, string, string | undefined]>([
  ["a minute ago", later(-60), later(540)],
  ["an hour ago", later(-3600), undefined],
])(
  "for a right to log in that was given %s, connect notes until when it may not work yet",
  ([, loginsAt, roleBy]) => {
    const logins = held(login("/a", "user", loginsAt), login("/b"), login("/c"));
    const truth = { vm: vm("running"), ...logins, run: run("succeeded") } as const;
    expect(operations.connect.next(view("connect", { truth })).notes?.["roleBy"]).toBe(roleBy);
  },
);

test("what was applied is on record, by the hash that the VM gives back", () => {
  const notes = { ...answered.notes, "apply-config said": applied, "apply-config ended": "well" };
  for (const name of ["start", "restart", "connect", "configure"] as const) {
    const step = operations[name].next(view(name, { truth: answering, operation: { notes }, config }));
    expect(step.instance?.configured).toBe(config.hash);
  }
});

test("an OpenClaw that refuses the team's configuration is ready all the same, and the admins hear of it", () => {
  const said = '{"applied": false, "stage": "dry-run", "reason": "agents: Unrecognized key"}';
  const notes = { ...answered.notes, "apply-config said": said, "apply-config ended": "badly" };
  const step = operations.start.next(view("start", { truth: answering, operation: { notes }, config }));
  expect(inWords(step)).toBe("succeeded");
  expect(step.instance).toMatchObject({ state: "ready" });
  expect(step.instance?.configured).toBeUndefined();
  expect(step.tellAdmins?.facts).toContainEqual(["OpenClaw's words", "dry-run: agents: Unrecognized key"]);
});

test.for(operationNames)("%s ends where Azure tells nothing, whatever it would read elsewhere", (name) => {
  const config = () => {
    throw new Error("it was asked for");
  };
  const fault = { code: "AuthorizationFailed", detail: "", correlation: "c" };
  for (const elapsedSeconds of [1, 99_999]) {
    const instance = { state: "ready", generation: "earlier" } as const;
    const step = operations[name].next({
      ...view(name, { elapsedSeconds, fault, blind: true, instance }),
      config,
    });
    // No request ever starts over an existing instance.
    if (name !== "request") expect(["broken", "absent"]).not.toContain(step.instance?.state);
  }
});

test.for(["start", "restart", "connect", "resize", "request", "rebuild"] as const)(
  "%s that can't read Azure once OpenClaw has answered is ready all the same, as far as it is known",
  (name) => {
    const size = "Standard_B4as_v2";
    const instance = { state: "booting", size, homeDisk: { sizeGb: 64, sku: "Premium_LRS" } } as const;
    const operation = { notes: { ...answered.notes, resized: later(0) }, pins };
    const step = operations[name].next(
      view(name, { operation, instance, config, fault: noRoom, blind: true }),
    );
    expect(inWords(step)).toBe("succeeded");
    expect({ ...instance, ...step.instance }).toMatchObject({ ...instance, state: "ready" });
    expect(step.tellAdmins?.facts).toContainEqual(["OpenClaw's words", noRoom.detail]);
  },
);

test("a rebuild that can't read Azure in the end forgets the address of the VM before", () => {
  const instance = { state: "booting", publicIp: "203.0.113.9" } as const;
  const operation = { notes: answered.notes, pins };
  const step = operations.rebuild.next(
    view("rebuild", { operation, instance, config, fault: noRoom, blind: true }),
  );
  expect({ ...instance, ...step.instance }).toMatchObject({ state: "ready", publicIp: undefined });
});
