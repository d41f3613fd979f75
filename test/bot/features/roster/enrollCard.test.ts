import { expect, test } from "vitest";
import { enroll } from "../../../../bot/features/roster/enroll.ts";
import { type Given, view } from "../../view.ts";

const said = (instance: Given["instance"]) =>
  enroll.card({
    ...view("enroll", { operation: { status: "succeeded" }, instance: instance ?? {} }),
    price: undefined,
  }).title;

test.for<[string, Given["instance"], string, string]>([
  ["has nothing hears of a request", {}, "/openclaw request", "/openclaw connect"],
  [
    "has a VM that was stopped hears of connect",
    { generation: "g", state: "stopped" },
    "/openclaw connect",
    "/openclaw request",
  ],
  [
    "has parts of an instance hears of status",
    { generation: "g", state: "broken" },
    "/openclaw status",
    "/openclaw request",
  ],
])("who comes onto the roster and %s", ([, instance, named, other]) => {
  expect(said(instance)).toContain(`Mia Member is on the roster.`);
  expect(said(instance)).toContain(named);
  expect(said(instance)).not.toContain(other);
});
