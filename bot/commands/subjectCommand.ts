import type { Card } from "../core/card.ts";
import {
  type Bot,
  type Call,
  type Command,
  command,
  type OptionSpecs,
  type Outcome,
  say,
} from "../core/command.ts";
import type { Change } from "../core/store.ts";
import { askFirst, confirmed, useUp } from "./confirmation.ts";

/** What a command is about. */
export interface Subject {
  /** Where its rows lie, and a confirmation with them. */
  readonly partition: string;
  /** What the button that confirms holds for, where it holds for one alone. */
  readonly generation?: string | undefined;
}

/** What is answered where there is nothing to do or to ask now. */
export class Instead {
  readonly card: Card;
  constructor(card: Card) {
    this.card = card;
  }
}

interface Asked {
  /** What the button carries, so that what is confirmed is what was asked. */
  readonly options: Readonly<Record<string, string>>;
  readonly card: Card;
}

/** The question before something that can't be undone. */
interface Question<S extends OptionSpecs, T> {
  readonly label: string;
  /** @throws Refusal */
  ask(subject: T, call: Call<S>, bot: Bot): Promise<Asked> | Asked;
  /** Refuses what can't be asked, nor done once it is confirmed. @throws Refusal */
  check?(subject: T, call: Call<S>, bot: Bot): void;
  /** Whether what was confirmed is not what would be done now. */
  isStale?(subject: T, call: Call<S>, bot: Bot): boolean;
  /** Whether nothing has to be asked, or something else stands for a yes. */
  isSpared?(subject: T, call: Call<S>): boolean;
}

/** With what uses up the confirmation, where there is one: belongs into the transaction. */
export type Confirmed<T> = T & { readonly used: readonly Change[] };

export interface Definition<S extends OptionSpecs, T> extends Omit<Command<S>, "run"> {
  /** Looked up anew when it is confirmed. @throws Refusal */
  subject(call: Call<S>, bot: Bot): Promise<T | Instead>;
  readonly confirm?: Question<S, T> | undefined;
  run(subject: Confirmed<T>, call: Call<S>, bot: Bot): Promise<Outcome> | Outcome;
}

/** A command about something that is looked up before anything is asked or done, and asked about first where it has a question. */
export function subjectCommand<const S extends OptionSpecs, T extends Subject>({
  options,
  subject: find,
  confirm,
  run,
  ...rest
}: Definition<S, T>): Command {
  return command<S>({
    ...rest,
    options: { ...options, ...(confirm && { confirmed }) },
    async run(call, bot) {
      const subject = await find(call, bot);
      if (subject instanceof Instead) return say(subject.card);
      const { confirmed: confirmation } = call.line.options;
      if (!confirm || (confirmation === undefined && confirm.isSpared?.(subject, call)))
        return run({ ...subject, used: [] }, call, bot);
      confirm.check?.(subject, call, bot);
      const { partition, generation } = subject;
      if (confirmation !== undefined && !confirm.isStale?.(subject, call, bot))
        return run({ ...subject, used: [await useUp(call, bot, partition, confirmation)] }, call, bot);
      const { card, options: carried } = await confirm.ask(subject, call, bot);
      const line = { command: rest.name, options: carried, generation };
      return askFirst(call, bot, { partition, card, label: confirm.label, line });
    },
  });
}
