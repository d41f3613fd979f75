/** One option of a slash command: a value, or a subcommand or group with options of its own. */
export interface Option {
  type: number;
  name: string;
  description: string;
  required?: boolean | undefined;
  options?: Option[] | undefined;
  autocomplete?: boolean | undefined;
  choices?: { name: string; value: string | number }[] | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  min_value?: number | undefined;
  max_value?: number | undefined;
}

/** Discord developer documentation, "Application Command Option Type", 2026-01. */
export const optionType = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

/** Whether the client asks the bot what an option can be while somebody types it. */
export const asksForChoices = ({ type, autocomplete }: Option): boolean =>
  autocomplete === true && type === optionType.string;
