import type { Button, Card, CommandLine } from "../core/card.ts";
import { minuteMs } from "../core/clock.ts";
import type { Bot, Call, OptionSpec, Outcome } from "../core/command.ts";
import { nothingChanged, Refusal } from "../core/errors.ts";
import { accountKey } from "../core/member.ts";
import { operationId } from "../core/names.ts";
import type { Change } from "../core/store.ts";
import type { ImportEntry } from "../core/team.ts";

const lifetimeMs = 10 * minuteMs;

/** The option that a confirming button fills in. */
export const confirmed = {
  type: "text",
  about: "The confirmation's id",
  hidden: true,
} as const satisfies OptionSpec;

/** The id of the confirmation that a call leads to. */
export const confirmationId = (call: Call): string => operationId(`confirm ${call.id}`);

/** A question and the button that confirms it. */
interface Asking {
  /** The partition of the confirmation. */
  readonly partition: string;
  readonly card: Card;
  readonly label: string;
  /** Of the button that says no. */
  readonly keep?: string | undefined;
  /** The style of the button that says yes. Danger by default. */
  readonly style?: "danger" | "primary";
  readonly line: CommandLine;
  /** What the confirmed command needs, written along with the question. */
  readonly changes?: readonly Change[];
  readonly audit?: string;
  /** What the confirmation leads to, if a button can't hold it. */
  readonly wish?: ImportEntry;
}

/**
 * Asks before something that can't be undone. The button that says yes works once, for this person, for ten minutes. The button that
 * says no uses up the question as well.
 */
export function askFirst(
  call: Call,
  bot: Bot,
  { partition, card, label, keep = "Keep it", style = "danger", line, changes = [], audit, wish }: Asking,
): Outcome {
  const id = confirmationId(call);
  const yes: Button = {
    label,
    style,
    line: { ...line, options: { ...line.options, confirmed: id } },
    once: true,
  };
  const no = noButton(keep, partition, id);
  const others = card.buttons ?? [];
  return {
    reply: {
      card: {
        ...card,
        // The destructive ones stand last.
        buttons:
          style === "danger"
            ? [...others.filter(isHarmless), no, yes, ...others.filter((button) => !isHarmless(button))]
            : [yes, ...others, no],
        footer: `“${label}” works once, only for you, for ten minutes.`,
      },
    },
    write: {
      partition,
      audit: audit ?? `was asked to confirm ${line.command}`,
      changesNothing: true,
      changes: [
        {
          kind: "confirm",
          id,
          value: {
            id,
            account: call.account,
            line,
            expiresAt: new Date(bot.now.getTime() + lifetimeMs).toISOString(),
            used: false,
            wish,
          },
        },
        ...changes,
      ],
    },
  };
}

/** Says no to a question, which lies in that partition. */
export const noButton = (label: string, of: string, id: string): Button => ({
  label,
  line: { command: "keep", options: { of, confirmed: id } },
  once: true,
});

const isHarmless = ({ style }: Button): boolean => style !== "danger";

/**
 * The change that uses up a confirmation. It belongs in the same transaction as what was confirmed.
 * @param asking the line that asks again, if it differs; never: the line doesn't hold everything that was asked for
 * @throws Refusal
 */
export async function useUp(
  call: Call,
  bot: Bot,
  partition: string,
  id: string,
  asking?: CommandLine | "never",
): Promise<Extract<Change, { kind: "confirm" }>> {
  const row = await bot.store.get(partition, "confirm", id);
  const { confirmed: _old, ...options } = call.line.options;
  const again: Button[] =
    asking === "never"
      ? []
      : [{ label: "Ask again", style: "danger", line: asking ?? { ...call.line, options } }];
  if (
    !row ||
    accountKey(row.value.account) !== accountKey(call.account) ||
    row.value.line.command !== call.line.command
  )
    throw nothingChanged("That confirmation isn't yours.");
  if (row.value.used) throw new Refusal("You already answered that question. Nothing more was changed.");
  if (Date.parse(row.value.expiresAt) <= bot.now.getTime())
    throw nothingChanged("That confirmation is older than ten minutes.", again);
  if (row.value.line.generation !== call.line.generation)
    throw nothingChanged("That confirmation was for another instance.", again);
  if (!sameOptions(row.value.line.options, options))
    throw nothingChanged("That confirmation was for something else.", again);
  return { kind: "confirm", id, value: { ...row.value, used: true }, etag: row.etag };
}

const sameOptions = (a: CommandLine["options"], b: CommandLine["options"]): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value);
