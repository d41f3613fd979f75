import { describe, expect, test } from "vitest";
import { backup } from "../../../bot/features/backups/backup.ts";
import { transfer } from "../../../bot/features/backups/transfer.ts";
import { request } from "../../../bot/features/instance/request.ts";
import { teardown } from "../../../bot/features/instance/teardown.ts";
import { type Given, homeDisk, identity, inWords, later, secret, snapshot, view, vm } from "../view.ts";

const heir = { objectId: "44444444-4444-4444-8444-444444444444", name: "Max Member" };
const disk = { ...homeDisk(true), attached: true };
const off = { vm: vm("deallocated"), homeDisk: disk };
const run = (state: "pending" | "running" | "succeeded" | "failed", at = later(0)) => ({
  name: "quiesce",
  state,
  output: '{"quiesced": false, "blockers": ["run"]}\n',
  at,
});
const verified = { notes: { verified: later(0) }, phase: "deleting" };
const refused = { code: "AuthorizationFailed", detail: "", correlation: "c" };

test.for<[string, Given, string]>([
  ["the VM runs", { truth: { vm: vm("running"), homeDisk: disk } }, "runScript"],
  ["the agent is asked", { truth: { vm: vm("running"), homeDisk: disk, run: run("running") } }, "wait"],
  [
    "the agent does not answer for long",
    { truth: { vm: vm("running"), homeDisk: disk, run: run("pending", later(0)) }, now: later(601) },
    "failed: AgentBusy",
  ],
  [
    "the agent is at work",
    { truth: { vm: vm("running"), homeDisk: disk, run: run("failed") } },
    "failed: AgentBusy",
  ],
  [
    "Azure could not ask the agent",
    { truth: { vm: vm("running"), homeDisk: disk, run: { ...run("failed"), refusal: "no settings" } } },
    "failed: ScriptNotRun",
  ],
  [
    "the agent is at work, and nobody waits for it",
    {
      truth: { vm: vm("running"), homeDisk: disk, run: run("failed") },
      operation: { input: { homeDisk: "snapshot", force: true } },
    },
    "deallocate",
  ],
  [
    "the agent has finished",
    { truth: { vm: vm("running"), homeDisk: disk, run: run("succeeded") } },
    "deallocate",
  ],
  ["the VM stops", { truth: { vm: vm("deallocating"), homeDisk: disk } }, "wait"],
  ["the VM is off", { truth: off }, "snapshot"],
  ["there is no VM any more", { truth: { homeDisk: homeDisk(true, { keptSince: later(-99) }) } }, "snapshot"],
  ["the snapshot is being copied", { truth: { ...off, snapshot: snapshot({ complete: false }) } }, "wait"],
  [
    "the snapshot failed",
    { truth: { ...off, snapshot: snapshot({ complete: false, failed: true }) } },
    "failed: SnapshotFailed",
  ],
  ["Azure refuses the snapshot", { truth: off, fault: refused }, "failed: SnapshotFailed"],
  [
    "the snapshot is older than the VM's stop",
    { truth: { ...off, snapshot: snapshot({ createdAt: later(-1) }) } },
    "wait",
  ],
  [
    "the snapshot is of another disk",
    { truth: { ...off, snapshot: snapshot({ sourceDisk: "/another" }) } },
    "wait",
  ],
  [
    "the snapshot is of an earlier disk of this name",
    {
      truth: {
        vm: vm("deallocated"),
        homeDisk: { ...disk, uniqueId: "b" },
        snapshot: snapshot({ sourceUniqueId: "a" }),
      },
    },
    "wait",
  ],
  ["the snapshot is verified", { truth: { ...off, snapshot: snapshot() } }, "wait"],
  ["that is written down", { truth: { ...off, snapshot: snapshot() }, operation: verified }, "delete vm"],
  [
    "the VM is gone, which changed the disk's owner once more",
    {
      truth: { homeDisk: { ...homeDisk(true), ownedSince: later(60) }, snapshot: snapshot() },
      operation: verified,
    },
    "delete homeDisk",
  ],
  [
    "the VM is gone and so is the snapshot",
    { truth: { homeDisk: homeDisk(true) }, operation: verified },
    "snapshot",
  ],
  [
    "somebody has started the VM meanwhile",
    { truth: { vm: vm("running"), homeDisk: disk, snapshot: snapshot() }, operation: verified },
    "runScript",
  ],
  ["only the snapshot is left", { truth: { snapshot: snapshot() }, operation: verified }, "succeeded"],
])("a teardown, when %s", ([, given, expected]) => {
  expect(inWords(teardown.next(view("teardown", given)))).toBe(expected);
});

