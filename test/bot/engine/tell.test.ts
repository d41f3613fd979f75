import { expect, test } from "vitest";
import type { Account } from "../../../bot/core/member.ts";
import { addressOf } from "../../../bot/engine/tell.ts";
import type { Parts } from "../../../bot/parts.ts";
import { member } from "../store/rows.ts";

/* In Teams nobody has to be linked: Entra says who they are, and an account's id there is the object id. */
const parts = {
  platforms: { discord: { name: "discord", vouches: false }, teams: { name: "teams", vouches: true } },
} as unknown as Parts;
const linked = member("aaaaaaaaaa");
const unlinked = member("aaaaaaaaaa", { accounts: [] });
const inTeams: Account = {
  platform: "teams",
  id: linked.objectId,
  name: "Mia Member",
  objectId: linked.objectId,
};
const ofAda: Account = {
  ...inTeams,
  id: "44444444-4444-4444-4444-444444444444",
  objectId: "44444444-4444-4444-4444-444444444444",
};

test("somebody is written to where they have asked for their instance", () => {
  expect(addressOf(linked, inTeams, parts)).toMatchObject({ platform: "teams", account: linked.objectId });
});

test("where nobody knows that, by the account that is linked", () => {
  expect(addressOf(linked, undefined, parts)).toMatchObject({ platform: "discord", account: "102" });
});

test("who has no linked account, where Entra says who they are", () => {
  expect(addressOf(unlinked, undefined, parts)).toMatchObject({
    platform: "teams",
    account: unlinked.objectId,
  });
});

test("nobody is written to in the place of somebody else, who has asked for them", () => {
  expect(addressOf(unlinked, ofAda, parts)?.account).toBe(unlinked.objectId);
});

test("where no platform vouches for anybody, who has no account is written to nowhere", () => {
  const discordAlone = { platforms: { discord: { name: "discord", vouches: false } } } as unknown as Parts;
  expect(addressOf(unlinked, undefined, discordAlone)).toBeUndefined();
  expect(addressOf({ ...linked, status: "left" }, undefined, parts)).toBeUndefined();
});
