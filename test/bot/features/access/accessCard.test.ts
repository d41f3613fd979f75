import { expect, test } from "vitest";
import { access } from "../../../../bot/features/access/access.ts";
import { type Given, later, view } from "../../view.ts";

const open = (...addresses: string[]): Given["instance"] => ({
  generation: "g",
  state: "ready",
  access: addresses.map((address) => ({ address, until: later(3600) })),
});
const card = (operation: Given["operation"], instance: Given["instance"]) => {
  const seen = view("access", { operation: { status: "succeeded", ...operation }, instance: instance ?? {} });
  return access.card({ ...seen, price: undefined });
};

test.for<[string, Given["operation"]]>([
  ["a closing that ends well", {}],
  ["a closing that has ended sessions", { notes: { sessions: "ended" } }],
  ["an opening that somebody has closed since", { input: { address: "198.51.100.1" } }],
])("%s names what was opened meanwhile", ([, operation]) => {
  const { title, text } = card(operation, open("203.0.113.7", "203.0.113.9"));
  expect(title).toBe("SSH is still open for 203.0.113.7, 203.0.113.9");
  expect(text ?? "").not.toContain("Nobody can reach the VM");
});

test("where none is open nobody can reach the VM", () => {
  expect(card({}, open())).toMatchObject({ title: "SSH is closed", text: "Nobody can reach the VM." });
});
