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
import { callerOf, instanceOf, underWay, wholeInstanceOf } from "./underWay.ts";

/** What a member has to have: `any`: nothing; `there`: an instance; `whole`: one that can be used, not just cleared up. */
type Needs = "any" | "there" | "whole";

/** What is the caller's own. */
interface Own<N extends Needs> {
  readonly member: Row<Member>;
  readonly instance: N extends "any" ? Row<Instance> | undefined : ReturnType<typeof instanceOf>;
  /** Uses up the confirmation, where there is one: belongs into the transaction. */
  readonly used: readonly Change[];
}

/** The question before something that can't be undone. */
interface Question<S extends OptionSpecs, N extends Needs> {
  readonly label: string;
  /** What the button carries, so that what is confirmed is what was asked, and the card. @throws Refusal */
  ask(
    own: Own<N>,
    call: Call<S>,
    bot: Bot,
  ): Promise<{ readonly options: Readonly<Record<string, string>>; readonly card: Card }>;
  /** Whether what was confirmed is not what would be done now. @throws Refusal */
  isStale?(own: Own<N>, call: Call<S>, bot: Bot): boolean;
  /** Whether there is something else that stands for a yes. */
  isSpared?(call: Call<S>): boolean;
}

type Definition<S extends OptionSpecs, N extends Needs> = Omit<Command<S>, "audience" | "run"> & {
  readonly needs: N;
  /** Refuses what can't be meant, before anything is looked up. @throws Refusal */
  check?(call: Call<S>, bot: Bot): void;
  /** Asked first. */
  readonly confirm?: Question<S, N>;
  run(own: Own<N>, call: Call<S>, bot: Bot): Promise<Outcome> | Outcome;
};

/**
 * A member's command about their own instance: answered with what is under way where something is, refused where what it needs is not
 * there, asked about first where it has a question.
 */
export function ownCommand<const S extends OptionSpecs, const N extends Needs>({
  needs,
  check,
  confirm,
  run,
  ...rest
}: Definition<S, N>): Command {
  const ofCaller = (call: Call<S>): Own<N> => ({
    member: callerOf(call),
    instance: (needs === "any"
      ? call.instance
      : needs === "there"
        ? instanceOf(call)
        : wholeInstanceOf(call)) as Own<N>["instance"],
    used: [],
  });
  return command<S>({
    ...(rest as unknown as Omit<Command<S>, "audience" | "run">),
    options: (confirm ? { ...rest.options, confirmed } : rest.options) as S,
    audience: "member",
    async run(call, bot) {
      const member = callerOf(call);
      check?.(call, bot);
      const busy = await underWay(member.value, call.instance?.value, bot);
      if (busy) return say(busy);
      const own = ofCaller(call);
      if (!confirm || confirm.isSpared?.(call)) return run(own, call, bot);
      const { key } = member.value;
      const { confirmed: confirmation } = call.options as { readonly confirmed?: string };
      if (confirmation === undefined || confirm.isStale?.(own, call, bot)) {
        const { options, card } = await confirm.ask(own, call, bot);
        const generation = own.instance?.value.generation ?? noGeneration;
        return askFirst(call, bot, key, confirm.label, { command: rest.name, options, generation }, card);
      }
      return run({ ...own, used: [await useUp(call, bot, key, confirmation)] }, call, bot);
    },
  });
}
