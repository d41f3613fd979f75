import { expect, test } from "vitest";
import { newInstance } from "../../../bot/core/instance.ts";
import type { Account } from "../../../bot/core/member.ts";
import { addressOf, askedBy } from "../../../bot/engine/tell.ts";
import type { Parts } from "../../../bot/parts.ts";
import { at, member, operation } from "../store/rows.ts";
import { settings } from "../view.ts";

/* In Teams nobody has to be linked: Entra says who they are. */
const unlinked = member("aaaaaaaaaa", { accounts: [] });
const teams: Account = { platform: "teams", id: "29:mia", name: "Mia Member", objectId: unlinked.objectId };
const ada: Account = { ...teams, id: "29:ada", objectId: "44444444-4444-4444-4444-444444444444" };

/** Where they are written to, with these rows. */
async function reached(instance: object, by: Account) {
  const parts = {
    platforms: { teams: {} },
    store: {
      person: async () => ({
        instance: { value: { ...newInstance(settings.place, new Date(at)), ...instance } },
      }),
      get: async (_key: string, _kind: string, id: string) => ({ value: { ...operation(id), by } }),
    },
  } as unknown as Parts;
  return addressOf(unlinked, await askedBy(unlinked.key, parts), parts)?.account;
}

test("who has no linked account is written to where they have asked for their instance", async () => {
  expect(await reached({ generation: "op1" }, teams)).toBe("29:mia");
});

test("once it is gone, where they have asked for that", async () => {
  expect(await reached({ last: { operation: "op2", name: "teardown", outcome: "succeeded" } }, teams)).toBe(
    "29:mia",
  );
});

test("nobody is written to in somebody else's place, who did it for them", async () => {
  expect(await reached({ generation: "op1" }, ada)).toBeUndefined();
  expect(await reached({}, teams)).toBeUndefined();
});
