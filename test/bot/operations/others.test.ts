import { expect, test } from "vitest";
import type { OperationName } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/operations/index.ts";
import { type Given, homeDisk, inWords, later, view, vm } from "./view.ts";

const open = { networkSecurityGroup: { sshFrom: ["203.0.113.7"] } };
const closed = { networkSecurityGroup: { sshFrom: [] } };
const run = (state: "pending" | "running" | "succeeded" | "failed") => ({ name: "r", state, output: "" });
const access = [{ address: "203.0.113.7", until: later(60) }];
const overdue = { elapsedSeconds: 99_999 };

test.for<[OperationName, string, Given, string]>([
  ["stop", "the VM runs", { truth: { vm: vm("running"), ...closed } }, "deallocate"],
  ["stop", "SSH is open", { truth: { vm: vm("running"), ...open } }, "allowSsh"],
  ["stop", "the VM is stopping", { truth: { vm: vm("deallocating"), ...closed } }, "wait"],
  ["stop", "the VM is off but still paid for", { truth: { vm: vm("stopped"), ...closed } }, "deallocate"],
  ["stop", "the VM is deallocated", { truth: { vm: vm("deallocated"), ...closed } }, "succeeded"],
  ["stop", "the VM is gone", {}, "failed: Vanished"],
  ["stop", "it takes too long", { truth: { vm: vm("running") }, ...overdue }, "failed: DeadlinePassed"],
  ["start", "the VM is deallocated", { truth: { vm: vm("deallocated") } }, "start"],
  ["start", "the VM is starting", { truth: { vm: vm("starting") } }, "wait"],
  ["start", "nobody may log in", { truth: { vm: vm("running"), logins: [] } }, "grantLogins"],
  ["start", "the VM runs", { truth: { vm: vm("running") } }, "checkGateway"],
  ["start", "the gateway is being asked", { truth: { vm: vm("running"), run: run("running") } }, "wait"],
  [
    "start",
    "the gateway has answered",
    { truth: { vm: vm("running"), run: run("succeeded") }, operation: { notes: { gateway: "answers" } } },
    "deleteRun",
  ],
  [
    "start",
    "the gateway has answered, all is read",
    { truth: { vm: vm("running") }, operation: { notes: { gateway: "answers" } } },
    "succeeded",
  ],
  [
    "start",
    "the gateway is silent",
    { truth: { vm: vm("running") }, operation: { notes: { gateway: "silent" } } },
    "failed: GatewaySilent",
  ],
  ["restart", "the VM runs", { truth: { vm: vm("running") } }, "restart"],
  [
    "restart",
    "it was restarted",
    { truth: { vm: vm("running") }, operation: { notes: { restarted: "yes" } } },
    "checkGateway",
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
