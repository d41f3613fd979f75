import { instanceFacts } from "../../cards/instanceFacts.ts";
import { accountFacts, memberMeant, unheard, whom } from "../../commands/whom.ts";
import { command, say } from "../../core/command.ts";
import { newInstance } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { instant } from "../../core/text.ts";

export const rosterShow = command({
  name: "roster show",
  about: "Everything about one member",
  audience: "admin",
  options: whom,
  async run(call, bot) {
    const found = await memberMeant(call.options, bot);
    const member = found.member.value;
    const instance = found.instance?.value ?? newInstance(bot.settings.place, bot.now);
    const running = instance.operation && (await bot.store.get(member.key, "op", instance.operation));
    return say({
      title: member.name,
      tone: "info",
      text: unheard(member, bot),
      facts: [
        ...(member.email ? [["E-mail", member.email] as const] : []),
        ["Object id", member.objectId],
        ...accountFacts(member),
        ["Role in chat", member.role],
        ["Login on the VM", member.loginRole],
        ...(member.size ? [["Size of the next instance", member.size] as const] : []),
        ["On the roster since", instant(member.addedAt)],
        ["Instance", namesOf(member.key).vm],
        ...instanceFacts({ instance, settings: bot.settings, price: undefined }, bot.now),
        ...(running ? [["In progress", running.value.name] as const] : []),
        ["Seen", instant(instance.seenAt)],
      ],
    });
  },
});
