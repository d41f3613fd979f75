import { afterAll, beforeAll, expect, it } from "vitest";
import { command } from "../../../../bot/core/command.ts";
import { commands } from "../../../../bot/features/commands.ts";
import {
  planRegistration,
  registerCommands,
  slashCommands,
} from "../../../../bot/platforms/discord/register.ts";
import { startDiscordWorld } from "./world.ts";

let world: Awaited<ReturnType<typeof startDiscordWorld>>;
beforeAll(async () => {
  world = await startDiscordWorld();
});
afterAll(() => world.close());

const example = command({
  name: "roster add",
  about: "Puts somebody on the roster",
  audience: "admin",
  options: {
    role: { type: "text", about: "In chat", choices: ["user", "admin"] },
    person: { type: "person", about: "Who", required: true },
    quiet: { type: "flag", about: "Tell nobody" },
    list: { type: "file", about: "Many of them" },
    size: { type: "text", about: "How large", suggests: () => [] },
  },
  run: async () => ({ reply: { card: { title: "", tone: "info" } } }),
});

it("makes one subcommand of each command, required options first, admins' ones apart", () => {
  const hidden = { ...example, name: "confirm", hidden: true } as const;
  const status = { ...example, name: "status", audience: "member", options: {} } as const;
  const [members, admins] = slashCommands([example, hidden, status]);
  expect(members).toMatchObject({ name: "openclaw", options: [{ type: 1, name: "status" }] });
  expect(members?.options).toHaveLength(1);
  expect(admins).toMatchObject({
    name: "openclaw-admin",
    default_member_permissions: "0",
    options: [
      {
        type: 2,
        name: "roster",
        options: [
          {
            type: 1,
            name: "add",
            options: [
              { type: 6, name: "person", required: true },
              { type: 3, name: "role", choices: [{ value: "user" }, { value: "admin" }] },
              { type: 5, name: "quiet" },
              { type: 11, name: "list", required: false },
              { type: 3, name: "size", autocomplete: true },
            ],
          },
        ],
      },
    ],
  });
});

it("finds nothing to change once the commands are registered", async () => {
  await registerCommands(commands, world.api);
  expect((await planRegistration(commands, world.api)).difference).toEqual([]);
});

it("shows the difference before it changes anything", async () => {
  const others = commands.filter(({ name }, i) => i > 0 && name !== example.name);
  const { difference, apply } = await planRegistration([...others, example], world.api);
  expect(difference).toContain(`- /openclaw ${commands[0]?.name}: ${commands[0]?.about}`);
  expect(difference).toContain("+ /openclaw-admin roster add --role (text, user|admin): In chat");
  expect(difference).toContain("+ /openclaw-admin roster add --size (text, with suggestions): How large");
  expect((await planRegistration(commands, world.api)).difference).toEqual([]);
  await apply();
  expect((await planRegistration([...others, example], world.api)).difference).toEqual([]);
});

it("takes token and ids as they were pasted, and says where one of them is none", async () => {
  const pasted = {
    ...world.api,
    botToken: `\uFEFFBot ${world.api.botToken}\r\n`,
    applicationId: `${world.api.applicationId} `,
    guildId: `\t${world.api.guildId}\r\n`,
  };
  await registerCommands(commands, pasted);
  expect((await planRegistration(commands, world.api)).difference).toEqual([]);
  for (const name of ["botToken", "applicationId", "guildId"])
    await expect(planRegistration(commands, { ...world.api, [name]: " \r\n" })).rejects.toThrow("is empty");
});
