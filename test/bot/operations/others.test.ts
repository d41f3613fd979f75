import { expect, test } from "vitest";
import type { OperationName } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/operations/index.ts";
import { type Given, homeDisk, inWords, later, view, vm } from "./view.ts";

const open = { networkSecurityGroup: { sshFrom: ["203.0.113.7"] } };
const closed = { networkSecurityGroup: { sshFrom: [] } };
const run = (state: "pending" | "running" | "succeeded" | "failed", at = later(0)) => ({
  name: "r",
  state,
  output: "",
  at,
});
const everybody = { networkSecurityGroup: { sshFrom: ["*"] } };
const logins = ["/a", "/b", "/c"];
const may = (role: "user" | "administrator") => ({
  vm: vm("running"),
  logins,
  loginRoles: [role, role, role],
});
const noRoom = { code: "AllocationFailed", detail: "", correlation: "c" };
const access = [{ address: "203.0.113.7", until: later(60) }];
const overdue = { elapsedSeconds: 99_999 };

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
  ["start", "the VM is starting", { truth: { vm: vm("starting") } }, "wait"],
  ["start", "nobody may log in", { truth: { vm: vm("running"), logins: [] } }, "grantLogins"],
  ["start", "two of three may log in", { truth: { vm: vm("running"), logins: ["/a", "/b"] } }, "grantLogins"],
  ["start", "everybody may reach it", { truth: { vm: vm("running"), logins, ...everybody } }, "allowSsh"],
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
    "the gateway has answered an earlier operation",
    { truth: { vm: vm("running"), run: run("succeeded", later(-1)) } },
    "deleteRun",
  ],
  [
    "start",
    "the gateway is silent",
    { truth: { vm: vm("running"), run: run("failed") } },
    "failed: GatewaySilent",
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
    { truth: { vm: vm("running"), logins: [] }, operation: { notes: { restarted: "yes" } } },
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
    { truth: { logins: ["/a"], vm: vm("running"), nic: { id: "/n" } } },
    "revokeLogins",
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
  ["teardown", "the home disk is left", { truth: { homeDisk: homeDisk(true) } }, "tagHomeDisk"],
  [
    "teardown",
    "the home disk is tagged",
    { truth: { homeDisk: homeDisk(true, { keptSince: later(0) }) } },
    "succeeded",
  ],
  [
    "teardown",
    "the data shall go too",
    { truth: { homeDisk: homeDisk(true) }, operation: { input: { deleteHomeDisk: "always" } } },
    "delete homeDisk",
  ],
  [
    "teardown",
    "a build is cleared up, the disk holds data",
    { truth: { homeDisk: homeDisk(true) }, operation: { input: { deleteHomeDisk: "unmounted" } } },
    "tagHomeDisk",
  ],
  ["access", "it shall be open", { truth: closed, instance: { access } }, "allowSsh"],
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
    { truth: { ...closed, vm: vm("running") }, operation: { notes: { closed: "yes" } } },
    "endSessions",
  ],
  [
    "access",
    "the sessions of an earlier closing were ended",
    {
      truth: { ...closed, vm: vm("running"), run: run("succeeded", later(-1)) },
      operation: { notes: { closed: later(0) } },
    },
    "deleteRun",
  ],
  [
    "access",
    "the sessions were ended",
    {
      truth: { ...closed, vm: vm("running"), run: run("succeeded", later(1)) },
      operation: { notes: { closed: later(0) } },
    },
    "succeeded",
  ],
  ["access", "everybody may reach it, and the team is locked", { truth: everybody }, "wait"],
  [
    "access",
    "it was closed and the VM is off",
    { truth: { ...closed, vm: vm("deallocated") }, operation: { notes: { closed: "yes" } } },
    "succeeded",
  ],
  ["access", "the network group is gone", {}, "succeeded"],
  ["remove", "the VM runs", { truth: { vm: vm("running"), ...open, logins: ["/a"] } }, "deallocate"],
  [
    "remove",
    "the VM is stopping",
    { truth: { vm: vm("deallocating"), ...open, logins: ["/a"] } },
    "allowSsh",
  ],
  [
    "remove",
    "the network is closed",
    { truth: { vm: vm("deallocating"), ...closed, logins: ["/a"] } },
    "revokeLogins",
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
  ["login", "they may log in as another", { truth: { ...may("administrator") } }, "revokeLogins"],
  ["login", "nobody may log in", { truth: { vm: vm("running"), logins: [], loginRoles: [] } }, "grantLogins"],
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

test("admins are told how far the check came, and nothing else that the VM printed", () => {
  const printed = "step=booting\nstep=checking\nopenclaw: token sk-secret refused\nerror=gateway\n";
  const step = operations.start.next(
    view("start", { truth: { vm: vm("running"), run: { ...run("failed"), output: printed } } }),
  );
  expect(step).toMatchObject({ fault: { detail: "step=booting step=checking error=gateway" } });
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
