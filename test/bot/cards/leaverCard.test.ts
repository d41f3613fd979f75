import { expect, test } from "vitest";
import { operations } from "../../../bot/features/index.ts";
import { homeDisk, view } from "../view.ts";

const role = { id: "/subscriptions/s/roles/one", login: false };

/** What the admins are told once somebody's access is closed who held a role that the bot can't end. */
function told(truth: Parameters<typeof view>[1]) {
  const step = operations.remove.next(view("remove", truth));
  return "tellAdmins" in step ? step.tellAdmins : undefined;
}

test("who never had an instance and holds a role is told as such: no disk is promised, nothing can be torn down", () => {
  const card = told({ truth: { roles: { logins: [], elsewhere: [role] } } });
  expect(card?.text).toBe("They have no instance.");
  expect(card?.sections).toMatchObject([{ code: `az role assignment delete --ids ${role.id}` }]);
  expect(card?.facts).toEqual([]);
  expect(card?.buttons).toEqual([]);
});

test("a home disk alone is kept for a while", () => {
  const card = told({ truth: { homeDisk: homeDisk(true), roles: { logins: [], elsewhere: [role] } } });
  expect(JSON.stringify(card?.text)).toContain("I'll keep their home disk until");
  expect(card?.buttons).toHaveLength(1);
});
