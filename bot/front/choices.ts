import type { Choice, Form } from "../core/card.ts";
import { inTime } from "../core/clock.ts";
import type { Chooser, Command, OptionSpec } from "../core/command.ts";
import { TooMany } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import { type Account, accountKey, type Member } from "../core/member.ts";
import { personOf } from "../core/people.ts";
import type { Choosing } from "../core/platform.ts";
import type { Row } from "../core/store.ts";
import { visibleWord } from "../core/text.ts";
import { isAdminNow, withPolicy } from "../engine/now.ts";
import type { Parts } from "../parts.ts";
import { allowedHere } from "./allowedHere.ts";

/** No name of a choice is longer, so nothing longer can match one. In UTF-16 units. */
const mostTyped = 100;
/** The most choices that every platform shows. */
const mostChoices = 25;

type Finds = (chooser: Chooser) => Promise<readonly Choice[]>;

/**
 * The choices for an option that a person is typing: a few reads and no write. There are none for strangers, for too much text, or for a
 * command that the person may not use, and none if finding them takes too long or fails: the person can type the rest.
 */
export async function choicesFor(asked: Choosing, answerBy: Date, parts: Parts): Promise<readonly Choice[]> {
  const { account, place, option, typed } = asked;
  const command = parts.commands.find(({ name, hidden }) => !hidden && name === asked.command);
  const finds = command && findsOf(command, option);
  if (!finds || place === "foreign" || typed.length > mostTyped) return [];
  if (!parts.limits.admitTyping(account)) return [];
  const key = `${accountKey(account)} ${command.name} ${option}`;
  try {
    const finding = parts.recentChoices(key, () => choicesOf(account, command, finds, parts));
    return choicesLike(typed, (await inTime(answerBy, finding, parts)) ?? []);
  } catch (error) {
    if (error instanceof TooMany) return [];
    parts.log.error("no choices could be found", error, { command: command.name, option });
    return [];
  }
}

function findsOf({ options }: Command, name: string): Finds | undefined {
  const spec: OptionSpec | undefined = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec?.type !== "text" || spec.hidden || !spec.suggests) return undefined;
  const { suggests } = spec;
  return async (chooser) => suggests(chooser);
}

async function choicesOf(
  account: Account,
  { audience }: Command,
  finds: Finds,
  parts: Parts,
): Promise<readonly Choice[]> {
  parts.limits.admitLookAtTyping(account);
  const [{ member, instance }, current] = await Promise.all([
    personOf(account, parts.store),
    withPolicy(parts),
  ]);
  const active = member?.value.status === "active" ? member : undefined;
  const admin = await isAdminNow(account, active?.value, current);
  parts.limits.found(account, admin ? "admin" : active ? "member" : "stranger");
  if (!allowedHere(audience, { member: active !== undefined, admin })) return [];
  return finds(chooserOf({ member: active, instance: active && instance }, current));
}

/** The rows of the person who chooses. */
interface Rows {
  readonly member: Row<Member> | undefined;
  readonly instance: Row<Instance> | undefined;
}

const chooserOf = ({ member, instance }: Rows, { settings, store, prices }: Parts): Chooser => ({
  settings,
  store,
  price: (size) => prices.known(size),
  member: member?.value,
  instance: instance?.value,
});

/** The choices whose name or value contains every typed word, at most as many as can be shown. */
export function choicesLike(typed: string, choices: readonly Choice[]): readonly Choice[] {
  const words = visibleWord(typed)
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  const fits = ({ name, value }: Choice) => {
    const text = `${name} ${value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return choices.filter(fits).slice(0, mostChoices);
}

/** The form with choices in its fields. A field whose choices can't be found stays a text field. */
export async function withChoices(form: Form, command: Command, rows: Rows, parts: Parts): Promise<Form> {
  const fields = form.fields.map(async (field) => {
    const finds = findsOf(command, field.name);
    if (!finds) return field;
    try {
      const choices = await finds(chooserOf(rows, parts));
      return choices.length > 0 && choices.length <= mostChoices ? { ...field, choices } : field;
    } catch (error) {
      parts.log.error("a form had to open without choices", error, { command: command.name });
      return field;
    }
  });
  return { ...form, fields: await Promise.all(fields) };
}
