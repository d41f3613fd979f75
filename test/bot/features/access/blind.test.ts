import { expect, test } from "vitest";
import { access } from "../../../../bot/features/access/access.ts";
import { type Given, later, view } from "../../view.ts";

const fault = { code: "AuthorizationFailed", detail: "", correlation: "c" };
const open = { networkSecurityGroup: { sshFrom: ["203.0.113.7"] } };
test.for<[string, Given, string, RegExp]>([
  ["can't be read", { blind: true }, "Mia Member’s SSH access may be open", /can't read.*may still be open/],
  ["can't be changed", { truth: open }, "I can't close Mia Member’s SSH access yet", /stays open in Azure/],
])("of a rule that %s the admins read no more than is known", ([, given, title, text]) => {
  const instance = { access: [{ address: "203.0.113.7", until: later(-60) }] };
  const step = access.next(view("access", { ...given, fault, instance }));
  expect(step.tellAdmins).toMatchObject({ title, text: expect.stringMatching(text) });
});
