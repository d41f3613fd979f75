import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
} from "discord-api-types/v10";
import * as z from "zod";
import { snowflake } from "./snowflake.ts";

/** What the bot reads of an interaction (Discord developer documentation, "Interactions: Receiving and Responding", 2026-01). */
const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
const member = z.object({ nick: z.string().nullish() });
const attachment = z.object({ filename: z.string(), url: z.url() });

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly value?: string | undefined;
  /** While choices are asked for: the one that is being typed. */
  readonly focused?: boolean | undefined;
  readonly options?: readonly CommandOption[] | undefined;
}
const option: z.ZodType<CommandOption> = z.object({
  type: z.enum(ApplicationCommandOptionType),
  name: z.string(),
  value: value.optional(),
  focused: z.boolean().optional(),
  get options() {
    return z.array(option).optional();
  },
});

const source = {
  id: snowflake,
  token: z.string().min(1),
  guild_id: snowflake.optional(),
  context: z.int().optional(),
  channel: z.object({ id: snowflake, type: z.int(), parent_id: snowflake.nullish() }).optional(),
  /** In a guild. */
  member: member.extend({ user }).optional(),
  /** Everywhere else. */
  user: user.optional(),
};

export const interaction = z.discriminatedUnion("type", [
  z.object({ type: z.literal(InteractionType.Ping) }),
  z.object({
    type: z.literal(InteractionType.ApplicationCommand),
    ...source,
    data: z.object({
      type: z.literal(ApplicationCommandType.ChatInput),
      name: z.string(),
      options: z.array(option).default([]),
      resolved: z
        .object({
          users: z.record(snowflake, user).default({}),
          members: z.record(snowflake, member).default({}),
          attachments: z.record(snowflake, attachment).default({}),
        })
        .optional(),
    }),
  }),
  z.object({
    type: z.literal(InteractionType.ApplicationCommandAutocomplete),
    ...source,
    data: z.object({ options: z.array(option).default([]) }),
  }),
  z.object({
    type: z.literal(InteractionType.MessageComponent),
    ...source,
    data: z.object({ custom_id: z.string() }),
  }),
  z.object({
    type: z.literal(InteractionType.ModalSubmit),
    ...source,
    data: z.object({
      custom_id: z.string(),
      components: z.array(
        z.object({
          type: z.literal(ComponentType.Label),
          component: z.union([
            z.object({ custom_id: z.string(), value: z.string() }),
            /** Of a select. */
            z.object({ custom_id: z.string(), values: z.array(z.string()) }),
          ]),
        }),
      ),
    }),
  }),
]);

export type Interaction = z.infer<typeof interaction>;
export type User = z.infer<typeof user>;
/** One from a person who is typing an option. */
export type Typing = Extract<Interaction, { type: InteractionType.ApplicationCommandAutocomplete }>;
/** One in which a person asks for something. */
export type Use = Exclude<Interaction, Typing | { type: InteractionType.Ping }>;