test("what a teardown verified is looked at anew after somebody has started the VM", () => {
  const started = { vm: vm("running"), homeDisk: disk, snapshot: snapshot() };
  const step = teardown.next(view("teardown", { truth: started, operation: verified }));
  expect(step.notes?.["verified"]).toBe("");
});

test("a teardown that ends before it deletes anything leaves the instance as it is", () => {
  const blocked = { vm: vm("running"), homeDisk: disk, run: run("failed") };
  expect(teardown.next(view("teardown", { truth: blocked })).instance).toEqual({});
  expect(teardown.next(view("teardown", { truth: off, fault: refused })).instance).toMatchObject({
    state: "stopped",
  });
  const halfway = view("teardown", { truth: {}, operation: verified, fault: refused });
  expect(teardown.next(halfway).instance).toMatchObject({ state: "broken" });
});

test("a teardown remembers where the home disk is", () => {
  const step = teardown.next(view("teardown", { truth: { snapshot: snapshot() }, operation: verified }));
  expect(step.instance).toMatchObject({
    state: "absent",
    generation: undefined,
    homeDisk: undefined,
    backup: { snapshot: snapshot().name, expires: later(3600), sizeGb: 30 },
  });
});

test.for([
  ["teardown", teardown],
  ["transfer", transfer],
] as const)(
  "a copy that a %s can't use gives way for good, and the next has another name",
  ([name, does]) => {
    const input = name === "transfer" ? { heir } : {};
    const early = { ...off, snapshot: snapshot({ createdAt: later(-1) }) };
    let notes = { shot: "yes" };
    const next = (truth: Given["truth"] = {}) => {
      const seen = view(name, { truth, operation: { input, notes } });
      const step = does.next(seen);
      notes = { ...notes, ...step.notes };
      const looked = does.look({ ...seen.operation, notes }, seen).snapshot;
      return [inWords(step), "act" in step && "name" in step.act ? step.act.name : looked];
    };
    const first = snapshot().name;
    expect(next(early)).toEqual(["wait", first]);
    // Now that it is written down it goes, whatever it looks like later.
    expect(next({ ...off, snapshot: snapshot() })).toEqual(["deleteSnapshot", first]);
    expect(next(early)).toEqual(["deleteSnapshot", first]);
    expect(next(off)).toEqual(["wait", `${first}-1`]);
    expect(next(off)).toEqual(["snapshot", `${first}-1`]);
    expect(next({ ...off, snapshot: snapshot({ name: `${first}-1`, createdAt: later(-1) }) })).toEqual([
      "wait",
      `${first}-1`,
    ]);
    expect(next(off)).toEqual(["wait", `${first}-2`]);
    expect(next({ ...off, snapshot: snapshot({ name: `${first}-2` }) })[0]).toBe("wait");
    expect(notes).toMatchObject({ verified: expect.any(String) });
  },
);

const nightly = { input: { kind: "nightly", since: later(10) } } as const;
test.for<[string, Given, string]>([
  ["the VM runs", { truth: { vm: vm("running"), homeDisk: disk } }, "snapshot"],
  ["it is copied", { truth: { homeDisk: disk, snapshot: snapshot({ complete: false }) } }, "wait"],
  ["it is complete", { truth: { homeDisk: disk, snapshot: snapshot() } }, "succeeded"],
  [
    "it failed",
    { truth: { homeDisk: disk, snapshot: snapshot({ failed: true }) } },
    "failed: SnapshotFailed",
  ],
  ["there is no disk", {}, "failed: NoHomeDisk"],
  ["there is no disk, at night", { operation: nightly }, "succeeded"],
  ["the VM runs, at night", { truth: { vm: vm("running"), homeDisk: disk }, operation: nightly }, "snapshot"],
  ["the VM has been off since the last", { truth: off, operation: nightly }, "succeeded"],
  [
    "the VM ran since the last",
    { truth: { ...off, homeDisk: { ...disk, ownedSince: later(11) } }, operation: nightly },
    "snapshot",
  ],
  ["there was none before", { truth: off, operation: { input: { kind: "nightly" } } }, "snapshot"],
  ["Azure refuses", { fault: refused }, "failed: SnapshotFailed"],
])("a backup, when %s", ([, given, expected]) => {
  expect(inWords(backup.next(view("backup", given)))).toBe(expected);
});

