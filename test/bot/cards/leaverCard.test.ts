import { expect, test } from "vitest";
import { operations } from "../../../bot/features/index.ts";
import { homeDisk, view } from "../view.ts";

const role = { id: "/subscriptions/s/roles/one", login: false };

/** What the admins see once the bot has closed the access of somebody who holds a role that it can't revoke. */
function told(truth: Parameters<typeof view>[1]) {
  const step = operations.remove.next(view("remove", truth));
  return "tellAdmins" in step ? step.tellAdmins : undefined;
}

test("for a leaver with a role who never had an instance, the card promises no disk and offers no teardown", () => {
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
