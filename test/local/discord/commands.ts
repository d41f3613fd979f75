import { SlashCommandBuilder } from "discord.js";

/** Commands in the manner of the bot's, made by discord.js. */
export const commands = [
  new SlashCommandBuilder()
    .setName("openclaw")
    .setDescription("Your own OpenClaw")
    .addSubcommand((sub) => sub.setName("request").setDescription("Ask for your instance"))
    .addSubcommand((sub) => sub.setName("status").setDescription("What you have"))
    .addSubcommand((sub) =>
      sub
        .setName("resize")
        .setDescription("Another size")
        .addStringOption((option) =>
          option.setName("size").setDescription("Which").setRequired(true).setAutocomplete(true),
        )
        .addBooleanOption((option) => option.setName("force").setDescription("At once")),
    )
    .addSubcommand((sub) =>
      sub
        .setName("open-access")
        .setDescription("Open SSH for an address")
        .addStringOption((option) =>
          option.setName("address").setDescription("Your IPv4 address").setRequired(true).setMaxLength(18),
        )
        .addIntegerOption((option) =>
          option.setName("hours").setDescription("For how long").setMinValue(1).setMaxValue(24),
        ),
    ),
  new SlashCommandBuilder()
    .setName("openclaw-admin")
    .setDescription("For admins")
    .setDefaultMemberPermissions(0)
    .addSubcommandGroup((group) =>
      group
        .setName("roster")
        .setDescription("Who may use it")
        .addSubcommand((sub) =>
          sub
            .setName("add")
            .setDescription("Add a member")
            .addUserOption((option) =>
              option.setName("user").setDescription("Discord user").setRequired(true),
            )
            .addStringOption((option) =>
              option
                .setName("role")
                .setDescription("Login role")
                .setRequired(true)
                .addChoices(
                  { name: "User", value: "user" },
                  { name: "Administrator", value: "administrator" },
                ),
            ),
        ),
    ),
].map((command) => command.toJSON());
