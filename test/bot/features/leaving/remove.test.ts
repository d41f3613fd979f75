import { expect, test } from "vitest";
import type { Instance } from "../../../../bot/core/instance.ts";
import { remove } from "../../../../bot/features/leaving/remove.ts";
import { identity, inWords, later, snapshot, view } from "../../view.ts";

/** Whether the end of a removal that leaves nothing else tells the admins what stays in the vault. */
function isTold(instance: Partial<Instance>, truth = {}): boolean {
  const seen = view("remove", { truth: { identity, ...truth }, instance });
  const step = remove.next({ ...seen, member: { ...seen.member, status: "leaving" } });
  expect(inWords(step)).toBe("succeeded");
  return step.tellAdmins !== undefined;
}

test.for<[string, Partial<Instance>, boolean]>([
  ["never had a VM", {}, false],
  ["had a VM that was deleted", { bornAt: later(-3600) }, true],
  ["had a VM on which no check ever saw a key", { bornAt: later(-3600), keys: {} }, true],
  ["had a VM that somebody deleted in Azure", { generation: "earlier" }, true],
  ["had a VM before that was written down", { keys: { OPENAI_API_KEY: later(-3600) } }, true],
  ["had one then without a key", { keys: {} }, true],
])("the admins hear of the vault where a leaver %s: %s", ([, instance, told]) => {
  expect(isTold(instance)).toBe(told);
});

test("where a snapshot is left, or the identity was deleted, the admins hear nothing of the vault", () => {
  const bornAt = later(-3600);
  expect(isTold({ bornAt }, { snapshots: [snapshot()] })).toBe(false);
  expect(isTold({ bornAt }, { identity: undefined })).toBe(false);
});
