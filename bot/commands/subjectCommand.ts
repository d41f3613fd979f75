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
import { type Instance, noGeneration } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { Change, Row } from "../core/store.ts";
import { askFirst, confirmed, useUp } from "./confirmation.ts";
import { callerOf, instanceOf, type Meanwhile, underWay, wholeInstanceOf } from "./underWay.ts";

/** What a command is about. */
export interface Subject {
  /** The partition of its rows and of its confirmation. */
  readonly partition: string;
  /** The instance that the confirming button is valid for, if it is valid for only one. */
  readonly generation?: string | undefined;
}

/** The answer if there is nothing to do or ask now. */
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
  /** Of the button that says no. */
  readonly keep?: string;
  /** @throws Refusal */
  ask(subject: T, call: Call<S>, bot: Bot): Promise<Asked> | Asked;
  /** Refuses what can neither be asked nor, once confirmed, be done. @throws Refusal */
  check?(subject: T, call: Call<S>, bot: Bot): void;
  /** Whether the confirmed action differs from what would be done now. */
  isStale?(subject: T, call: Call<S>, bot: Bot): boolean;
  /** Whether no question is needed, or something else confirms it. */
  isSpared?(subject: T, call: Call<S>): boolean;
}

/** Adds the change that uses up the confirmation, if there is one. It belongs in the transaction. */
export type Confirmed<T> = T & { readonly used: readonly Change[] };

export interface Definition<S extends OptionSpecs, T> extends Omit<Command<S>, "run"> {
  /** Looked up again after the confirmation. @throws Refusal */
  subject(call: Call<S>, bot: Bot): Promise<T | Instead>;
  readonly confirm?: Question<S, T> | undefined;
  run(subject: Confirmed<T>, call: Call<S>, bot: Bot): Promise<Outcome> | Outcome;
}

/** A command that first looks up its subject and, if it has a question, asks it before acting. */
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
      return askFirst(call, bot, { partition, card, label: confirm.label, keep: confirm.keep, line });
    },
  });
}

/** What a member needs. `any`: nothing; `there`: an instance; `whole`: an instance that can be used, not only cleared up. */
interface Instances {
  readonly any: Row<Instance> | undefined;
  readonly there: ReturnType<typeof instanceOf>;
  readonly whole: ReturnType<typeof instanceOf>;
}
type Needs = keyof Instances;
const instances: { readonly [N in Needs]: (call: Call) => Instances[N] } = {
  any: ({ instance }) => instance,
  there: instanceOf,
  whole: wholeInstanceOf,
};

/** The caller's own member and instance. */
interface Own<N extends Needs> extends Subject {
  readonly member: Row<Member>;
  readonly instance: Instances[N];
}

interface OwnDefinition<S extends OptionSpecs, N extends Needs>
  extends Omit<Definition<S, Own<N>>, "audience" | "subject"> {
  readonly needs: N;
  /** Refuses invalid options before anything is looked up. @throws Refusal */
  check?(call: Call<S>, bot: Bot): void;
  readonly meanwhile?: Meanwhile;
}

/**
 * A member's command about their own instance. Answers with the operation in progress if there is one, refuses if what it needs
 * is missing, and asks first if it has a question.
 */
export function ownCommand<const S extends OptionSpecs, const N extends Needs>({
  needs,
  check,
  meanwhile,
  ...rest
}: OwnDefinition<S, N>): Command {
  return subjectCommand<S, Own<N>>({
    ...rest,
    audience: "member",
    async subject(call, bot) {
      const member = callerOf(call);
      check?.(call, bot);
      const busy = await underWay(member.value, call.instance?.value, bot, meanwhile);
      if (busy) return new Instead(busy);
      const instance = instances[needs](call);
      const generation = instance?.value.generation ?? noGeneration;
      return { partition: member.value.key, generation, member, instance };
    },
  });
}
