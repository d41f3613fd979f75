import { expect, test } from "vitest";
import type { Bot, Call } from "../../../../bot/core/command.ts";
import type { Account, Member } from "../../../../bot/core/member.ts";
import { rosterExport } from "../../../../bot/features/roster/export.ts";
import { view } from "../../view.ts";

const on = (platform: string, ...ids: string[]): Account[] => ids.map((id) => ({ platform, id, name: id }));
const member = (name: string, ...accounts: Account[]): Member => ({
  ...view("status").member,
  name,
  accounts,
});

async function exported(...members: Member[]) {
  const bot = { store: { members: async () => members } } as unknown as Bot;
  const { reply } = await rosterExport.run({ options: {} } as unknown as Call, bot);
  return "card" in reply ? reply.card : expect.fail("no card");
}

test("an export names those of whose accounts it holds only one", async () => {
  const card = await exported(
    member("Mia", ...on("discord", "1", "2")),
    member("Max", ...on("discord", "3"), ...on("teams", "4")),
    member("Nia", ...on("discord", "5", "6", "7")),
  );
  expect(card.text).toContain("only the first");
  expect(card.text).toContain("Mia, Nia");
  expect(card.text).not.toContain("Max");
});

test("where each has one account at most, nothing is said of that", async () => {
  expect((await exported(member("Max", ...on("discord", "3")), member("Nia"))).text).toBeUndefined();
});
