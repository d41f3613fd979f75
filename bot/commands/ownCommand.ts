import type { Bot, Call, Command, OptionSpecs } from "../core/command.ts";
import { type Instance, noGeneration } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { Row } from "../core/store.ts";
import { type Definition, Instead, type Subject, subjectCommand } from "./subjectCommand.ts";
import { callerOf, instanceOf, type Meanwhile, underWay, wholeInstanceOf } from "./underWay.ts";

/** What a member has to have: `any`: nothing; `there`: an instance; `whole`: one that can be used, not just cleared up. */
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

/** What is the caller's own. */
interface Own<N extends Needs> extends Subject {
  readonly member: Row<Member>;
  readonly instance: Instances[N];
}

interface OwnDefinition<S extends OptionSpecs, N extends Needs>
  extends Omit<Definition<S, Own<N>>, "audience" | "subject"> {
  readonly needs: N;
  /** Refuses what can't be meant, before anything is looked up. @throws Refusal */
  check?(call: Call<S>, bot: Bot): void;
  readonly meanwhile?: Meanwhile;
}

/**
 * A member's command about their own instance: answered with what is under way where something is, refused where what it needs is not
 * there, asked about first where it has a question.
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
