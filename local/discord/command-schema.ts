import { z } from "zod";
import { type Option, optionType } from "./option.ts";

/** Slash commands with Discord's limits: Discord developer documentation, "Application Commands", 2026-01. */
const name = z
  .string()
  .regex(/^[-_'\p{L}\p{N}]{1,32}$/u, "Command name is invalid")
  .refine((value) => value === value.toLowerCase(), {
    message: "Command name is invalid",
    params: { code: "APPLICATION_COMMAND_INVALID_NAME" },
  });
const description = z.string().min(1).max(100);
const localizations = z.record(z.string(), z.string()).nullish();

const option: z.ZodType<Option> = z
  .object({
    type: z.int().min(1).max(11),
    name,
    description,
    name_localizations: localizations,
    description_localizations: localizations,
    required: z.boolean().optional(),
    autocomplete: z.boolean().optional(),
    choices: z
      .array(
        z.object({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }),
      )
      .max(25)
      .optional(),
    min_length: z.int().min(0).max(6000).optional(),
    max_length: z.int().min(1).max(6000).optional(),
    min_value: z.number().optional(),
    max_value: z.number().optional(),
    channel_types: z.array(z.int()).optional(),
    get options() {
      return z.array(option).max(25).optional();
    },
  })
  .superRefine((value, context) => {
    lintOptions(value.options, context, value.type);
    lintAutocomplete(value, context);
  });

const fields = z.object({
  name,
  type: z.literal(1).default(1),
  description,
  name_localizations: localizations,
  description_localizations: localizations,
  options: z.array(option).max(25).optional(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  dm_permission: z.boolean().nullish(),
  contexts: z.array(z.int().min(0).max(2)).nullish(),
  integration_types: z.array(z.int()).nullish(),
  nsfw: z.boolean().nullish(),
});

export const commandBody = fields.superRefine((command, context) => {
  lintOptions(command.options, context, undefined);
  if (size(command) > 8000)
    fault(context, [], "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
});
export const commandPatch = fields.partial();
export const commandList = z
  .array(commandBody)
  .max(100)
  .superRefine((list, context) => {
    const names = list.map((command) => command.name);
    if (new Set(names).size < names.length) {
      fault(context, [], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
    }
  });

export type CommandBody = z.infer<typeof commandBody>;

const isNested = ({ type }: Option) => type === optionType.subcommand || type === optionType.group;

function lintOptions(
  options: Option[] | undefined,
  context: z.core.$RefinementCtx,
  parent: number | undefined,
): void {
  const list = options ?? [];
  if (parent !== undefined && parent > 2 && list.length > 0) {
    fault(
      context,
      ["options"],
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      "Only subcommands and groups have options",
    );
  }
  if (list.some(isNested) && !list.every(isNested)) {
    fault(
      context,
      ["options"],
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      "Sub-command and sub-command group option types are mutually exclusive to all other types",
    );
  }
  const tooDeep = (child: Option) =>
    parent === optionType.subcommand
      ? isNested(child)
      : parent === optionType.group && child.type !== optionType.subcommand;
  if (list.some(tooDeep)) {
    fault(
      context,
      ["options"],
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      "Options nest one level of groups, then subcommands",
    );
  }
  const names = list.map((one) => one.name);
  if (new Set(names).size < names.length) {
    fault(
      context,
      ["options"],
      "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
      "Option name already exists",
    );
  }
  const firstOptional = list.findIndex((one) => !isNested(one) && one.required !== true);
  if (firstOptional >= 0 && list.slice(firstOptional).some((one) => one.required === true)) {
    fault(
      context,
      ["options"],
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      "Required options must be placed before non-required options",
    );
  }
}

function lintAutocomplete({ type, autocomplete, choices }: Option, context: z.core.$RefinementCtx): void {
  if (autocomplete !== true) return;
  const canBeTyped = [optionType.string, optionType.integer, optionType.number].some((one) => one === type);
  if (canBeTyped && !choices?.length) return;
  fault(
    context,
    ["autocomplete"],
    "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
    "Autocomplete is for options that are typed, and have no choices",
  );
}

function size(node: {
  name: string;
  description: string;
  options?: Option[] | undefined;
  choices?: Option["choices"];
}): number {
  const inChoices = (node.choices ?? []).reduce(
    (sum, one) => sum + one.name.length + String(one.value).length,
    0,
  );
  const inOptions = (node.options ?? []).reduce((sum, one) => sum + size(one), 0);
  return node.name.length + node.description.length + inChoices + inOptions;
}

function fault(context: z.core.$RefinementCtx, path: string[], code: string, message: string): void {
  context.addIssue({ code: "custom", path, message, params: { code } });
}
