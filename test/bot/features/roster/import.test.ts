import { expect, test } from "vitest";
import type { Bot, Call } from "../../../../bot/core/command.ts";
import type { OperationRecord } from "../../../../bot/core/operation.ts";
import type { ImportPart } from "../../../../bot/core/team.ts";
import { rosterImport } from "../../../../bot/features/roster/importCommand.ts";
import { entryEnded } from "../../../../bot/features/roster/importTask.ts";
import { messageFrom } from "../../../../bot/platforms/discord/render.ts";
import { rows } from "../../store/rows.ts";
import { view } from "../../view.ts";

/** A string property of Azure Tables, in UTF-16 units; an entity holds one, and a transaction 100 entities. */
const mostInRow = 32_768;

/** Who is found is as long as a directory lets people be; `absent` are not in it. */
const bot = (absent: boolean): Bot =>
  ({
    now: new Date("2026-11-29T10:00:00Z"),
    settings: view("remove").settings,
    vouched: false,
    store: { members: async () => [], person: async () => ({}) },
    directory: {
      find: async (email: string) =>
        absent
          ? "absent"
          : {
              objectId: email.replace("@contoso.com", "").slice(-36),
              name: "“Zoë” ".repeat(14),
              email: `${email.slice(0, 40)}${'"'.repeat(200)}@contoso.com`,
              principalName: `${"\\".repeat(240)}@contoso.com`,
            },
    },
    text: async (source: string) => source,
  }) as unknown as Bot;

const run = (members: readonly unknown[], absent = false) =>
  rosterImport.run(
    {
      id: "1",
      account: rows.confirm.account,
      replyTo: rows.delivery.to,
      options: { json: JSON.stringify({ members }) },
    } as unknown as Call,
    bot(absent),
  );

const fields = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`extension_1111222233334444_attribute${i}`, "x".repeat(100)]),
);
const people = (count: number, more: object) =>
  Array.from({ length: count }, (_, i) => ({
    email: `person-${String(i).padStart(3, "0")}-22222222-2222-4222-8222-${String(i).padStart(12, "0")}@contoso.com`,
    ...more,
  }));

test.each([
  ["hundreds of people, some of whom a directory has exported", [...people(100, {}), ...people(100, fields)]],
  ["hundreds of people with long names and addresses", people(200, { role: "admin" })],
])(
  "%s fit into rows, and still do when each has a reason why it was not possible",
  async (_what, members) => {
    const { write } = await run(members);
    const parts = (write?.changes ?? []).flatMap((change) =>
      change.kind === "import" ? [change.value] : [],
    );
    expect(parts.flatMap(({ entries }) => entries)).toHaveLength(200);
    expect(
      parts.every(({ parts: count }, part) => count === parts.length && parts[part]?.part === part),
    ).toBe(true);
    expect(write?.changes.length).toBeLessThan(100);
    const refused = ({ entries, ...part }: ImportPart) => ({
      ...part,
      entries: entries.map((entry) => ({ ...entry, state: "unfinished", said: '“”"\\'.repeat(50) })),
    });
    for (const part of parts) {
      expect(JSON.stringify(part).length).toBeLessThan(mostInRow);
      expect(JSON.stringify(refused(part)).length).toBeLessThan(mostInRow);
    }
  },
);

test.each([
  ["a directory has exported", people(200, fields), "unknown field “extension_1111222233334444_at…”"],
  ["nobody knows", people(200, {}), "isn't in your directory"],
])("the answer about hundreds of people whom %s gives a reason", async (_what, members, reason) => {
  const { reply } = await run(members, true);
  const card = "card" in reply ? reply.card : undefined;
  const shown = card && messageFrom(card).embeds[0];
  expect(shown?.description?.replaceAll("\\", "")).toContain(reason);
  expect(shown?.description).toMatch(/and \d+ more/);
});

test.for<[string, OperationRecord["status"], OperationRecord["fault"], string, string]>([
  [
    "with a reason",
    "failed",
    { code: "AuthorizationFailed", detail: "", correlation: "c" },
    "unfinished",
    "I lack a right",
  ],
  ["without one", "failed", undefined, "unfinished", "was added"],
  ["well", "succeeded", undefined, "added", "was added"],
])("what an entry has started ends %s", ([, status, fault, state, said]) => {
  const { operation } = view("enroll");
  const entry = entryEnded(
    { label: "Mia", state: "added", said: "was added" },
    { ...operation, status, fault },
  );
  expect(entry.state).toBe(state);
  expect(entry.said).toContain(said);
});
