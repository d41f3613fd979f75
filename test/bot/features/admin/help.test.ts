import { expect, test } from "vitest";
import type { Card } from "../../../../bot/core/card.ts";
import type { Bot, Call } from "../../../../bot/core/command.ts";
import { Refusal } from "../../../../bot/core/errors.ts";
import { help } from "../../../../bot/features/admin/help.ts";
import { commands } from "../../../../bot/features/commands.ts";
import { parseText } from "../../../../bot/platforms/teams/typed.ts";
import { mentioning } from "../../core/mentioning.ts";

/** Who asks, and about what; help looks at nothing else. */
async function asks(
  command: string | undefined,
  who: { admin?: boolean; member?: boolean } = {},
): Promise<Card> {
  const { admin = false, member = true } = who;
  const call = { options: { command }, admin, member: member ? {} : undefined } as unknown as Call;
  const { reply } = await help.run(call, { commands } as unknown as Bot);
  if (!("card" in reply)) throw new Error("help asks for something");
  return reply.card;
}

test("a command is explained: what it does, what it takes, how it may look", async () => {
  expect(await asks("open-access")).toMatchObject({
    title: "/openclaw open-access",
    text: expect.stringContaining("SSH closes by itself"),
    facts: [["address", expect.stringContaining("Your public IPv4 address")]],
    sections: [{ text: "For example:", code: "/openclaw open-access address:203.0.113.7" }],
  });
  expect((await asks("connect")).facts).toEqual([
    ["how", "How to connect; a shell if you don't say. One of: shell, tui, web, vscode, break-glass."],
  ]);
  expect((await asks("stop")).sections).toEqual([{ text: "No options:", code: "/openclaw stop" }]);
});

test.for(["/openclaw stop", "openclaw stop", "/stop", "Stop", "stop"])(
  "it may be asked for as %s",
  async (asked) => {
    expect((await asks(asked)).title).toBe("/openclaw stop");
  },
);

test("what somebody may not use is not explained to them either", async () => {
  await expect(asks("roster add")).rejects.toThrow(Refusal);
  await expect(asks("check")).rejects.toThrow("I don't know “check”. I know: request, status");
  expect((await asks("/openclaw-admin roster add", { admin: true })).title).toBe(
    "/openclaw-admin roster add",
  );
  await expect(asks("start", { admin: true, member: false })).rejects.toThrow(Refusal);
});

test.for(commands.filter(({ hidden }) => !hidden))(
  "the example of $name is understood as it stands",
  async ({ name }) => {
    const { sections = [] } = await asks(name, { admin: true });
    const code = sections[0]?.code ?? "";
    const line = parseText(mentioning(code, [{ text: "@Mia", person: "102" }]), commands);
    const { options } = commands.find((command) => command.name === name) ?? { options: {} };
    expect(line.command).toBe(name);
    for (const [option, value] of Object.entries(line.options)) {
      expect(Object.keys(options)).toContain(option);
      expect(value).not.toBe("");
    }
  },
);
