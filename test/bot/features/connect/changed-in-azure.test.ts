import { expect, test } from "vitest";
import type { Truth } from "../../../../bot/core/cloud.ts";
import { operations } from "../../../../bot/features/index.ts";
import { type Given, later, view, vm } from "../../view.ts";

const access = [{ address: "203.0.113.7", until: later(3600) }];

/** What status says of a VM that is off, of which this is true in Azure. */
function said(truth: Truth, instance: Given["instance"] = {}): string {
  const seen = view("status", {
    truth: { vm: vm("deallocated"), ...truth },
    instance: { generation: "op1", state: "stopped", size: "Standard_B2als_v2", ...instance },
  });
  const step = operations.status.next(seen);
  const { operation, member, settings } = seen;
  const after = { ...seen.instance, ...step.instance };
  const card = operations.status.card({
    operation: { ...operation, status: "succeeded", notes: { ...step.notes } },
    member,
    instance: after,
    settings,
    price: undefined,
  });
  return JSON.stringify(card.text);
}

test.for<[string, string, Truth, Parameters<typeof said>[1]]>([
  [
    "an address that is not on record",
    "Someone also opened SSH in Azure for 198.51.100.5.",
    { networkSecurityGroup: { sshFrom: ["198.51.100.5"] } },
    {},
  ],
  ["every address", "for any address.", { networkSecurityGroup: { sshFrom: ["*"] } }, {}],
  [
    "an address that is on record, and closed",
    "Someone closed SSH in Azure for 203.0.113.7.",
    { networkSecurityGroup: { sshFrom: [] } },
    { access },
  ],
  [
    "another size",
    "Someone changed the size in Azure, from Standard_B4as_v2 to Standard_B2als_v2.",
    { networkSecurityGroup: { sshFrom: [] } },
    { size: "Standard_B4as_v2" },
  ],
])("status tells of %s", ([, sentence, truth, instance]) => {
  expect(said(truth, instance)).toContain(sentence);
});

test("what is as it is on record needs no word", () => {
  expect(said({ networkSecurityGroup: { sshFrom: ["203.0.113.7"] } }, { access })).not.toContain("Someone");
});