const giving = (operation: Given["operation"] = {}) => ({ input: { heir }, ...operation });
test.for<[string, Given, string]>([
  ["the VM still runs", { truth: { vm: vm("running"), homeDisk: disk }, operation: giving() }, "deallocate"],
  ["the VM is off", { truth: off, operation: giving() }, "snapshot"],
  [
    "there are a disk and a verified copy",
    { truth: { ...off, snapshot: snapshot() }, operation: giving() },
    "wait",
  ],
  [
    "that is written down",
    { truth: { ...off, snapshot: snapshot() }, operation: giving({ notes: { verified: "then" } }) },
    "succeeded",
  ],
  ["there is a snapshot alone", { truth: { snapshots: [snapshot()] }, operation: giving() }, "wait"],
  [
    "it is chosen",
    { truth: { snapshot: snapshot() }, operation: giving({ notes: { taken: "n" } }) },
    "giveSnapshot",
  ],
  ["there is nothing", { operation: giving() }, "failed: NothingToGive"],
])("a transfer, when %s", ([, given, expected]) => {
  expect(inWords(transfer.next(view("transfer", given)))).toBe(expected);
});

describe("a request", () => {
  const prepared = { secret, identity };
  const chosen = (name: string) => ({ input: { snapshot: name } });
  const mine = snapshot({ id: "/s/mine", name: "mine" });
  const pinned = (given: Given) => {
    const step = request.next(view("request", given));
    return "act" in step && step.act.do === "pin" ? (step.act.snapshotId ?? "none") : inWords(step);
  };
  const theirs = snapshot({ id: "/s/theirs", name: "theirs", tags: { kind: "transfer" } });
  const half = snapshot({ id: "/s/half", name: "half", complete: false });
  const snapshots = [half, theirs, mine];
  test.for<[string, Given, string]>([
    [
      "takes the newest complete snapshot of its owner's own disk",
      { truth: { ...prepared, snapshots } },
      "/s/mine",
    ],
    [
      "mounts the home disk that is there",
      { truth: { ...prepared, snapshots, homeDisk: homeDisk(true) } },
      "none",
    ],
    [
      "starts with an empty one if that is wanted",
      { truth: { ...prepared, snapshots }, operation: { input: { fresh: true } } },
      "none",
    ],
    [
      "takes the one that was chosen",
      { truth: { ...prepared, snapshots }, operation: chosen("theirs") },
      "/s/theirs",
    ],
    [
      "takes none that is not complete",
      { truth: { ...prepared, snapshots }, operation: chosen("half") },
      "failed: SnapshotMissing",
    ],
    [
      "takes none that is not its owner's",
      { truth: { ...prepared, snapshots }, operation: chosen("other") },
      "failed: SnapshotMissing",
    ],
    [
      "never passes over a home disk for one",
      { truth: { ...prepared, snapshots, homeDisk: homeDisk(true) }, operation: chosen("mine") },
      "failed: HomeDiskThere",
    ],
    [
      "goes on with the disk that an earlier try made from it",
      {
        truth: { ...prepared, snapshots, homeDisk: { ...homeDisk(true), source: "/s/mine" } },
        operation: chosen("mine"),
      },
      "none",
    ],
    [
      "deletes first what an earlier try has made and no VM had",
      { truth: { ...prepared, snapshots, homeDisk: homeDisk(false) } },
      "delete homeDisk",
    ],
  ])("%s", ([, given, expected]) => {
    expect(pinned(given)).toBe(expected);
  });
});
